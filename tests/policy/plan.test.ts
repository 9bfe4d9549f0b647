import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { definePolicy, sequence } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorAt } from '../../src/random/StreamPosition.js';
import { zeros } from '../../src/tensor/creation.js';
import { bytesOf, sha256, stateHash } from '../golden/readGolden.js';

/** A module of loose parameters, p0, p1, …, of the given sizes. */
class Loose extends nn.Module {
  override forward(): void {}
}

interface Piece {
  readonly shape: number[];
  readonly dtype: FloatDType;
  readonly initializer: init.Initializer;
}

const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.record({
    shape: fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 })),
      fc.tuple(fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 })),
    ),
    dtype: fc.constantFrom<FloatDType>('float32', 'float64', 'bfloat16', 'float16'),
    initializer: fc.constantFrom<init.Initializer>(
      init.normal(0.5, 2),
      init.uniform(-1, 3),
      init.kaimingNormal(),
      init.sparse(0.4),
      init.orthogonal(),
      init.truncNormal({ a: -20, b: 20 }),
      init.truncNormal({ method: 'inverse' }),
      init.zeros(),
      init.keep,
    ),
  }),
  { minLength: 1, maxLength: 7 },
);

function modelOf(all: readonly Piece[]): { model: Loose; policy: ReturnType<typeof definePolicy> } {
  const model = new Loose();
  all.forEach(
    ({ shape, dtype }, i) => void model.registerParameter(`p${i}`, new nn.Parameter(zeros(shape, { dtype }))),
  );
  return {
    model,
    policy: definePolicy(
      'loose',
      all.map(({ initializer }, i) => parameter(`p${i}`, initializer)),
    ),
  };
}

describe('a plan', () => {
  it('has the position in the stream at which every parameter is drawn', () => {
    fc.assert(
      fc.property(pieces, fc.nat(3), fc.boolean(), (all, before, cached) => {
        const { model, policy } = modelOf(all);
        const generator = new Generator(7).advance(before);
        if (cached) init.normal_(zeros([1]), 0, 1, { generator });
        const start = generator.clone();
        const plan = explainPolicy(model, policy, { generator });
        expect(stateHash(generator)).toBe(stateHash(start));
        const report = initializeWeights(model, policy, { generator });
        plan.assignments.forEach(({ parameter, place, words, law }, i) => {
          if (place === null) throw new Error('every position is known here');
          expect([report.entries[i].words, report.entries[i].fromWord]).toEqual([words, place.words]);
          const alone = zeros(parameter.shape, { dtype: parameter.dtype });
          const own = generatorAt(start, place);
          if (law.kind !== 'untouched') plan.assignments[i].initializer.fill(alone, { generator: own });
          expect(sha256(bytesOf(alone))).toBe(sha256(bytesOf(parameter)));
        });
        expect(plan.words).toBe(generator.wordsDrawn - start.wordsDrawn);
      }),
      { numRuns: 60 },
    );
  });

  it('has unknown positions after a truncated normal that may reject samples, and the report has the words', () => {
    const { model, policy } = modelOf([
      { shape: [8, 8], dtype: 'float32', initializer: init.uniform() },
      { shape: [8, 8], dtype: 'float32', initializer: init.truncNormal() },
      { shape: [8, 8], dtype: 'float32', initializer: init.normal() },
    ]);
    const plan = explainPolicy(model, policy);
    expect(plan.assignments.map(({ words, place }) => [place?.words, words])).toEqual([
      [0, 64],
      [64, null],
      [undefined, null],
    ]);
    expect(plan.words).toBeNull();
    expect(String(plan)).toContain('an unknown number of words');
    const { entries } = initializeWeights(model, policy, { generator: new Generator(0) });
    expect(entries[1].words % 64).toBe(0);
    expect(entries[2].fromWord).toBe(64 + entries[1].words);
  });

  it('counts positions over all passes, and from the cached sample of the generator', () => {
    const model = nn.skipInit(() => new nn.Sequential({ a: new nn.Linear(3, 1), b: new nn.Linear(4, 5) }));
    const normal = definePolicy('normal', [rule(nn.Linear, { weight: init.normal(), bias: init.keep })]);
    const uniform = definePolicy('uniform', [parameter('a.*', init.uniform())]);
    const rows = (generator: Generator, options = {}) =>
      explainPolicy(model, sequence(normal, uniform), { generator, ...options }).assignments.map(
        ({ path, place, words }) => [path, place?.words, place?.cachedFrom, words],
      );
    // Three samples come from two pairs of four words each, and the last sample stays cached. 20 samples draw 16 more words.
    expect(rows(new Generator(0))).toEqual([
      ['a.weight', 0, null, 8],
      ['a.bias', 8, 4, 0],
      ['b.weight', 8, 4, 36],
      ['b.bias', 44, 4, 0],
      ['a.weight', 44, 4, 3],
      ['a.bias', 47, 4, 1],
    ]);
    const cached = new Generator(0);
    init.normal_(zeros([1]), 0, 1, { generator: cached });
    expect(rows(cached)).toEqual([
      ['a.weight', 0, 'start', 4],
      ['a.bias', 4, null, 0],
      ['b.weight', 4, null, 36],
      ['b.bias', 40, null, 0],
      ['a.weight', 40, null, 3],
      ['a.bias', 43, null, 1],
    ]);
    // Each parameter has its own key, and nothing is drawn from a stream.
    expect(rows(cached, { rng: 'counter', seed: 0 })).toEqual([
      ['a.weight', undefined, undefined, 0],
      ['a.bias', undefined, undefined, 0],
      ['b.weight', undefined, undefined, 0],
      ['b.bias', undefined, undefined, 0],
      ['a.weight', undefined, undefined, 0],
      ['a.bias', undefined, undefined, 0],
    ]);
    const keyed = String(explainPolicy(model, sequence(normal, uniform), { rng: 'counter', seed: 0 })).split('\n');
    expect(keyed[0]).toBe('policy normal + uniform: 6 parameters, 33 elements, a key for each parameter');
    expect(keyed[3]).toMatch(/^a\.weight .* – +–$/);
    const plan = explainPolicy(model, sequence(normal, uniform), { generator: cached });
    expect([plan.words, plan.policy]).toEqual([44, 'normal + uniform']);
    expect(plan.untouched).toEqual(['a.bias', 'b.bias']);
    expect(String(plan).split('\n')[0]).toBe(
      'policy normal + uniform: 6 parameters, 33 elements, 44 words of the stream',
    );
  });

  it('does not count a loaded parameter, nor a tied one twice', () => {
    const model = nn.skipInit(() => new nn.Sequential({ a: new nn.Linear(4, 4), b: new nn.Linear(4, 4) }));
    (model.getSubmodule('b') as nn.Linear).weight = (model.getSubmodule('a') as nn.Linear).weight;
    model.loadStateDict([['a.bias', zeros([4])]], { strict: false });
    const policy = definePolicy('p', [rule(nn.Linear, { bias: init.uniform(), weight: init.uniform() })]);
    const rows = (options: object) =>
      explainPolicy(model, policy, options).assignments.map(({ path, place, words }) => [path, place?.words, words]);
    expect(rows({})).toEqual([
      ['a.bias', 0, 4],
      ['a.weight', 4, 16],
      ['b.bias', 20, 4],
    ]);
    expect(rows({ onlyMissing: true })).toEqual([
      ['a.weight', 0, 16],
      ['b.bias', 16, 4],
    ]);
  });

  it('prints as a table and as JSON', () => {
    const model = nn.skipInit(
      () => new nn.Sequential({ conv: new nn.Conv2d(3, 4, 3), fc: new nn.Linear(4, 2), tied: new nn.Linear(4, 2) }),
    );
    (model.getSubmodule('tied') as nn.Linear).weight = (model.getSubmodule('fc') as nn.Linear).weight;
    const plan = explainPolicy(
      model,
      definePolicy('p', [
        rule(nn.Conv2d, { weight: init.xavierNormal(), bias: init.keep }),
        parameter('fc.weight', init.ones()),
        rule(nn.LayerNorm, { weight: init.ones() }),
      ]),
    );
    expect(plan.assignments.map(({ path, aliases, fans, rule }) => [path, aliases, fans, rule])).toEqual([
      ['conv.weight', [], [27, 36], 'Conv2d'],
      ['conv.bias', [], null, 'Conv2d'],
      ['fc.weight', ['tied.weight'], [4, 2], "parameter('fc.weight')"],
    ]);
    expect(plan.tied).toEqual([['fc.weight', 'tied.weight']]);
    expect(plan.uncovered).toEqual(['fc.bias', 'tied.bias']);
    expect(plan.untouched).toEqual(['conv.bias', 'fc.bias', 'tied.bias']);
    const text = String(plan);
    expect(text).toMatch(
      /^conv\.weight +\[4, 3, 3, 3\] +Conv2d +xavierNormal\(gain=1\) +27 \/ 36 +0 +0\.178 +124 +0$/m,
    );
    expect(text).toMatch(/^conv\.bias +\[4\] +Conv2d +keep\(\) +– +– +– +0 +124$/m);
    expect(text).toContain('tied, filled once: fc.weight = tied.weight');
    expect(text).toContain('unused rules: LayerNorm');
    const data = JSON.parse(JSON.stringify(plan));
    expect(data.assignments[0]).toMatchObject({
      path: 'conv.weight',
      words: 124,
      place: { words: 0, cachedFrom: null },
      law: { kind: 'normal' },
    });
    expect(data.assignments[0].parameter).toBeUndefined();
  });

  it('prints one row for each assignment, with numbers at the right', () => {
    const model = nn.skipInit(() => new nn.Sequential(new nn.Linear(20, 10), new nn.LayerNorm(8), new nn.Linear(8, 2)));
    const plan = explainPolicy(
      model,
      definePolicy('p', [
        rule(nn.Linear, { weight: init.truncNormal({ mean: 1, std: 0.5, a: 0 }), bias: init.uniform(-1, 1) }),
        rule(nn.LayerNorm, { weight: init.keep }),
      ]),
    );
    expect(String(plan).split('\n')).toEqual([
      'policy p: 5 parameters, 236 elements, an unknown number of words of the stream',
      'parameter  shape     rule       initializer                                                  fans  mean    std    words  from word',
      '─────────  ────────  ─────────  ────────────────────────────────────────────────────────  ───────  ────  ─────  ───────  ─────────',
      '0.weight   [10, 20]  Linear     truncNormal(mean=1, std=0.5, a=0, b=2, method=rejection)  20 / 10     1   0.44  unknown          0',
      '0.bias     [10]      Linear     uniform(a=-1, b=1)                                              –     0  0.577  unknown    unknown',
      '1.weight   [8]       LayerNorm  keep()                                                          –     –      –  unknown    unknown',
      '2.weight   [2, 8]    Linear     truncNormal(mean=1, std=0.5, a=0, b=2, method=rejection)    8 / 2     1   0.44  unknown    unknown',
      '2.bias     [2]       Linear     uniform(a=-1, b=1)                                              –     0  0.577  unknown    unknown',
      'uncovered parameters, left as they were: 1.bias',
    ]);
  });

  it('is an error that lists all diagnostics if strict is true', () => {
    const model = new nn.Sequential({ conv: new nn.Conv2d(3, 4, 3), fc: new nn.Linear(4, 2) });
    const policy = definePolicy('p', [
      rule(nn.Linear, { weight: init.ones() }),
      rule(nn.LayerNorm, { weight: init.ones() }),
    ]);
    const generator = new Generator(0);
    expect(() => initializeWeights(model, policy, { generator, strict: true })).toThrow(PolicyError);
    expect(() => explainPolicy(model, policy, { strict: true })).toThrow(
      /no rule applies to conv\.weight[\s\S]*conv\.bias[\s\S]*fc\.bias[\s\S]*rule LayerNorm matches nothing/,
    );
    expect(generator.wordsDrawn).toBe(0);
    expect(explainPolicy(model, policy, { strict: false })).toMatchObject({ uncovered: [], unusedRules: [] });
    expect(() => explainPolicy(model, policy, { strict: 'yes' as never })).toThrow(
      "strict: expected true, 'warn' or false",
    );
  });

  it('leaves loaded parameters unchanged with onlyMissing', () => {
    const policy = definePolicy('p', [rule(nn.Linear, { weight: init.normal(), bias: init.zeros() })]);
    const model = new nn.Sequential(new nn.Linear(4, 4), new nn.Linear(4, 4));
    const saved = [...new nn.Sequential(new nn.Linear(4, 4)).stateDict()];
    model.loadStateDict(saved, { strict: false });
    const generator = new Generator(3);
    const report = initializeWeights(model, policy, { onlyMissing: true, generator });
    expect(report.loaded).toEqual(['0.weight', '0.bias']);
    expect(report.entries.map(({ path }) => path)).toEqual(['1.weight', '1.bias']);
    expect(model.getParameter('0.weight').data).toEqual(saved[0][1].data);
    expect(generator.wordsDrawn).toBe(16);
    expect(String(report)).toContain('loaded parameters, left as they were: 0.weight, 0.bias');
  });
});
