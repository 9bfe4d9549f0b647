import { describe, expect, it } from '@jest/globals';
import { ArgumentError, DTypeError } from '../../src/errors.js';
import { tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { where } from '../../src/tensor/where.js';

/** All expected values are those of PyTorch 2.15. */

const WIDE = 2n ** 53n + 1n;
const LARGEST = 2n ** 63n - 1n;
const wide = () => tensor([1n, WIDE, -WIDE, LARGEST, -LARGEST - 1n]);
const int32 = (...elements: number[]) => tensor(elements, { dtype: 'int32' });
const uint8 = (...elements: number[]) => tensor(elements, { dtype: 'uint8' });

describe('int64 beyond 2^53', () => {
  it.each<[string, (x: Tensor) => Tensor, (number | bigint)[]]>([
    ['relu()', (x) => x.relu(), [1n, WIDE, 0n, LARGEST, 0n]],
    ['clamp(0)', (x) => x.clamp(0), [1n, WIDE, 0n, LARGEST, 0n]],
    [
      'clamp(−WIDE, WIDE)',
      (x) => x.clamp({ min: Number(-WIDE + 1n), max: Number(WIDE - 1n) }),
      [1n, WIDE - 1n, 1n - WIDE, WIDE - 1n, 1n - WIDE],
    ],
    ['clamp_({ max: 5 })', (x) => x.clamp_({ max: 5 }), [1n, 5n, -WIDE, 5n, -LARGEST - 1n]],
    ['to(int32)', (x) => x.to('int32'), [1, 1, -1, -1, 0]],
    ['to(uint8)', (x) => x.to('uint8'), [1, 1, 255, 255, 0]],
    ['to(bool)', (x) => x.to('bool').to('uint8'), [1, 1, 1, 1, 1]],
    ['int32.copy_', (x) => int32(0, 0, 0, 0, 0).copy_(x), [1, 1, -1, -1, 0]],
    ['int32.add_', (x) => int32(1, 1, 1, 1, 1).add_(x), [2, 2, 0, 0, 1]],
    ['uint8 times one of them', (x) => uint8(1, 2).mul(x.select(0, 3)), [255, 254]],
  ])('%s keeps every bit', (_, compute, expected) => {
    expect(compute(wide()).tolist()).toEqual(expected);
  });

  it('finds the largest and the smallest elements', () => {
    const close = tensor([[WIDE, WIDE + 1n, WIDE - 1n]]);
    expect(close.max().tolist()).toBe(WIDE + 1n);
    expect(close.min().tolist()).toBe(WIDE - 1n);
    expect(wide().max().tolist()).toBe(LARGEST);
    expect(close.max(1).values.tolist()).toEqual([WIDE + 1n]);
    expect(close.max(1).indices.tolist()).toEqual([1n]);
    expect(close.min(1).values.tolist()).toEqual([WIDE - 1n]);
    expect(close.argmin().tolist()).toBe(2n);
  });
});

describe('numbers that a dtype cannot hold', () => {
  it('are the smallest int32 where floating-point numbers are converted', () => {
    const outside = tensor([NaN, Infinity, -Infinity, 1e38, 3e9, -3e9, 2 ** 31, -2.7], { dtype: 'float64' });
    expect(outside.int().tolist()).toEqual([...new Array(7).fill(-(2 ** 31)), -2]);
  });

  it('keep their low bits next to integers', () => {
    expect(int32(1, 2).add(3e9).tolist()).toEqual([-1294967295, -1294967294]);
    expect(int32(1, 2).add(WIDE).tolist()).toEqual([2, 3]);
    expect(uint8(1, 2).eq(WIDE).tolist()).toEqual([true, false]);
  });

  it('are not rounded to integers in quotients', () => {
    expect(uint8(3, 6).div(-3).tolist()).toEqual([-1, -2]);
    expect(
      int32(1)
        .div(2 ** 40)
        .tolist(),
    ).toEqual([2 ** -40]);
    expect(int32(1).select(0, 0).div(-2).tolist()).toBe(-0.5);
  });

  it('are floating-point numbers beyond int64', () => {
    expect(int32(1, -1).add(1e300).dtype).toBe('float32');
    expect(tensor([1n]).lt(1e300).tolist()).toEqual([true]);
    expect(
      tensor([1n])
        .mul(2 ** 60)
        .tolist(),
    ).toEqual([2n ** 60n]);
  });

  it.each<[string, () => unknown, string]>([
    ['clamp', () => uint8(1).clamp({ min: 300 }), 'Clamp min value 300 is outside the representable range of uint8'],
    ['clamp', () => uint8(1).clamp({ max: -3 }), 'Clamp max value -3 is outside the representable range of uint8'],
    ['clamp', () => int32(1).clamp(3e9), 'Clamp min value 3000000000 is outside the representable range of int32'],
    ['clamp', () => tensor([1]).clamp(1e300), 'type float32 without overflow, found 1e+300'],
    ['where', () => where(tensor([true]), tensor([1]), 1e300), 'type float32 without overflow, found 1e+300'],
    ['where', () => where(tensor([true]), 3e9, int32(1)), 'type int32 without overflow, found 3000000000'],
    ['pow', () => int32(1).pow(3e9), 'type int32 without overflow, found 3000000000'],
    ['maskedFill', () => uint8(1).maskedFill(tensor([true]), tensor(300)), 'type uint8 without overflow, found 300'],
  ])('are refused by %s', (_, compute, message) => {
    expect(compute).toThrow(ArgumentError);
    expect(compute).toThrow(message);
  });

  it('are accepted as bounds of integers that limit nothing', () => {
    expect(uint8(0, 200).clamp(-3, 300).tolist()).toEqual([0, 200]);
    expect(int32(-5, 5).clamp({ min: -3e9, max: 3e9 }).tolist()).toEqual([-5, 5]);
    expect(tensor([1]).clamp(NaN).tolist()).toEqual([NaN]);
  });
});

describe('sums with an integer dtype', () => {
  it('have that dtype', () => {
    const sums = (['int32', 'uint8', 'bool', 'int64'] as const).map((dtype) => tensor([100.7, 200]).sum({ dtype }));
    expect(sums.map(({ dtype }) => dtype)).toEqual(['int32', 'uint8', 'bool', 'int64']);
    expect(sums.map((sum) => sum.tolist())).toEqual([300, 44, true, 300n]);
    expect(tensor([true, true]).sum().dtype).toBe('int64');
  });
});

describe('differences', () => {
  it('refuse booleans', () => {
    for (const other of [true, false]) {
      expect(() => tensor([1]).sub(other)).toThrow(DTypeError);
      expect(() => tensor([1]).sub_(other)).toThrow(DTypeError);
    }
  });
});

describe('functions of integers', () => {
  it('round an integer to the dtype of the result before', () => {
    expect(
      int32(2 ** 31 - 1)
        .sin()
        .item(),
    ).toBe(
      tensor([2 ** 31])
        .sin()
        .item(),
    );
  });
});

describe('gradients of spreads without degrees of freedom', () => {
  const gradient = (elements: number[], spread: (x: Tensor) => Tensor) => {
    const x = tensor(elements, { requiresGrad: true });
    spread(x).backward();
    return x.grad?.tolist();
  };

  it('are those of PyTorch', () => {
    expect(gradient([1, 3], (x) => x.var({ correction: 2 }))).toEqual([Infinity, Infinity]);
    expect(gradient([2.5, 2.5], (x) => x.std({ correction: 2 }))).toEqual([NaN, NaN]);
    expect(gradient([2.5, 1.5], (x) => x.std({ correction: 3 }))).toEqual([NaN, NaN]);
    expect(gradient([1], (x) => x.var())).toEqual([NaN]);
  });
});
