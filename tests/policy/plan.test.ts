import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
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
  it('knows where in the stream every parameter is drawn', () => {
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
          if (place === null) throw new Error('every place is known here');
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

  it('says unknown after a truncated normal that may draw again, and the report says what it was', () => {
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

  it('holds what it is about, as a table and as JSON', () => {
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

  it('is an error that lists all findings when strict', () => {
    const model = new nn.Sequential({ conv: new nn.Conv2d(3, 4, 3), fc: new nn.Linear(4, 2) });
    const policy = definePolicy('p', [
      rule(nn.Linear, { weight: init.ones() }),
      rule(nn.LayerNorm, { weight: init.ones() }),
    ]);
    const generator = new Generator(0);
    expect(() => initializeWeights(model, policy, { generator, strict: true })).toThrow(PolicyError);
    expect(() => explainPolicy(model, policy, { strict: true })).toThrow(
      /no rule speaks of conv\.weight[\s\S]*conv\.bias[\s\S]*fc\.bias[\s\S]*rule LayerNorm matches nothing/,
    );
    expect(generator.wordsDrawn).toBe(0);
    expect(explainPolicy(model, policy, { strict: false })).toMatchObject({ uncovered: [], unusedRules: [] });
    expect(() => explainPolicy(model, policy, { strict: 'yes' as never })).toThrow("strict is true, 'warn' or false");
  });

  it('leaves loaded parameters alone when only missing ones are wanted', () => {
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
