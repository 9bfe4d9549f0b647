import { describe, expect, it } from '@jest/globals';
import { drawSlice } from '../../src/init/drawSlice.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy, extendPolicy, sequence } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { initializeWeightsAsync } from '../../src/policy/initializeWeightsAsync.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { generatorAt } from '../../src/random/StreamPosition.js';
import { zeros } from '../../src/tensor/creation.js';
import { rand } from '../../src/tensor/randomCreation.js';
import { Tensor } from '../../src/tensor/Tensor.js';

class LanguageModel extends nn.Module {
  wte = new nn.Embedding(10, 4);
  fc = new nn.Linear(4, 4);
  lmHead = new nn.Linear(4, 10, { bias: false });
  static override readonly stateNames = { lmHead: 'lm_head' };
  constructor() {
    super();
    this.wte.weight = this.lmHead.weight;
  }
  override forward(): void {}
}

class Block extends nn.Module {
  own: nn.Linear;
  constructor(readonly shared: nn.Linear) {
    super();
    this.own = new nn.Linear(4, 4);
  }
  override forward(): void {}
}

/** A module in two parents, and a module under two names. */
class Shared extends nn.Module {
  a: Block;
  b: Block;
  c: nn.Linear;
  constructor() {
    super();
    const shared = new nn.Linear(4, 4);
    this.a = new Block(shared);
    this.b = new Block(shared);
    this.c = this.b.own;
  }
  override forward(): void {}
}

const small = init.normal(0, 0.02);
const rules = [rule(nn.Linear, { weight: small, bias: init.zeros() }), rule(nn.Embedding, { weight: small })];

function byHand(module: nn.Module): void {
  if (module instanceof nn.Linear) {
    init.normal_(module.weight, 0, 0.02);
    if (module.bias) init.zeros_(module.bias);
  } else if (module instanceof nn.Embedding) init.normal_(module.weight, 0, 0.02);
}

const first = (module: nn.Module, key: string) =>
  Array.from(module.getParameter(key).data.subarray(0, 3) as Float32Array);

/** The three first elements of two parameters, and the next number of the stream, as PyTorch 2.15 gives them. */
const TORCH = {
  lm: [
    [0.0022049173712730408, -0.01637624017894268, 0.012655321508646011],
    [-0.046434029936790466, -0.023928202688694, 0.003940563183277845],
    0.757411777973175,
  ],
  shared: [
    [0.03882924094796181, 0.015829961746931076, -0.00040503652417100966],
    [0.0018590046092867851, -0.013321993872523308, 0.012160943821072578],
    0.9736230969429016,
  ],
};

describe("a policy with tied: 'each'", () => {
  it.each(['modules', 'apply'] as const)('gives the bits of a hand-written loop in the order of %s', (order) => {
    manualSeed(0);
    const hand = new LanguageModel();
    if (order === 'apply') hand.apply(byHand);
    else for (const module of hand.modules()) byHand(module);
    expect([first(hand, 'lm_head.weight'), first(hand, 'fc.weight'), rand([1]).item()]).toEqual(TORCH.lm);
    manualSeed(0);
    const model = new LanguageModel();
    initializeWeights(model, definePolicy('same', rules, { order, tied: 'each' }), { strict: true });
    expect([first(model, 'lm_head.weight'), first(model, 'fc.weight'), rand([1]).item()]).toEqual(TORCH.lm);
  });

  it('visits a module in two parents twice, and a module under two names of one parent once, as apply() does', () => {
    manualSeed(0);
    const hand = new Shared().apply(byHand);
    expect([first(hand, 'a.shared.weight'), first(hand, 'b.own.weight'), rand([1]).item()]).toEqual(TORCH.shared);
    manualSeed(0);
    const model = new Shared();
    const policy = definePolicy('same', rules, { order: 'apply', tied: 'each' });
    const plan = explainPolicy(model, policy);
    initializeWeights(model, policy);
    expect([first(model, 'a.shared.weight'), first(model, 'b.own.weight'), rand([1]).item()]).toEqual(TORCH.shared);
    expect(plan.assignments.filter(({ law }) => law.kind === 'normal').map(({ path }) => path)).toEqual([
      'a.shared.weight',
      'a.own.weight',
      'b.shared.weight',
      'b.own.weight',
      'c.weight',
    ]);
  });

  it('has each fill in plan and report, with its place in the stream', async () => {
    const policy = definePolicy('p', rules, { order: 'apply', tied: 'each' });
    const model = new LanguageModel();
    const plan = explainPolicy(model, policy);
    const places = plan.assignments.map(({ path, aliases, place, words }) => [path, aliases, place?.words, words]);
    expect(places).toEqual([
      ['wte.weight', ['lm_head.weight'], 0, 56],
      ['fc.weight', [], 56, 16],
      ['fc.bias', [], 72, 0],
      ['lm_head.weight', ['wte.weight'], 72, 56],
    ]);
    expect(String(plan)).toContain('tied, filled 2 times: wte.weight = lm_head.weight');
    const generator = new Generator(3);
    const start = generator.clone();
    const report = await initializeWeightsAsync(model, policy, { generator });
    expect(report.entries.map(({ path, fromWord, words }) => [path, fromWord, words])).toEqual(
      places.map(([path, , from, words]) => [path, from, words]),
    );
    expect(String(report)).toContain('tied, filled 2 times: wte.weight = lm_head.weight');
    expect(JSON.parse(JSON.stringify(report)).entries).toHaveLength(4);
    const [, , , last] = plan.assignments;
    const alone = small.fill(zeros([10, 4]), {
      generator: generatorAt(start, last.place ?? { words: 0, cachedFrom: null }),
    });
    expect(alone.tolist()).toEqual(model.wte.weight.tolist());
  });

  it('may assign different initialisers: the last one stays', () => {
    const other = rule(nn.Embedding, { weight: init.ones() });
    const options = { order: 'modules', tied: 'each' } as const;
    const model = new LanguageModel();
    expect(() => initializeWeights(model, definePolicy('p', [rules[0], other]))).toThrow('tied to wte.weight');
    initializeWeights(model, definePolicy('p', [rules[0], other], options), { generator: new Generator(0) });
    expect(Math.max(...(model.wte.weight.data as Float32Array))).toBeLessThan(0.1);
    initializeWeights(
      model,
      definePolicy('p', [rule(nn.Linear, { weight: init.zeros(), bias: init.keep }), other], options),
    );
    expect(model.wte.weight.tolist()).toEqual(zeros([10, 4]).tolist());
  });

  it('draws in counter mode from the key of the first name, whichever rule fills the parameter', () => {
    const each = new LanguageModel();
    const report = initializeWeights(each, definePolicy('p', rules, { tied: 'each' }), { rng: 'counter', seed: 7 });
    const filled = report.entries.filter(({ path }) => path === 'lm_head.weight' || path === 'wte.weight');
    expect(filled.map(({ key }) => key)).toEqual([1, 2].map(() => RandomKey.ofParameter(7, 'wte.weight')));
    const { initializer, shape } = filled[1];
    const alone = drawSlice(initializer, shape, { seed: 7, path: 'wte.weight' });
    expect(each.wte.weight.flatten().tolist()).toEqual(alone.tolist());
  });

  it('fills a parameter under two names of one module twice', () => {
    class Twice extends nn.Module {
      a = new nn.Parameter(zeros([20]));
      b = this.a;
      override forward(): void {}
    }
    const paths = (tied: 'once' | 'each', made: Parameters<typeof definePolicy>[1]) =>
      explainPolicy(new Twice(), definePolicy('p', made, { tied })).assignments.map(({ path }) => path);
    const both = rule(Twice, { b: small, a: small });
    expect([paths('once', [both]), paths('each', [both])]).toEqual([['b'], ['b', 'a']]);
    const all = parameter('*', small);
    expect([paths('once', [all]), paths('each', [all])]).toEqual([['a'], ['a', 'b']]);
  });

  it('keeps its options in extendPolicy and sequence, and leaves loaded and frozen parameters alone', () => {
    const each = definePolicy('each', rules, { order: 'apply', tied: 'each' });
    const optionsOf = ({ passes }: typeof each) => passes.map(({ order, tied }) => `${order} ${tied}`);
    expect(optionsOf(extendPolicy(each, [parameter('fc.*', init.keep)]))).toEqual(['apply each']);
    expect(optionsOf(sequence(each, definePolicy('once', rules)))).toEqual(['apply each', 'modules once']);
    const paths = (policy: typeof each, options = {}) =>
      explainPolicy(new LanguageModel().requiresGrad_(false), policy, options).assignments.map(({ path }) => path);
    expect(paths(sequence(each, definePolicy('once', rules)))).toEqual([
      'wte.weight',
      'fc.weight',
      'fc.bias',
      'lm_head.weight',
      'wte.weight',
      'fc.weight',
      'fc.bias',
    ]);
    expect(paths(each, { frozen: 'keep' })).toEqual([]);
    const loaded = new LanguageModel();
    loaded.loadStateDict([['wte.weight', zeros([10, 4])]], { strict: false });
    expect(explainPolicy(loaded, each, { onlyMissing: true })).toMatchObject({
      loaded: ['wte.weight'],
      assignments: [{ path: 'fc.weight' }, { path: 'fc.bias' }],
    });
  });

  it('is the only other choice', () => {
    for (const tied of ['twice', true, null]) {
      expect(() => definePolicy('p', rules, { tied } as never)).toThrow(
        "tied of policy 'p': expected 'once' or 'each'",
      );
    }
  });
});

describe('the order of draws in one module', () => {
  // for n, p in lstm.named_parameters(): if 'weight_ih' in n: … elif 'weight_hh' in n: … else: …
  it('is that of the parameters, for parameter rules that follow each other', () => {
    manualSeed(0);
    const lstm = new nn.LSTM(4, 5, { numLayers: 2 });
    const policy = definePolicy('lstm', [
      parameter('bias*', init.uniform(-0.1, 0.1)),
      parameter('weight_hh*', init.normal(0, 0.1)),
      parameter('weight_ih*', init.xavierUniform()),
    ]);
    const { entries } = initializeWeights(lstm, policy, { strict: true });
    expect(entries.map(({ path }) => path)).toEqual([...lstm.namedParameters()].map(([path]) => path));
    const begin = (key: string) => Array.from(lstm.getParameter(key).data.subarray(0, 2) as Float32Array);
    expect(begin('weight_ih_l0')).toEqual([-0.49093878269195557, -0.1947462558746338]);
    expect(begin('weight_hh_l1')).toEqual([-0.06301645189523697, 0.05482359603047371]);
    expect(begin('bias_hh_l1')).toEqual([-0.09626761823892593, 0.06761020421981812]);
    expect(rand([1]).item()).toBe(0.09121572971343994);
  });

  it('is that of the rules, for a module rule and the parameter rules before and after it', () => {
    const order = (made: Parameters<typeof definePolicy>[1]) =>
      explainPolicy(new nn.LSTM(2, 2), definePolicy('p', made)).assignments.map(({ path }) => path.replace('_l0', ''));
    const [wIh, wHh, bIh, bHh] = ['weight_ih*', 'weight_hh*', 'bias_ih*', 'bias_hh*'].map((p) => parameter(p, small));
    expect(order([bHh, bIh, rule(nn.LSTM, { weight_hh_l0: small }), wIh])).toEqual([
      'bias_ih',
      'bias_hh',
      'weight_hh',
      'weight_ih',
    ]);
    // A rule that chooses other modules ends the loop as well, so that the order does not depend on the model.
    expect(order([bHh, bIh, rule(nn.Conv2d, { weight: small }), wHh, wIh])).toEqual([
      'bias_ih',
      'bias_hh',
      'weight_ih',
      'weight_hh',
    ]);
  });
});

describe("frozen: 'keep'", () => {
  const build = () => {
    const model = new nn.Sequential({ body: new nn.Linear(2, 2), head: new nn.Linear(2, 2) });
    model.getSubmodule('body').requiresGrad_(false);
    return model;
  };
  const policy = definePolicy('p', [parameter('**.weight', init.ones()), parameter('head.bias', init.ones())]);

  it('leaves parameters without gradients as they are, and lists them', async () => {
    const model = build();
    const before = model.getParameter('body.weight').tolist();
    const plan = explainPolicy(model, policy, { frozen: 'keep', strict: true });
    expect(plan).toMatchObject({ frozen: ['body.weight', 'body.bias'], uncovered: [] });
    expect(plan.untouched).toEqual(['body.weight', 'body.bias']);
    expect(JSON.parse(JSON.stringify(plan)).frozen).toEqual(plan.frozen);
    for (const report of [
      initializeWeights(model, policy, { frozen: 'keep', strict: true }),
      await initializeWeightsAsync(model, policy, { frozen: 'keep' }),
    ]) {
      expect(report.entries.map(({ path }) => path)).toEqual(['head.weight', 'head.bias']);
      expect(report.frozen).toEqual(plan.frozen);
      expect(String(report)).toContain('frozen parameters, left as they were: body.weight, body.bias');
    }
    expect(model.getParameter('body.weight').tolist()).toEqual(before);
  });

  it('is not the default', () => {
    for (const options of [{}, { frozen: 'initialize' }] as const) {
      const model = build();
      expect(initializeWeights(model, policy, options)).toMatchObject({ frozen: [], uncovered: ['body.bias'] });
      expect(model.getParameter('body.weight').tolist()).toEqual([
        [1, 1],
        [1, 1],
      ]);
      expect(model.getParameter('body.weight')).toBeInstanceOf(Tensor);
    }
    for (const frozen of [true, 'leave', null]) {
      expect(() => explainPolicy(build(), policy, { frozen } as never)).toThrow(
        "frozen: expected 'initialize' or 'keep', found",
      );
    }
  });

  it('lists a frozen parameter that is loaded as loaded', () => {
    const model = build();
    model.loadStateDict([['body.weight', zeros([2, 2])]], { strict: false });
    const plan = explainPolicy(model, policy, { frozen: 'keep', onlyMissing: true });
    expect(plan).toMatchObject({ loaded: ['body.weight'], frozen: ['body.bias'] });
  });
});
