import { describe, expect, it } from '@jest/globals';
import { PolicyError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { type Assignments, rule } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { bytesOf, sha256, stateHash } from '../golden/readGolden.js';

const build = () =>
  new nn.Sequential({
    conv: new nn.Conv2d(3, 4, 3),
    norm: new nn.BatchNorm2d(4),
    inner: new nn.Sequential(new nn.Linear(8, 6), new nn.Linear(6, 2, { bias: false })),
  });

const policy = definePolicy('tutorial', [
  rule(nn.Conv2d, { weight: init.xavierNormal(), bias: init.zeros() }),
  rule(nn.BatchNorm2d, { weight: init.ones(), bias: init.zeros() }),
  rule(nn.Linear, { weight: init.normal(0, 0.01), bias: init.zeros() }),
]);

/** Everything that a policy can change: parameters, buffers and the default generator. */
const fingerprint = (model: nn.Module) => [
  ...[...model.stateDict()].map(([key, t]) => [key, sha256(bytesOf(t))]),
  stateHash(defaultGenerator),
];

describe('initializeWeights', () => {
  it('makes the same draws as a loop over modules()', () => {
    manualSeed(7);
    const byPolicy = build();
    initializeWeights(byPolicy, policy);
    const after = stateHash(defaultGenerator);
    manualSeed(7);
    const byHand = build();
    for (const module of byHand.modules()) {
      if (module instanceof nn.Conv2d) {
        init.xavierNormal_(module.weight);
        if (module.bias) init.zeros_(module.bias);
      } else if (module instanceof nn.Linear) {
        init.normal_(module.weight, 0, 0.01);
        if (module.bias) init.zeros_(module.bias);
      }
    }
    expect(stateHash(defaultGenerator)).toBe(after);
    expect(fingerprint(byPolicy)).toEqual(fingerprint(byHand));
  });

  it('reports what it did', () => {
    const model = build();
    const report = initializeWeights(model, policy, { generator: new Generator(0) });
    expect(report.policy).toBe('tutorial');
    expect(
      report.entries.map(({ path, rule, initializer, count }) => [path, rule, String(initializer), count]),
    ).toEqual([
      ['conv.weight', 'Conv2d', 'xavierNormal(gain=1)', 108],
      ['conv.bias', 'Conv2d', 'zeros()', 4],
      ['norm.weight', 'BatchNorm2d', 'ones()', 4],
      ['norm.bias', 'BatchNorm2d', 'zeros()', 4],
      ['inner.0.weight', 'Linear', 'normal(mean=0, std=0.01)', 48],
      ['inner.0.bias', 'Linear', 'zeros()', 6],
      ['inner.1.weight', 'Linear', 'normal(mean=0, std=0.01)', 12],
    ]);
    const [conv] = report.entries;
    expect(conv.expected).toEqual({ mean: 0, std: Math.sqrt(2 / 63), min: -Infinity, max: Infinity });
    const { weight } = model.getSubmodule('conv') as nn.Conv2d;
    expect(conv.sample.mean).toBeCloseTo(weight.mean().item(), 6);
    expect(conv.sample.std).toBeCloseTo(weight.std().item(), 6);
    expect(conv.sample.min).toBe(weight.min().item());
    expect(conv.sample.max).toBe(weight.max().item());
    expect(report.uncovered).toEqual([]);
    expect(report.unusedRules).toEqual([]);
    expect(JSON.parse(JSON.stringify(report)).entries[0].initializer).toEqual({ kind: 'xavierNormal', gain: 1 });
    const lines = String(report).split('\n');
    expect(lines[0]).toBe('policy tutorial: 7 parameters, 186 elements written');
    expect(lines[3]).toMatch(
      /^conv\.weight +\[4, 3, 3, 3\] +Conv2d +xavierNormal\(gain=1\) +108 +\S+ \(0\) +\S+ \(0\.178\)/,
    );
  });

  it('leaves kept and uncovered parameters unchanged, and reports them', () => {
    manualSeed(1);
    const model = build();
    const before = fingerprint(model).slice(0, -1);
    const partial = definePolicy('partial', [
      rule(nn.Conv2d, { weight: init.keep }),
      rule(nn.CrossEntropyLoss as never, { weight: init.zeros() } as never),
    ]);
    const report = initializeWeights(model, partial);
    expect(report.entries.map(({ path, count, expected }) => [path, count, expected])).toEqual([
      ['conv.weight', 0, null],
    ]);
    expect(report.uncovered).toEqual([
      'conv.bias',
      'norm.weight',
      'norm.bias',
      'inner.0.weight',
      'inner.0.bias',
      'inner.1.weight',
    ]);
    expect(report.unusedRules).toEqual(['CrossEntropyLoss']);
    expect(String(report)).toContain('uncovered parameters, left as they were: conv.bias, norm.weight');
    expect(String(report)).toContain('unused rules: CrossEntropyLoss');
    expect(fingerprint(model).slice(0, -1)).toEqual(before);
  });

  it('lets the first matching rule claim a module; a class matches its subclasses', () => {
    class Head extends nn.Linear {}
    const model = new nn.Sequential(new nn.Linear(2, 2), new Head(2, 2));
    initializeWeights(
      model,
      definePolicy('head', [
        rule(Head, { weight: init.ones(), bias: init.keep }),
        rule(nn.Linear, { weight: init.zeros(), bias: init.keep }),
      ]),
    );
    expect(model.at(0).getParameter('weight').tolist()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(model.at(1).getParameter('weight').tolist()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('fills a tied parameter once, and refuses two different initialisers for it', () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2));
    (model.at(1) as nn.Linear).weight = (model.at(0) as nn.Linear).weight;
    manualSeed(0);
    const report = initializeWeights(
      model,
      definePolicy('one', [rule(nn.Linear, { weight: init.normal(), bias: init.zeros() })]),
    );
    expect(report.entries.map(({ path }) => path)).toEqual(['0.weight', '0.bias', '1.bias']);
    class Other extends nn.Linear {}
    const disagreeing = new nn.Sequential(new nn.Linear(2, 2), new Other(2, 2));
    (disagreeing.at(1) as Other).weight = (disagreeing.at(0) as nn.Linear).weight;
    const before = fingerprint(disagreeing);
    const both = definePolicy('two', [rule(Other, { weight: init.ones() }), rule(nn.Linear, { weight: init.zeros() })]);
    expect(() => initializeWeights(disagreeing, both)).toThrow(/at 1\.weight.*tied to 0\.weight/);
    expect(fingerprint(disagreeing)).toEqual(before);
  });
});

describe('a policy that cannot be carried out', () => {
  const refused = (bad: () => ReturnType<typeof definePolicy>, ...phrases: string[]) => {
    const model = build();
    const before = fingerprint(model);
    let error: unknown;
    try {
      initializeWeights(model, bad());
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(PolicyError);
    for (const phrase of phrases) expect((error as Error).message).toContain(phrase);
    expect(fingerprint(model)).toEqual(before);
  };
  const good = rule(nn.Conv2d, { weight: init.xavierNormal(), bias: init.zeros() });

  it('is refused as a whole, naming rule and path', () => {
    refused(
      () => definePolicy('p', [good, rule(nn.Linear, { bias: init.xavierNormal() })]),
      "at inner.0.bias: rule 2 of 'p', rule(Linear)",
      'fewer than 2 dimensions',
    );
    refused(
      () => definePolicy('p', [good, rule(nn.Linear, { weight: init.normal(0, -1) })]),
      'inner.0.weight',
      'inner.1.weight',
      'normal expects std >= 0.0',
    );
    refused(
      () => definePolicy('p', [rule(nn.Conv2d, { weight: init.xavierNormal(Number.NaN) })]),
      'conv.weight',
      'gain',
    );
  });

  it('is refused before the first draw if only the dtype makes it impossible', () => {
    const model = build().to('float16');
    const before = fingerprint(model);
    const wide = rule(nn.Linear, { weight: init.normal(), bias: init.uniform(-1e6, 1e6) });
    expect(() => initializeWeights(model, definePolicy('p', [good, wide]))).toThrow('out of bounds for c10::Half');
    expect(fingerprint(model)).toEqual(before);
  });

  it('is refused for misspelt names, with a suggestion', () => {
    const misspelt = { wieght: init.zeros() } as unknown as Assignments<nn.Linear>;
    refused(
      () => definePolicy('p', [rule(nn.Linear, misspelt)]),
      "Linear has no parameter 'wieght'; did you mean 'weight'?",
    );
    const notParameter = { inFeatures: init.zeros() } as unknown as Assignments<nn.Linear>;
    refused(() => definePolicy('p', [rule(nn.Linear, notParameter)]), "'inFeatures' of Linear is not a parameter");
  });

  it('is refused if it is not a policy', () => {
    refused(() => definePolicy('p', []), 'has no rules');
    refused(() => definePolicy('', [good]), 'requires a name');
    refused(() => definePolicy('p', [{} as never]), 'rule 1');
    refused(() => definePolicy('p', [rule(nn.Linear, { weight: init.zeros as never })]), 'call it, init.zeros()');
    refused(() => definePolicy('p', [rule(nn.Linear, {})]), 'assigns nothing');
    refused(() => definePolicy('p', [rule('Linear' as never, {} as never)]), 'layer class');
    expect(() => initializeWeights({} as nn.Module, policy)).toThrow('expects an nn.Module first');
    expect(() => initializeWeights(build(), undefined as never)).toThrow('made by definePolicy()');
    expect(() => initializeWeights(build(), policy, { generator: 3 as never })).toThrow(
      'generator: expected a Generator',
    );
  });
});
