import { describe, expect, it } from '@jest/globals';
import { DTypeError, ShapeError } from '../../src/errors.js';
import { tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { where } from '../../src/tensor/where.js';
import { checkBinary, checkUnary } from './finiteDifferences.js';
import { type Arithmetic, convertedFrom, goldenTensors, type Outcome, plain, recorded } from './goldenTensor.js';

/** The largest relative difference between the platform's powers and PyTorch's. */
const POWER_TOLERANCE = { float32: 2 ** -23, float64: 2 ** -51, float16: 2 ** -10, bfloat16: 2 ** -7 };

const conditions = tensor([true, false, true, false]);

function applied({ op, left, right, a, b, number }: Arithmetic): Tensor {
  const x = convertedFrom(a, left);
  const y = right === undefined || b === undefined ? (number as number) : convertedFrom(b, right);
  switch (op) {
    case 'where':
      return x.where(conditions, y);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'pow':
    case 'eq':
    case 'lt':
      return x[op](y);
    default:
      throw new Error(`unknown operation ${op}`);
  }
}

function expectRecorded(golden: Arithmetic): void {
  if (golden.error !== undefined) {
    const phrase = golden.error
      .split(/ is not supported| not implemented|\. If/)[0]
      .replace('two bool tensors', 'a bool tensor');
    expect(() => applied(golden)).toThrow(DTypeError);
    expect(() => applied(golden)).toThrow(phrase);
    return;
  }
  const found = applied(golden);
  const expected = recorded(golden);
  if (golden.op !== 'pow') {
    expect(plain(found)).toEqual(plain(expected));
    return;
  }
  expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
  const tolerance = POWER_TOLERANCE[found.dtype as keyof typeof POWER_TOLERANCE] ?? 0;
  const [mine, theirs] = [found, expected].map((t) => [t.to('float64').tolist()].flat() as number[]);
  mine.forEach((x, i) => {
    if (x !== theirs[i]) expect(Math.abs(x / theirs[i] - 1)).toBeLessThanOrEqual(tolerance);
  });
}

describe('arithmetic, dtypes and values, as in PyTorch', () => {
  const pairs = goldenTensors<Arithmetic>('tensors');
  const numbers = goldenTensors<Arithmetic>('number');

  it.each([...new Set(pairs.map(({ op }) => op))])('%s of two tensors', (op) => {
    for (const golden of pairs) if (golden.op === op) expectRecorded(golden);
  });

  it.each([...new Set(numbers.map(({ op }) => op))])('%s of a tensor and a number', (op) => {
    for (const golden of numbers) if (golden.op === op) expectRecorded(golden);
  });

  it('to', () => {
    const cases = goldenTensors<Outcome & { a: string[] }>('to');
    expect(cases.length).toBe(8);
    for (const golden of cases) {
      const numbers = golden.a.map((text) => Number(text.replace('inf', 'Infinity')));
      expect(plain(convertedFrom(numbers, golden.dtype))).toEqual(plain(recorded(golden)));
    }
  });
});

describe('where', () => {
  const condition = tensor([true, false]);

  it('accepts numbers on both sides', () => {
    const x = tensor([10, 20]);
    expect(where(condition, x, 2).tolist()).toEqual([10, 2]);
    expect(where(condition, 2, x).tolist()).toEqual([2, 20]);
    expect(where(condition, x, x.neg()).tolist()).toEqual([10, -20]);
    expect(plain(where(condition, 1, 2))).toEqual({ dtype: 'int64', shape: [2], elements: [1n, 2n] });
    expect(plain(where(condition, 1, 2.5))).toEqual({ dtype: 'float32', shape: [2], elements: [1, 2.5] });
    expect(where(condition, tensor([1n, 2n]), 2.5).dtype).toBe('float32');
    expect(where(condition, x.to('bfloat16'), 0.1).dtype).toBe('bfloat16');
    expect(tensor(3, { dtype: 'float16' }).where(condition, 0.5).dtype).toBe('float16');
  });

  it('accepts booleans, which decide no dtype', () => {
    expect(plain(tensor([1, 2]).where(condition, false))).toEqual({ dtype: 'float32', shape: [2], elements: [1, 0] });
    expect(where(condition, true, false).tolist()).toEqual([true, false]);
    expect(tensor([true, false]).where(condition, true).dtype).toBe('bool');
    expect(tensor([5n, 1n]).eq(5n).tolist()).toEqual([true, false]);
    expect(tensor([true, false]).eq(true).tolist()).toEqual([true, false]);
  });

  it('broadcasts all three', () => {
    expect(where(tensor([[true], [false]]), tensor([1, 2]), tensor([[3, 4]])).tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => where(condition, tensor([1, 2, 3]), 0)).toThrow(ShapeError);
  });
});

describe('clamp', () => {
  it('accepts two bounds, an object, or one bound', () => {
    const x = tensor([-2, 0.5, 3, Number.NaN]);
    expect(x.clamp(0, 1).tolist()).toEqual([0, 0.5, 1, Number.NaN]);
    expect(x.clamp({ min: 0, max: 1 }).tolist()).toEqual([0, 0.5, 1, Number.NaN]);
    expect(x.clamp({ min: 0 }).tolist()).toEqual([0, 0.5, 3, Number.NaN]);
    expect(x.clamp({ max: 1 }).tolist()).toEqual([-2, 0.5, 1, Number.NaN]);
    expect(x.clamp(0).tolist()).toEqual([0, 0.5, 3, Number.NaN]);
  });

  it('is the upper bound if min > max, and NaN if a bound is NaN', () => {
    expect(tensor([1, 5]).clamp(3, 2).tolist()).toEqual([2, 2]);
    expect(tensor([1, 5]).clamp(Number.NaN, 2).tolist()).toEqual([Number.NaN, Number.NaN]);
  });

  it('promotes integers as PyTorch does', () => {
    expect(plain(tensor([1n, 5n]).clamp(0, 2.5))).toEqual({ dtype: 'float32', shape: [2], elements: [1, 2.5] });
    expect(plain(tensor([1n, 5n]).clamp(2, 3))).toEqual({ dtype: 'int64', shape: [2], elements: [2n, 3n] });
    expect(tensor([true]).clamp(0, 1).dtype).toBe('int64');
  });

  it('writes in place with clamp_', () => {
    const x = tensor([-2, 0.5, 3]);
    expect(x.clamp_(0, 1)).toBe(x);
    expect(x.tolist()).toEqual([0, 0.5, 1]);
    expect(tensor([1n, 5n]).clamp_({ min: 2 }).tolist()).toEqual([2n, 5n]);
    expect(() => tensor([1n]).clamp_(0.5)).toThrow("result type float32 can't be cast");
  });

  it('answers tensors as bounds with the methods that take them', () => {
    const x = tensor([1, 2]);
    expect(() => x.clamp(x as never, x as never)).toThrow('expected a number for min, found a Tensor; use maximum()');
    expect(() => x.clamp(null as never, x as never)).toThrow(
      'expected a number for max, found a Tensor; use minimum()',
    );
    expect(() => x.clamp('1' as never)).toThrow("expected a number for min, found '1'");
  });

  it('requires a bound', () => {
    expect(() => tensor([1]).clamp()).toThrow("At least one of 'min' or 'max' must not be None");
  });
});

describe('one tensor', () => {
  it.each([
    ['exp', [0, 1, -Infinity], [1, Math.E, 0]],
    ['log', [1, 0, -1], [0, -Infinity, Number.NaN]],
    ['sqrt', [4, 2, -1], [2, Math.SQRT2, Number.NaN]],
    ['tanh', [0, 1e-8, 20], [0, 1e-8, 1]],
    ['abs', [-1.5, -0, 2], [1.5, 0, 2]],
    ['neg', [-1.5, 0, 2], [1.5, -0, -2]],
  ] as const)('%s', (op, x, y) => {
    expect(
      tensor([...x], { dtype: 'float64' })
        [op]()
        .tolist(),
    ).toEqual([...y]);
  });

  it('returns floats for integers if the result is a real number', () => {
    const x = tensor([1n, 4n]);
    for (const op of ['exp', 'log', 'sqrt', 'tanh'] as const) expect(x[op]().dtype).toBe('float32');
    for (const op of ['abs', 'neg'] as const) expect(x[op]().dtype).toBe('int64');
  });

  it('refuses booleans where PyTorch does', () => {
    const x = tensor([true]);
    expect(() => x.neg()).toThrow('Negation, the `-` operator, on a bool tensor is not supported');
    expect(() => x.abs()).toThrow(`"abs_cpu" not implemented for 'bool'`);
    expect(() => x.sub(1)).toThrow('Subtraction, the `-` operator, with a bool tensor is not supported');
  });

  it('converts booleans into a new array', () => {
    const x = tensor([true, false]);
    x.to('uint8').fill_(7);
    expect(x.tolist()).toEqual([true, false]);
  });
});

describe('shapes that do not broadcast', () => {
  it.each(['add', 'sub', 'mul', 'div', 'pow', 'eq', 'lt', 'gt'] as const)('%s', (op) => {
    expect(() => tensor([1, 2])[op](tensor([1, 2, 3]))).toThrow(
      'The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0',
    );
  });
});

describe('gradients', () => {
  it.each([
    ['add', (a: Tensor, b: Tensor) => a.add(b)],
    ['sub', (a: Tensor, b: Tensor) => a.sub(b)],
    ['mul', (a: Tensor, b: Tensor) => a.mul(b)],
    ['div', (a: Tensor, b: Tensor) => a.div(b)],
    ['where', (a: Tensor, b: Tensor) => a.where(b.gt(0), b)],
  ] as const)('%s of two tensors, broadcast', (_, f) => {
    checkBinary(f);
  });

  it('pow of two tensors, broadcast', () => {
    checkBinary((a, b) => a.pow(b), { positive: true });
  });

  it.each([
    ['add', (x: Tensor) => x.add(2.5)],
    ['sub', (x: Tensor) => x.sub(2.5)],
    ['mul', (x: Tensor) => x.mul(-1.5)],
    ['div', (x: Tensor) => x.div(3)],
    ['pow 0', (x: Tensor) => x.pow(0)],
    ['pow 2', (x: Tensor) => x.pow(2)],
    ['pow 3', (x: Tensor) => x.pow(3)],
    ['pow -1', (x: Tensor) => x.pow(-1)],
    ['neg', (x: Tensor) => x.neg()],
    ['abs', (x: Tensor) => x.abs()],
    ['exp', (x: Tensor) => x.exp()],
    ['tanh', (x: Tensor) => x.tanh()],
    ['clamp', (x: Tensor) => x.clamp(-1.01, 1.503)],
    ['where', (x: Tensor) => where(x.gt(0), x, 2)],
    ['where not', (x: Tensor) => where(x.gt(0), 2, x)],
    ['itself twice', (x: Tensor) => x.mul(x).add(x.exp())],
  ] as const)('%s', (_, f) => {
    checkUnary(f);
  });

  it.each([
    ['log', (x: Tensor) => x.log()],
    ['sqrt', (x: Tensor) => x.sqrt()],
    ['pow 0.5', (x: Tensor) => x.pow(0.5)],
    ['pow -0.5', (x: Tensor) => x.pow(-0.5)],
    ['pow 1.7', (x: Tensor) => x.pow(1.7)],
  ] as const)('%s', (_, f) => {
    checkUnary(f, { positive: true });
  });

  it.each([
    ['abs at 0', (x: Tensor) => x.abs(), 0, 0],
    ['sqrt at 0', (x: Tensor) => x.sqrt(), 0, Infinity],
    ['pow 0 at 0', (x: Tensor) => x.pow(0), 0, 0],
    ['pow 0 at 0 by a tensor', (x: Tensor) => x.pow(tensor(0)), 0, 0],
    ['pow 2 at 0', (x: Tensor) => x.pow(2), 0, 0],
    ['clamp at its upper bound', (x: Tensor) => x.clamp(0, 1), 1, 0],
    ['clamp at its lower bound', (x: Tensor) => x.clamp(0, 1), 0, 0],
    ['clamp outside', (x: Tensor) => x.clamp(0, 1), 2, 0],
  ] as const)("%s, PyTorch's choice", (_, f, at, slope) => {
    const x = tensor(at, { requiresGrad: true });
    f(x).backward();
    expect(x.grad?.item()).toBe(slope);
  });
});
