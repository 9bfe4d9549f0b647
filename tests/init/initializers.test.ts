import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, type InitreeError, ShapeError, StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import { Parameter } from '../../src/nn/Parameter.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import type { DrawOptions } from '../../src/random/DrawOptions.js';
import { Generator } from '../../src/random/Generator.js';
import { full, ones, zeros } from '../../src/tensor/creation.js';
import { rand } from '../../src/tensor/randomCreation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { bytesOf, readGolden, sha256, stateHash } from '../golden/readGolden.js';
import { numbersOf } from '../nn/numbers.js';

interface OrthogonalCase {
  readonly call: 'orthogonal_';
  readonly shape: number[];
  readonly gain: number;
  readonly dtype: FloatDType;
  readonly seed: number;
  readonly data: number[];
  readonly next: number;
}

interface GainCase {
  readonly call: 'calculate_gain';
  readonly name: init.Nonlinearity;
  readonly param: number | null;
  readonly gain: number;
}

const golden = readGolden<OrthogonalCase | GainCase>('init.json');
const orthogonalCases = golden.filter((c): c is OrthogonalCase => c.call === 'orthogonal_');
const gainCases = golden.filter((c): c is GainCase => c.call === 'calculate_gain');

/** One of each initialiser, with settings away from the defaults. */
const ALL: readonly init.Initializer[] = [
  init.constant(0.3),
  init.deltaOrthogonal(2),
  init.dirac(2),
  init.eye(),
  init.kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }),
  init.kaimingUniform({ a: 0.2 }),
  init.keep,
  init.lecunNormal(),
  init.lecunUniform(),
  init.lstmForgetBias(2),
  init.normal(0.1, 0.7),
  init.ones(),
  init.orthogonal(2),
  init.sparse(0.4, 0.1),
  init.truncNormal({ std: 0.5, a: -1, b: 0.75 }),
  init.truncNormal({ method: 'inverse' }),
  init.truncNormalTf({ mean: 1, std: 0.02 }),
  init.uniform(-2, 3),
  init.varianceScaling({ scale: 2, mode: 'fan_avg', distribution: 'uniform' }),
  init.varianceScaling({ mode: 'fan_geo_avg', distribution: 'normal' }),
  init.xavierNormal(1.5),
  init.xavierUniform(1.5),
  init.zeros(),
];

/** A shape that an initialiser takes, large enough for its moments to show. */
function shapeFor({ kind }: init.Initializer): number[] {
  if (kind === 'dirac' || kind === 'deltaOrthogonal') return [40, 10, 3, 3];
  return kind === 'lstmForgetBias' ? [400] : [80, 100];
}

describe('every initialiser', () => {
  it.each(ALL.map((initializer) => [String(initializer), initializer] as const))('%s', (written, initializer) => {
    const data = JSON.parse(JSON.stringify(initializer));
    expect(init.fromJSON(data)).toEqual(initializer);
    expect(String(init.fromJSON(data))).toBe(written);
    expect(Object.isFrozen(initializer)).toBe(true);
    const shape = shapeFor(initializer);
    const fill = (t: Tensor, i: init.Initializer) => i.fill(t, { generator: new Generator(3) });
    const t = fill(full(shape, 9), initializer);
    expect(sha256(bytesOf(fill(full(shape, 9), init.fromJSON(data))))).toBe(sha256(bytesOf(t)));
    const expected = init.expectedMoments(initializer.law(shape), shape);
    if (initializer.kind === 'keep') {
      expect(expected).toBeNull();
      expect(t.min().item()).toBe(9);
      return;
    }
    if (expected === null) throw new Error('no law');
    const n = t.numel;
    // Five standard errors of the mean; of the standard deviation too, which is widest for heavy structure.
    expect(Math.abs(t.mean().item() - expected.mean)).toBeLessThanOrEqual(5 * (expected.std / Math.sqrt(n)) + 1e-7);
    expect(Math.abs(t.std().item() - expected.std)).toBeLessThanOrEqual(0.06 * expected.std + 1e-7);
    expect(t.min().item()).toBeGreaterThanOrEqual(Math.fround(expected.min) - 1e-7);
    expect(t.max().item()).toBeLessThanOrEqual(Math.fround(expected.max) + 1e-7);
  });
});

describe('orthogonal_', () => {
  it('gives PyTorch’s matrix to rounding, and leaves its generator', () => {
    expect(orthogonalCases.length).toBeGreaterThan(20);
    for (const { shape, gain, dtype, seed, data, next } of orthogonalCases) {
      const generator = new Generator(seed);
      const found = numbersOf(init.orthogonal_(zeros(shape, { dtype }), gain, { generator }));
      const worst = found.reduce((worst, x, i) => Math.max(worst, Math.abs(x - data[i])), 0);
      expect({ shape, dtype, close: worst <= 5e-6 }).toEqual({ shape, dtype, close: true });
      expect(Math.abs(rand([1], { generator }).item() - next)).toBeLessThan(1e-7);
    }
  });

  it('has orthonormal rows or columns, whichever are fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (rows, columns, seed) => {
        const t = init.orthogonal_(zeros([rows, columns]), 1, { generator: new Generator(seed) });
        const gram = rows <= columns ? t.matmul(t.transpose(0, 1)) : t.transpose(0, 1).matmul(t);
        const n = Math.min(rows, columns);
        const identity = init.eye_(zeros([n, n]));
        expect(gram.sub(identity).abs().max().item()).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('does nothing to a tensor without elements', () => {
    const generator = new Generator(0);
    const before = stateHash(generator);
    expect(init.orthogonal_(zeros([0, 3]), 1, { generator }).numel).toBe(0);
    expect(stateHash(generator)).toBe(before);
  });
});

describe('gains and fans', () => {
  it('are PyTorch’s', () => {
    for (const { name, param, gain } of gainCases) expect(init.calculateGain(name, param ?? undefined)).toBe(gain);
    expect(init.calculateFanInAndFanOut(zeros([6, 3, 5, 4]))).toEqual([60, 120]);
    expect(init.calculateFanInAndFanOut(zeros([6, 3]))).toEqual([3, 6]);
    expect(init.biasForProbability(0.01)).toBeCloseTo(-Math.log(99), 12);
  });

  it('are refused where there are none', () => {
    expect(() => init.calculateGain('rleu' as 'relu')).toThrow("Unsupported nonlinearity rleu; did you mean 'relu'?");
    expect(() => init.calculateGain('leaky_relu', true as never)).toThrow('negative_slope true not a valid number');
    expect(() => init.calculateGain('leaky_relu', Number.NaN)).toThrow('not a valid number');
    expect(() => init.calculateGain('__proto__' as 'relu')).toThrow(ArgumentError);
    expect(() => init.biasForProbability(1)).toThrow(ArgumentError);
    expect(() => init.kaimingNormal_(zeros([2, 2]), { mode: 'fan' as 'fan_in' })).toThrow(
      "Mode fan not supported, please use one of ['fan_in', 'fan_out']",
    );
    expect(init.kaimingNormal_(zeros([2, 2]), { mode: 'FAN_OUT' as 'fan_out' }).numel).toBe(4);
  });
});

describe('bad input is refused before anything is drawn or written', () => {
  const matrix = () => full([4, 6], 7);
  const computed = () => ones([4, 6], { requiresGrad: true }).mul(2);
  const refusals: [
    string,
    () => Tensor,
    (t: Tensor, o: { generator: Generator }) => unknown,
    new (detail: string) => InitreeError,
    string,
  ][] = [
    [
      'from > to',
      matrix,
      (t, o) => init.uniform_(t, 1, 0, o),
      ArgumentError,
      'uniform_ expects to return a [from, to) range, but found from=1 > to=0',
    ],
    ['an infinite bound', matrix, (t, o) => init.uniform_(t, 0, Infinity, o), ArgumentError, 'out of bounds'],
    [
      'a bound that is text',
      matrix,
      (t, o) => init.uniform_(t, '0' as never, 1, o),
      ArgumentError,
      'a (from) is out of bounds for float: expected a number from -3.4028234663852886e+38 to 3.4028234663852886e+38',
    ],
    [
      'a range too wide',
      matrix,
      (t, o) => init.uniform_(t, -3e38, 3e38, o),
      ArgumentError,
      'uniform_ expects to-from <= std::numeric_limits',
    ],
    [
      'a bound beyond float16',
      () => full([4], 7, { dtype: 'float16' }),
      (t, o) => init.uniform_(t, 0, 1e6, o),
      ArgumentError,
      'out of bounds',
    ],
    [
      'a negative std',
      matrix,
      (t, o) => init.normal_(t, 0, -1, o),
      ArgumentError,
      'normal expects std >= 0.0, but found std -1',
    ],
    ['NaN as std', matrix, (t, o) => init.normal_(t, 0, Number.NaN, o), ArgumentError, 'std'],
    ['an infinite mean', matrix, (t, o) => init.normal_(t, Infinity, 1, o), ArgumentError, 'mean'],
    [
      'a > b',
      matrix,
      (t, o) => init.truncNormal_(t, { a: 1, b: 0, ...o }),
      ArgumentError,
      'uniform_ expects to return a [from, to) range',
    ],
    ['std 0 to be cut', matrix, (t, o) => init.truncNormal_(t, { std: 0, ...o }), ArgumentError, 'std > 0'],
    [
      'an unknown method',
      matrix,
      (t, o) => init.truncNormal_(t, { method: 'x' as 'inverse', ...o }),
      ArgumentError,
      'method',
    ],
    [
      'a vector for xavier',
      () => full([4], 7),
      (t, o) => init.xavierNormal_(t, 1, o),
      ShapeError,
      'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
    ],
    [
      'a number for kaiming',
      () => full([], 7),
      (t, o) => init.kaimingUniform_(t, o),
      ShapeError,
      'fewer than 2 dimensions',
    ],
    [
      '[0, 0] for xavier',
      () => full([0, 0], 7),
      (t, o) => init.xavierUniform_(t, 1, o),
      ShapeError,
      'fan-in or fan-out',
    ],
    [
      'a negative gain for xavier',
      matrix,
      (t, o) => init.xavierUniform_(t, -1, o),
      ArgumentError,
      'uniform_ expects to return',
    ],
    ['NaN as gain', matrix, (t, o) => init.orthogonal_(t, Number.NaN, o), ArgumentError, 'gain'],
    [
      'a vector for orthogonal',
      () => full([4], 7),
      (t, o) => init.orthogonal_(t, 1, o),
      ShapeError,
      'Only tensors with 2 or more dimensions are supported',
    ],
    [
      'three dimensions for eye',
      () => full([2, 2, 2], 7),
      (t) => init.eye_(t),
      ShapeError,
      'Only tensors with 2 dimensions are supported',
    ],
    [
      'a matrix for dirac',
      matrix,
      (t) => init.dirac_(t),
      ShapeError,
      'Only tensors with 3, 4, or 5 dimensions are supported',
    ],
    [
      'groups that do not divide',
      () => full([4, 2, 3], 7),
      (t) => init.dirac_(t, 3),
      ShapeError,
      'dim 0 must be divisible by groups',
    ],
    ['no groups', () => full([4, 2, 3], 7), (t) => init.dirac_(t, 0), ArgumentError, 'groups'],
    ['a sparsity above 1', matrix, (t, o) => init.sparse_(t, 1.5, 0.01, o), ArgumentError, 'sparsity'],
    ['a sparsity below 0', matrix, (t, o) => init.sparse_(t, -0.1, 0.01, o), ArgumentError, 'sparsity'],
    [
      'integers to be drawn',
      () => full([4, 6], 7, { dtype: 'int64' }),
      (t, o) => init.normal_(t, 0, 1, o),
      DTypeError,
      "not implemented for 'int64'",
    ],
    [
      'NaN for integers',
      () => full([4, 6], 7, { dtype: 'int32' }),
      (t) => init.constant_(t, Number.NaN),
      ArgumentError,
      'int32',
    ],
    [
      'a bound beyond float16 that follows from the gain',
      () => full([2, 2], 7, { dtype: 'float16' }),
      (t, o) => init.xavierUniform_(t, 1e20, o),
      ArgumentError,
      'out of bounds for c10::Half',
    ],
    [
      'a forget bias beyond float16',
      () => full([8], 7, { dtype: 'float16' }),
      (t) => init.lstmForgetBias_(t, 1e6),
      ArgumentError,
      'cannot be converted to type float16',
    ],
    ['no tensor', matrix, (_, o) => init.uniform_([1] as unknown as Tensor, 0, 1, o), ArgumentError, 'must be Tensor'],
    [
      'no generator',
      matrix,
      (t) => init.uniform_(t, 0, 1, { generator: 3 as unknown as Generator }),
      ArgumentError,
      'generator: expected a Generator, found 3',
    ],
    [
      'a generator by position',
      matrix,
      (t, o) => init.uniform_(t, 0, 1, o.generator as unknown as DrawOptions),
      ArgumentError,
      'takes generator by name, found a Generator; write init.uniform_(tensor, 0, 1, { generator })',
    ],
    [
      'settings by position',
      matrix,
      (t) => init.kaimingUniform_(t, 'fan_out' as unknown as object),
      ArgumentError,
      "takes mode by name; write init.kaimingUniform_(tensor, { mode: 'fan_out' })",
    ],
    [
      'a misspelt setting',
      matrix,
      (t, o) => init.kaimingNormal_(t, { nonlinearty: 'relu', ...o } as object),
      ArgumentError,
      "did you mean 'nonlinearity'?",
    ],
    ['a number in words', matrix, (t, o) => init.normal_(t, 0, '1' as unknown as number, o), ArgumentError, "std '1'"],
    [
      'more inputs than outputs for deltaOrthogonal',
      () => full([2, 3, 3], 7),
      (t, o) => init.deltaOrthogonal_(t, 1, o),
      ShapeError,
      'as many outputs as inputs',
    ],
    ['a tensor that was computed', computed, (t, o) => init.normal_(t, 0, 1, o), StateError, 'inplace operation'],
    ['an LSTM bias of no four gates', () => full([5], 7), (t) => init.lstmForgetBias_(t), ShapeError, 'four gates'],
    [
      'an unknown distribution',
      matrix,
      (t, o) => init.varianceScaling_(t, { distribution: 'unifrom' as 'uniform', ...o }),
      ArgumentError,
      "did you mean 'uniform'?",
    ],
  ];

  it.each(refusals)('%s', (_, build, call, Kind, phrase) => {
    const generator = new Generator(1);
    const t = build();
    const before = [stateHash(generator), sha256(bytesOf(t))];
    expect(() => call(t, { generator })).toThrow(Kind);
    expect(() => call(t, { generator })).toThrow(phrase);
    expect([stateHash(generator), sha256(bytesOf(t))]).toEqual(before);
  });

  it.each([
    null,
    3,
    { kind: 'zeros', value: null },
    'zeros',
    [],
    {},
    { kind: 'nromal' },
    { kind: 'normal', sigma: 1 },
    { kind: 'normal', std: '1', mean: {} },
  ])('data that are no initialiser: %j', (data) => expect(() => init.fromJSON(data)).toThrow(ArgumentError));

  it('data with a setting of the wrong type, or nested too deep', () => {
    expect(() => init.fromJSON({ kind: 'normal', std: null })).toThrow(
      'normal.std: expected a number or a string, found null',
    );
    expect(() => init.fromJSON({ kind: '' })).toThrow("unknown kind of initializer ''; expected one of 'blocks',");
    const nested = (depth: number) => {
      let data: object = { kind: 'ones' };
      for (let i = 0; i < depth; i++) data = { kind: 'zeroRow', row: 0, initializer: data };
      return data;
    };
    expect(init.fromJSON(nested(32)).kind).toBe('zeroRow');
    expect(() => init.fromJSON(nested(33))).toThrow('expected initializers nested at most 32 deep');
  });

  it('moments of a value that is not a law', () => {
    expect(() => init.expectedMoments(init.uniform(-1, 1) as never, [2])).toThrow(
      'expectedMoments expects a law, found the initializer uniform(a=-1, b=1); write initializer.law(shape)',
    );
    const cycle: { kind: string; row: number; law?: object } = { kind: 'zeroRow', row: 0 };
    cycle.law = cycle;
    expect(() => init.expectedMoments(cycle as never, [2])).toThrow('expected laws nested at most 32 deep');
  });
});

describe('warnings', () => {
  const warn = jest.spyOn(console, 'warn');
  beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
  afterEach(() => void warn.mockReset());

  it('are PyTorch’s', () => {
    init.kaimingUniform_(zeros([0, 4]));
    init.truncNormal_(zeros([3, 3]), { mean: 5, generator: new Generator(0) });
    init.xavierUniform_(zeros([0, 4]));
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      'initree: Initializing zero-element tensors is a no-op',
      'initree: mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.',
    ]);
  });
});

describe('deltaOrthogonal', () => {
  it('keeps the norm of its input', () => {
    const weight = init.deltaOrthogonal_(zeros([6, 4, 3, 4]), 2, { generator: new Generator(5) });
    const centre = weight.select(3, 1).select(2, 1);
    const gram = centre.transpose(0, 1).matmul(centre);
    expect(
      gram
        .sub(init.eye_(zeros([4, 4])).mul(4))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-5);
    expect(weight.eq(0).sum().item()).toBe(weight.numel - 24);
    const drawn = new Generator(5);
    expect(numbersOf(init.orthogonal_(zeros([6, 4]), 2, { generator: drawn }))).toEqual(numbersOf(centre));
  });
});

describe('laws', () => {
  it.each<[init.Initializer, shape: number[], init.Law]>([
    [init.blocks(2, init.constant(3)), [4], { kind: 'blocks', count: 2, law: { kind: 'constant', value: 3 } }],
    [init.constant(3), [4], { kind: 'constant', value: 3 }],
    [init.deltaOrthogonal(3), [4, 2, 1], { kind: 'deltaOrthogonal', gain: 3 }],
    [init.dirac(2), [4, 2, 1], { kind: 'dirac', groups: 2 }],
    [init.eye(), [4, 2], { kind: 'eye' }],
    [init.kaimingNormal({ nonlinearity: 'linear' }), [4, 25], { kind: 'normal', mean: 0, std: 1 / 5 }],
    [init.kaimingNormal({ nonlinearity: 'linear', mode: 'fan_out' }), [4, 25], { kind: 'normal', mean: 0, std: 1 / 2 }],
    [init.kaimingNormal({ a: 1 }), [4, 25, 1], { kind: 'normal', mean: 0, std: 1 / 5 }],
    [init.kaimingUniform({ a: 1 }), [4, 1, 3], { kind: 'uniform', from: -1, to: 1 }],
    [init.keep, [4], { kind: 'untouched' }],
    [init.lstmForgetBias(3), [4], { kind: 'lstmForgetBias', value: 3 }],
    [init.normal(1, 2), [4], { kind: 'normal', mean: 1, std: 2 }],
    [init.ones(), [4], { kind: 'constant', value: 1 }],
    [init.orthogonal(3), [4, 2], { kind: 'orthogonal', gain: 3 }],
    [
      init.overwriting(init.ones(), init.zeros()),
      [4],
      { kind: 'overwriting', discarded: { kind: 'constant', value: 1 }, law: { kind: 'constant', value: 0 } },
    ],
    [init.sparse(0.5, 2), [4, 2], { kind: 'sparse', sparsity: 0.5, std: 2 }],
    [init.transposedFans(init.lecunUniform()), [3, 4], { kind: 'uniform', from: -1, to: 1 }],
    [
      init.truncNormal({ mean: 1, std: 2, a: -3, b: 4 }),
      [4],
      { kind: 'truncatedNormal', mean: 1, std: 2, a: -3, b: 4, method: 'rejection', scale: 1, shift: 0 },
    ],
    [
      init.truncNormalTf({ mean: 1, std: 2, a: -3, b: 4, method: 'inverse' }),
      [4],
      { kind: 'truncatedNormal', mean: 0, std: 1, a: -3, b: 4, method: 'inverse', scale: 2, shift: 1 },
    ],
    [init.uniform(1, 2), [4], { kind: 'uniform', from: 1, to: 2 }],
    [init.varianceScaling({ distribution: 'normal' }), [3, 0], { kind: 'normal', mean: 0, std: 1 }],
    [
      init.varianceScaling({ mode: 'fan_avg', distribution: 'normal' }),
      [30, 20],
      { kind: 'normal', mean: 0, std: 1 / 5 },
    ],
    [
      init.varianceScaling({ mode: 'fan_geo_avg', distribution: 'normal' }),
      [64, 4],
      { kind: 'normal', mean: 0, std: 1 / 4 },
    ],
    [
      init.varianceScaling({ mode: 'fan_out', distribution: 'normal' }),
      [64, 4],
      { kind: 'normal', mean: 0, std: 1 / 8 },
    ],
    [
      init.lecunNormal(),
      [1, 1],
      {
        kind: 'truncatedNormal',
        mean: 0,
        std: 1,
        a: -2,
        b: 2,
        method: 'rejection',
        scale: 1 / 0.87962566103423978,
        shift: 0,
      },
    ],
    [init.xavierNormal(3), [1, 1], { kind: 'normal', mean: 0, std: 3 }],
    [init.xavierUniform(3), [3, 3], { kind: 'uniform', from: -3, to: 3 }],
    [init.zeroRow(2, init.ones()), [4], { kind: 'zeroRow', row: 2, law: { kind: 'constant', value: 1 } }],
    [init.zeros(), [4], { kind: 'constant', value: 0 }],
  ])('%s gives a tensor of shape %j its law', (initializer, shape, law) => {
    // The order of PyTorch's operations rounds some of the numbers.
    const close = Object.entries(law).map(([key, x]) => [key, typeof x === 'number' ? expect.closeTo(x, 14) : x]);
    expect(initializer.law(shape)).toEqual(Object.fromEntries(close));
  });

  it('of truncated normals know their moments far out, on one side, and at a point', () => {
    const moments = (settings: init.TruncNormalSettings) =>
      init.expectedMoments(init.truncNormal(settings).law([1]), [1]);
    // The mean of the tail beyond z is z + 1/z − 2/z³ …, its deviation 1/z − 3/z³ ….
    expect(moments({ mean: 100 })?.mean).toBeCloseTo(2 - 1 / 98 + 2 / 98 ** 3, 8);
    expect(moments({ mean: 100 })?.std).toBeCloseTo(1 / 98 - 3 / 98 ** 3, 8);
    expect(moments({ mean: -30 })?.mean).toBeCloseTo(-2 + 1 / 28 - 2 / 28 ** 3, 5);
    // By the trapezoid rule on 4,000,001 points, NumPy in double.
    expect(moments({ a: 10, b: 12 })?.mean).toBeCloseTo(10.0980932335, 9);
    expect(moments({ a: 10, b: 12 })?.std).toBeCloseTo(0.0971873, 6);
    expect(moments({ a: -1, b: Infinity })?.mean).toBeCloseTo(0.2875999709, 9);
    expect(moments({ a: -1, b: Infinity })?.std).toBeCloseTo(0.7935277, 6);
    expect(moments({ a: 1, b: 1 })).toEqual({ mean: 1, std: 0, min: 1, max: 1 });
  });

  it('may have infinite bounds, which JSON carries by name', () => {
    const oneSided = init.truncNormal({ a: 0, b: Infinity });
    const t = oneSided.fill(zeros([1000]), { generator: new Generator(0) });
    expect(t.min().item()).toBeGreaterThanOrEqual(0);
    expect(JSON.parse(JSON.stringify(oneSided)).b).toBe('Infinity');
    expect(init.fromJSON(JSON.parse(JSON.stringify(oneSided)))).toEqual(oneSided);
    expect(init.fromJSON(JSON.parse(JSON.stringify(init.constant(Number.NaN))))).toEqual(init.constant(Number.NaN));
    expect(() => init.truncNormal({ a: 3, b: Infinity }).law([2])).toThrow('b is out of bounds for float');
  });

  it('are refused for settings and shapes at the edge, and given just within it', () => {
    const kaiming = init.kaimingNormal({ a: 'x' as unknown as number, nonlinearity: 'relu' });
    expect(() => kaiming.law([2, 2])).toThrow("a: expected a number, found 'x'");
    expect(() => init.lstmForgetBias().law([2, 4])).toThrow(ShapeError);
    expect(() => init.zeroRow(2, init.ones()).law([2, 3])).toThrow('there is no row 2 in [2, 3]');
    expect(() => init.blocks(1, init.ones()).law([])).toThrow('divisible by 1 blocks');
    expect(() => init.dirac(0).law([2, 2, 1])).toThrow(ArgumentError);
    expect(() => init.deltaOrthogonal().law([2, 3, 1])).toThrow(ShapeError);
    expect(init.deltaOrthogonal().law([2, 2, 1]).kind).toBe('deltaOrthogonal');
    expect(init.sparse(1).law([2, 2]).kind).toBe('sparse');
    expect(() => init.sparse(1.01).law([2, 2])).toThrow('expected a number in [0, 1], found 1.01');
    const below = init.truncNormal({ a: Number.NEGATIVE_INFINITY, b: 0 });
    expect(init.fromJSON(JSON.parse(JSON.stringify(below)))).toEqual(below);
    expect(init.calculateGain('leaky_relu')).toBe(init.calculateGain('leaky_relu', 0.01));
  });

  it('are refused for a shape or a dtype that is none', () => {
    expect(() => init.ones().law('2' as unknown as number[])).toThrow(ShapeError);
    expect(() => init.ones().law([2], 'float8' as FloatDType)).toThrow(DTypeError);
    expect(() => init.expectedMoments({} as init.Law, [2])).toThrow(ArgumentError);
    expect(() => init.calculateFanInAndFanOut(null as unknown as Tensor)).toThrow(ShapeError);
  });
});

it('fills parameters without recording', () => {
  const parameter = init.normal_(new Parameter(zeros([3])), 0, 1, { generator: new Generator(0) });
  expect(parameter.requiresGrad && parameter.entry === null).toBe(true);
});
