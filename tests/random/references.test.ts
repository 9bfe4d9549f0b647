import { afterEach, describe, expect, it } from '@jest/globals';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { initializeWeightsAsync } from '../../src/policy/initializeWeightsAsync.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { REFERENCE_NAMES } from '../../src/random/references/table.js';
import { setReference } from '../../src/random/setReference.js';
import { randn } from '../../src/tensor/randomCreation.js';

const drawWith = (generator: Generator) => [...randn([100], { generator }).data];
const x86 = drawWith(new Generator(5));
const arm = drawWith(new Generator(5, { reference: 'torch-aarch64' }));

describe('the reference of a generator', () => {
  afterEach(() => setReference('torch-x86'));

  it('has a version, and may be given without one', () => {
    expect(REFERENCE_NAMES).toEqual(['torch-x86-2.15', 'torch-aarch64-2.15', 'torch-scalar-2.15']);
    for (const name of REFERENCE_NAMES) {
      const short = name.slice(0, name.lastIndexOf('-')) as 'torch-x86';
      expect([
        new Generator(0, { reference: name }).reference,
        new Generator(0, { reference: short }).reference,
      ]).toEqual([name, name]);
    }
    expect(new Generator(0).reference).toBe('torch-x86-2.15');
    expect(arm).not.toEqual(x86);
  });

  it('makes other numbers of the same words', () => {
    const generators = REFERENCE_NAMES.map((reference) => new Generator(5, { reference }));
    for (const generator of generators) drawWith(generator);
    const [first, ...others] = generators.map((generator) => Buffer.from(generator.getState()).toString('base64'));
    expect(others).toEqual([first, first]);
  });

  it('goes with clones, copies, loans and states, and stays when the generator is seeded', () => {
    const generator = new Generator(5, { reference: 'torch-aarch64' });
    const loan = generator.clone().lend('a test');
    const others = [generator.clone(), new Generator(1).copyState(generator), loan.generator];
    for (const other of others) expect([other.reference, drawWith(other)]).toEqual(['torch-aarch64-2.15', arm]);
    expect(drawWith(generator.manualSeed(5))).toEqual(arm);
    expect(drawWith(generator.setState(new Generator(5).getState()))).toEqual(arm);
  });

  it('can be set between two draws', () => {
    const generator = new Generator(5);
    generator.reference = 'torch-aarch64';
    expect(drawWith(generator)).toEqual(arm);
    generator.manualSeed(5).reference = 'torch-x86-2.15';
    expect(drawWith(generator)).toEqual(x86);
  });

  it('is that of setReference for the default generator and for new ones', () => {
    const before = new Generator(5);
    setReference('torch-aarch64');
    expect([defaultGenerator.reference, new Generator(5).reference]).toEqual([
      'torch-aarch64-2.15',
      'torch-aarch64-2.15',
    ]);
    expect(drawWith(new Generator(5))).toEqual(arm);
    expect(drawWith(new Generator(5, { reference: 'torch-x86' }))).toEqual(x86);
    expect(drawWith(before)).toEqual(x86);
  });

  it('is recorded in reports and metadata', () => {
    const run = (generator: Generator) =>
      initializeWeights(new nn.Linear(3, 2), definePolicy('p', [parameter('**', init.normal())]), { generator });
    const report = run(new Generator(0, { reference: 'torch-scalar' }));
    expect(report.source).toEqual({ rng: 'torch', engine: 'mersenne', seed: '0', reference: 'torch-scalar-2.15' });
    expect(report.metadata()).toMatchObject({ 'initree.reference': 'torch-scalar-2.15' });
  });

  it('belongs to deferred fills as it was when they were deferred', () => {
    const generator = new Generator(5);
    const deferred = nn.deferInit(() => {
      generator.reference = 'torch-aarch64';
      const linear = new nn.Linear(10, 10);
      init.normal_(linear.weight, 0, 1, { generator });
      generator.reference = 'torch-x86';
      return linear;
    });
    expect([...deferred.weight.data]).toEqual(arm);
  });

  it('is refused with other engines, under other names, and during a run', async () => {
    expect(() => new Generator(0, { engine: 'congruential32', reference: 'torch-x86' })).toThrow(
      "the reference 'torch-x86' requires the engine 'mersenne', found 'congruential32'",
    );
    const foreign = new Generator(0, { engine: 'xorshift128plus' });
    expect(foreign.reference).toBeNull();
    expect(() => {
      foreign.reference = 'torch-scalar';
    }).toThrow("requires the engine 'mersenne'");
    expect(() => new Generator(0, { reference: 'torch-arm' as never })).toThrow(
      "unknown reference 'torch-arm'; expected one of 'torch-x86-2.15'",
    );
    expect(() => setReference('torch-stateless' as never)).toThrow("{ rng: 'counter', seed }");
    expect(() => setReference('torch-stateless' as never)).toThrow('generatorOf(key)');
    expect(() => setReference('torch' as never)).toThrow('unknown reference');
    const run = initializeWeightsAsync(new nn.Linear(3, 2), definePolicy('p', [parameter('**', init.normal())]));
    expect(() => setReference('torch-aarch64')).toThrow('requires a generator that nothing else uses');
    expect(new Generator(0).reference).toBe('torch-x86-2.15');
    await run;
  });
});
