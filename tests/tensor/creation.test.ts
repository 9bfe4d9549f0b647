import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../src/errors.js';
import type { DType } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import * as fixed from '../../src/tensor/creation.js';
import { setDefaultDtype } from '../../src/tensor/defaultDtype.js';
import * as random from '../../src/tensor/randomCreation.js';
import type { NestedArray } from '../../src/tensor/readNested.js';
import { goldenTensors, type Outcome, plain, recorded } from './goldenTensor.js';

const DTYPES: DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'uint8', 'bool'];

const creation = { ...fixed, ...random };
const { arange, full, ones, rand, randint, randn, randperm, tensor, zeros } = creation;

describe('tensor', () => {
  it('takes its shape from the arrays and its dtype from the elements', () => {
    expect(
      plain(
        tensor([
          [1, 2.5],
          [3, 4],
        ]),
      ),
    ).toEqual({
      dtype: 'float32',
      shape: [2, 2],
      elements: [
        [1, 2.5],
        [3, 4],
      ],
    });
    expect(plain(tensor(3))).toEqual({ dtype: 'float32', shape: [], elements: 3 });
    expect(plain(tensor([]))).toEqual({ dtype: 'float32', shape: [0], elements: [] });
    expect(plain(tensor([[], []]))).toEqual({ dtype: 'float32', shape: [2, 0], elements: [[], []] });
    expect(plain(tensor([true, false]))).toEqual({ dtype: 'bool', shape: [2], elements: [true, false] });
    expect(plain(tensor([2n ** 63n - 1n]))).toEqual({ dtype: 'int64', shape: [1], elements: [2n ** 63n - 1n] });
    expect(tensor([1, true]).dtype).toBe('float32');
  });

  it('converts to the given dtype', () => {
    expect(tensor([1.7, -1.7], { dtype: 'int64' }).tolist()).toEqual([1n, -1n]);
    expect(tensor([-1, 255], { dtype: 'uint8' }).tolist()).toEqual([255, 255]);
    expect(tensor([Number.NaN, 0, -0, 0.5], { dtype: 'bool' }).tolist()).toEqual([true, false, false, true]);
    expect(tensor([70000, 1], { dtype: 'float16' }).tolist()).toEqual([Infinity, 1]);
  });

  it('returns the elements that it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.float(), { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
        expect(tensor(rows).tolist()).toEqual(rows);
      }),
    );
  });

  it.each([
    [[[1, 2], [3]], 'expected sequence of length 2 at dim 1 (got 1)'],
    [[[1, 2], 3], 'expected sequence of length 2 at dim 1'],
    [[1, [2]], 'dim 1'],
  ] as [NestedArray, string][])('refuses %j', (elements, phrase) => {
    expect(() => tensor(elements)).toThrow(ShapeError);
    expect(() => tensor(elements)).toThrow(phrase);
  });

  it.each([
    [300, 'uint8'],
    [2 ** 31, 'int32'],
    [Number.NaN, 'int32'],
    [Infinity, 'int64'],
    [2n ** 63n, 'int64'],
  ] as [number | bigint, DType][])('refuses %s as %s', (value, dtype) => {
    expect(() => tensor([value], { dtype })).toThrow(ArgumentError);
    expect(() => tensor([value], { dtype })).toThrow(`value cannot be converted to type ${dtype} without overflow`);
  });

  it('refuses other elements and unknown dtypes', () => {
    expect(() => tensor(['a'] as never)).toThrow(ArgumentError);
    expect(() => tensor([1], { dtype: 'int8' as never })).toThrow(DTypeError);
    expect(() => tensor([1n], { requiresGrad: true })).toThrow(
      'only Tensors of floating point dtype can require gradients',
    );
  });
});

describe('zeros, ones, full', () => {
  it.each(DTYPES)('%s', (dtype) => {
    expect(zeros([2, 3], { dtype }).to('float64').tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(ones([2], { dtype }).to('float64').tolist()).toEqual([1, 1]);
    expect(full([1], 2.5, { dtype }).to('float64').item()).toBe(
      { bool: 1, int64: 2, int32: 2, uint8: 2 }[dtype as string] ?? 2.5,
    );
  });

  it('follow the default dtype', () => {
    setDefaultDtype('bfloat16');
    try {
      expect([zeros([1]), tensor([1]), rand([1]), arange(0, 1, 0.5)].map(({ dtype }) => dtype)).toEqual(
        new Array(4).fill('bfloat16'),
      );
    } finally {
      setDefaultDtype('float32');
    }
    expect(() => setDefaultDtype('int64' as never)).toThrow(
      'only floating-point types are supported as the default type',
    );
  });

  it('refuse values that the dtype cannot hold, and invalid shapes', () => {
    expect(() => zeros([-1])).toThrow(ShapeError);
    expect(() => zeros([1.5])).toThrow(ShapeError);
    expect(() => zeros([2 ** 20, 2 ** 20])).toThrow('more elements than one typed array can hold');
    expect(() => full([1], 300, { dtype: 'uint8' })).toThrow(
      'value cannot be converted to type uint8 without overflow',
    );
    expect(() => full([1], 1e300)).toThrow('without overflow');
    expect(() => full([1], Number.NaN, { dtype: 'int64' })).toThrow('without overflow');
    expect(full([1], -Infinity, { dtype: 'float16' }).item()).toBe(-Infinity);
  });
});

describe('arange', () => {
  const cases = goldenTensors<Outcome & { start: number; end: number; step: number; to?: DType }>('arange');

  it.each(cases)("has PyTorch's bits: $start to $end by $step, $dtype", (golden) => {
    const { start, end, step, to } = golden;
    expect(plain(arange(start, end, step, { dtype: to }))).toEqual(plain(recorded(golden)));
  });

  it('counts from 0 to a single bound', () => {
    expect(arange(3).tolist()).toEqual([0n, 1n, 2n]);
    expect(arange(1.5).tolist()).toEqual([0, 1]);
  });

  it.each([
    [0, 1, 0, 'step must be nonzero'],
    [0, 1, -1, 'upper bound and lower bound inconsistent with step sign'],
    [0, Infinity, 1, 'unsupported range: 0 -> Infinity'],
    [0, Number.NaN, 1, 'unsupported range'],
  ])('refuses %d to %d by %d', (start, end, step, phrase) => {
    expect(() => arange(start, end, step)).toThrow(ArgumentError);
    expect(() => arange(start, end, step)).toThrow(phrase);
  });

  it('does not exist for bool', () => {
    expect(() => arange(0, 2, 1, { dtype: 'bool' })).toThrow(`"arange_cpu" not implemented for 'bool'`);
  });
});

describe('randint', () => {
  const cases = goldenTensors<Outcome & { low: number; high: number; to: DType; seed: number; next: number }>(
    'randint',
  );

  // torch.manual_seed(0); torch.randint(1, high, (3,), dtype=…).double().tolist(), PyTorch 2.15.0
  it.each([
    ['float32', 2 ** 52, [4234464091701248, 1872661172977664, 4138416274931712]],
    ['float32', 2 ** 53 - 1, [8738063719071744, 6376260666130432, 4138416274931712]],
    ['bfloat16', 2 ** 52, [3395291906572288, 4046202790215680, 2691604464795648]],
  ] as const)('rounds bounds that %s cannot represent as PyTorch does, below %d', (dtype, high, expected) => {
    const drawn = randint(1, high, [3], { dtype, generator: new Generator(0) });
    expect(drawn.tolist()).toEqual(expected);
  });

  it('draws exactly from ranges above 2⁵³', () => {
    // torch.manual_seed(3); torch.randint(-2**53 + 1, 2**53 - 1, (3,)), PyTorch 2.15.0
    const drawn = randint(1 - 2 ** 53, 2 ** 53 - 1, [3], { generator: new Generator(3) });
    expect(drawn.tolist()).toEqual([-8699979940295935n, -6424472898311122n, 6961798910535195n]);
  });

  it.each(cases)("has PyTorch's bits, words and errors: [$low, $high) as $to, seed $seed", (golden) => {
    const { low, high, to, seed, error, next } = golden;
    const generator = new Generator(seed);
    const draw = () => randint(low, high, [7], { dtype: to, generator });
    if (error !== undefined) {
      expect(draw).toThrow(error.split(' for ')[0]);
      expect(generator.getState()).toEqual(new Generator(seed).getState());
      return;
    }
    expect(plain(draw())).toEqual(plain(recorded(golden)));
    expect(randint(0, 1000, [1], { generator }).item()).toBe(next);
  });

  it('refuses empty ranges and fractions', () => {
    for (const [low, high] of [
      [3, 3],
      [4, 3],
      [0.5, 3],
      [0, Number.NaN],
      [0, 2 ** 60],
    ]) {
      expect(() => randint(low, high, [1])).toThrow("random_ expects 'from' to be less than 'to'");
    }
    expect(() => randint(0, 2 ** 53, [1])).toThrow(
      "expects 'from' to be less than 'to', and both to be whole numbers of at most 2^53 − 1 in size, but got from=0 and to=9007199254740992",
    );
  });
});

describe('randperm, rand, randn', () => {
  it("randperm has PyTorch's bits", () => {
    for (const golden of goldenTensors<Outcome & { n: number; seed: number }>('randperm')) {
      expect(plain(randperm(golden.n, { generator: new Generator(golden.seed) }))).toEqual(plain(recorded(golden)));
    }
  });

  it('draw the same numbers as uniform_ and normal_', () => {
    const generator = () => new Generator(3);
    expect(rand([4, 5], { generator: generator() }).tolist()).toEqual(
      zeros([4, 5]).uniform_(0, 1, { generator: generator() }).tolist(),
    );
    expect(randn([4, 5], { generator: generator() }).tolist()).toEqual(
      zeros([4, 5]).normal_(0, 1, { generator: generator() }).tolist(),
    );
    expect(randn([2], { requiresGrad: true }).requiresGrad).toBe(true);
  });

  it('refuse integers before drawing', () => {
    const generator = new Generator(3);
    expect(() => rand([2], { dtype: 'int64' as never, generator })).toThrow(DTypeError);
    expect(() => randn([-2], { generator })).toThrow(ShapeError);
    expect(generator.getState()).toEqual(new Generator(3).getState());
  });
});
