import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawSlice } from '../../src/init/drawSlice.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { definePolicy, sequence } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter } from '../../src/policy/rule.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { empty, zeros } from '../../src/tensor/creation.js';
import { bytesOf, readGolden, sha256 } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

interface Case {
  readonly seed: string;
  readonly path: string;
  readonly pass: number;
  readonly init: object;
  readonly shape: readonly number[];
  readonly dtype: FloatDType;
  readonly sha256?: string;
  readonly data?: readonly number[];
}

const cases = readGolden<Case>('counter.json');

describeOnEveryPath('counter mode', () => {
  it('draws what torch.func._random draws by the published derivation', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    const wrong = cases.filter(({ seed, path, pass, init: data, shape, dtype, ...expected }) => {
      const drawn = drawSlice(init.fromJSON(data), shape, { seed: BigInt(seed), path, pass, dtype });
      if (expected.data === undefined) return sha256(bytesOf(drawn)) !== expected.sha256;
      const tolerance = dtype === 'float64' ? 1e-9 : 5e-6;
      return expected.data.some((x, i) => Math.abs(drawn.data[i] - x) > tolerance * Math.max(1, Math.abs(x)));
    });
    expect(wrong).toEqual([]);
  });

  it('draws any slice alone', () => {
    const anyCase = fc.constantFrom(...cases);
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyCase, fraction, fraction, ({ seed, path, pass, init: data, shape, dtype }, p, q) => {
        const options = { seed: BigInt(seed), path, pass, dtype };
        const whole = drawSlice(init.fromJSON(data), shape, options);
        const [from, to] = [Math.floor(p * whole.numel), Math.ceil(q * whole.numel)].sort((a, b) => a - b);
        const slice = drawSlice(init.fromJSON(data), shape, { ...options, from, to });
        expect(Buffer.compare(bytesOf(slice), bytesOf(whole.narrow(0, from, to - from).clone()))).toBe(0);
      }),
    );
  });
});

it('drawSlice refuses a range that is no range', () => {
  const options = { seed: 1, path: 'a' };
  for (const range of [{ from: null }, { to: null }, { to: 4 }, { from: 2, to: 1 }, { from: 0.5 }]) {
    expect(() => drawSlice(init.zeros(), [3], { ...options, ...range } as never)).toThrow('0 ≤ from ≤ to ≤ 3');
  }
});

const everything = definePolicy('everything', [parameter('**', init.normal(0, 0.02))]);

describe('a policy in counter mode', () => {
  it('draws each parameter from the key of its first name and pass', () => {
    const policy = sequence(
      definePolicy('first', [parameter('**', init.uniform(-1, 1))]),
      definePolicy('second', [parameter('fc.weight', init.truncNormal({ std: 0.02 }))]),
    );
    const model = new nn.Sequential({ fc: new nn.Linear(30, 20), head: new nn.Linear(20, 3) });
    const report = initializeWeights(model, policy, { rng: 'counter', seed: -3 });
    const weight = drawSlice(init.truncNormal({ std: 0.02 }), [20, 30], { seed: -3n, path: 'fc.weight', pass: 1 });
    expect(model.getParameter('fc.weight').data).toEqual(weight.data);
    const bias = drawSlice(init.uniform(-1, 1), [3], { seed: 2n ** 64n - 3n, path: 'head.bias' });
    expect(model.getParameter('head.bias').data).toEqual(bias.data);
    expect(report.entries.map(({ path, words, fromWord, key }) => [path, words, fromWord, String(key)])).toEqual([
      ...['fc.weight', 'fc.bias', 'head.weight', 'head.bias'].map((path) => [
        path,
        0,
        0,
        String(RandomKey.ofParameter(-3, path)),
      ]),
      ['fc.weight', 0, 0, String(RandomKey.ofParameter(-3, 'fc.weight', { pass: 1 }))],
    ]);
  });

  it('takes the first name of a tied parameter, whichever rule claimed it', () => {
    class Tied extends nn.Module {
      first = new nn.Linear(4, 4, { bias: false });
      second = new nn.Linear(4, 4, { bias: false });
      constructor() {
        super();
        this.second.weight = this.first.weight;
      }
      override forward(x: never) {
        return x;
      }
    }
    const model = new Tied();
    const policy = definePolicy('second', [parameter('second.weight', init.normal(0, 1))]);
    initializeWeights(model, policy, { rng: 'counter', seed: 1 });
    const expected = drawSlice(init.normal(0, 1), [4, 4], { seed: 1, path: 'first.weight' });
    expect(model.first.weight.data).toEqual(expected.data);
  });

  it('refuses a name that UTF-8 cannot write, before anything is drawn', () => {
    const model = new nn.Sequential({ 'a\ud800': new nn.Linear(2, 2) });
    const before = model.stateDict();
    expect(() => initializeWeights(model, everything, { rng: 'counter', seed: 1 })).toThrow('lone surrogates');
    expect(model.stateDict()).toEqual(before);
  });

  it('gives a key’s numbers to any function that takes a generator', () => {
    const key = new RandomKey(42).foldIn(7);
    const whole = init.normal_(empty([40]), 0, 1, { generator: generatorOf(key) });
    const generator = generatorOf(key);
    const parts = [init.normal_(empty([16]), 0, 1, { generator }), init.normal_(empty([24]), 0, 1, { generator })];
    expect([...whole.data]).toEqual(parts.flatMap(({ data }) => [...data]));
  });

  it.each([
    ['normal', init.normal(0, 1)],
    ['truncNormal', init.truncNormal({ std: 0.02 })],
    ['truncNormal under the density', init.truncNormal({ a: 1.5, b: 2 })],
    ['blocks', init.blocks(2, init.uniform())],
    ['zeroRow', init.zeroRow(0, init.truncNormal())],
    ['overwriting', init.overwriting(init.uniform(), init.truncNormal())],
    ['sparse', init.sparse(0.1)],
  ])('goes on behind a fill of %s', (_, initializer) => {
    const key = new RandomKey(1);
    const generator = generatorOf(key);
    const [first, second] = [
      initializer.fill(zeros([4, 5]), { generator }),
      initializer.fill(zeros([4, 5]), { generator }),
    ];
    expect(first).toEqual(initializer.fill(zeros([4, 5]), { generator: generatorOf(key) }));
    const common = [...second.data].filter((x) => x !== 0 && [...first.data].includes(x));
    expect(common).toEqual([]);
  });

  it('knows no positions for a policy that draws from a key', () => {
    const policy = definePolicy('truncated', [parameter('**', init.truncNormal({ std: 0.02 }))]);
    const build = () => new nn.Sequential(new nn.Linear(3, 3, { bias: false }), new nn.Linear(3, 3, { bias: false }));
    const key = new RandomKey(5);
    const places = explainPolicy(build(), policy, { generator: generatorOf(key) }).assignments.map(
      ({ place }) => place,
    );
    expect(places).toEqual([null, null]);
    const [plain, deferred] = [build(), nn.deferInit(build)];
    const report = initializeWeights(plain, policy, { generator: generatorOf(key) });
    expect(initializeWeights(deferred, policy, { generator: generatorOf(key) })).toEqual(report);
    expect(deferred.stateDict()).toEqual(plain.stateDict());
    expect(plain.getParameter('0.weight').equal(plain.getParameter('1.weight'))).toBe(false);
  });

  it('defers no fill that draws from a key', () => {
    const build = () => {
      const generator = generatorOf(new RandomKey(2));
      return [init.normal_(zeros([5]), 0, 1, { generator }), init.truncNormal_(zeros([5]), { generator })];
    };
    expect(nn.deferInit(build).map((t) => t.tolist())).toEqual(build().map((t) => t.tolist()));
  });
});
