import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../src/errors.js';
import { full, ones, tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { checkUnary, leaves, numbersOf, shapes } from './finiteDifferences.js';
import { plain } from './goldenTensor.js';

const x = tensor([
  [1, 5, 3],
  [4, 2, 6],
]);

describe('sum, mean, var, std, norm', () => {
  it('reduce all dimensions, one, several, and with keepdim', () => {
    expect(x.sum().item()).toBe(21);
    expect(x.sum(0).tolist()).toEqual([5, 7, 9]);
    expect(x.sum(-1).tolist()).toEqual([9, 12]);
    expect(x.sum([1, 0]).tolist()).toBe(21);
    expect(x.sum([]).tolist()).toBe(21);
    expect(x.sum(1, { keepdim: true }).tolist()).toEqual([[9], [12]]);
    expect(x.sum(undefined, { keepdim: true }).tolist()).toEqual([[21]]);
    expect(x.mean(1).tolist()).toEqual([3, 4]);
    expect(x.var(1).tolist()).toEqual([4, 4]);
    expect(x.var(1, { correction: 0 }).tolist()).toEqual([8 / 3, 8 / 3].map(Math.fround));
    expect(x.std([0, 1]).item()).toBe(Math.fround(Math.sqrt(3.5)));
    expect(x.norm().item()).toBe(Math.fround(Math.sqrt(91)));
  });

  it('agree with a plain loop over the elements', () => {
    const cases = shapes(1).chain((shape) => fc.tuple(leaves(shape), fc.nat(shape.length - 1)));
    fc.assert(
      fc.property(cases, ([t, dim]) => {
        const parts = t.detach().split(1, dim);
        const total = parts.reduce<Tensor>((sum, part) => sum.add(part), zeros(parts[0].shape, { dtype: 'float64' }));
        numbersOf(t.sum(dim)).forEach((value, i) => {
          expect(value).toBeCloseTo(numbersOf(total)[i], 12);
        });
        numbersOf(t.norm({ dim })).forEach((value, i) => {
          expect(value ** 2).toBeCloseTo(numbersOf(t.mul(t).sum(dim))[i], 12);
        });
      }),
    );
  });

  it('of integers and booleans sum to int64', () => {
    expect(plain(tensor([true, true]).sum())).toEqual({ dtype: 'int64', shape: [], elements: 2n });
    expect(plain(full([3], 200, { dtype: 'uint8' }).sum())).toEqual({ dtype: 'int64', shape: [], elements: 600n });
  });

  it('of no elements, and of too few', () => {
    expect(zeros([0]).sum().item()).toBe(0);
    expect(zeros([0]).mean().item()).toBeNaN();
    expect(zeros([0, 2]).mean(0).tolist()).toEqual([Number.NaN, Number.NaN]);
    expect(zeros([0, 2]).sum(1).shape).toEqual([0]);
    expect(tensor(1).var().item()).toBeNaN();
    expect(ones([3]).var(undefined, { correction: 5 }).item()).toBeNaN();
    expect(tensor([3, 4]).norm({ dim: 0, keepdim: true }).tolist()).toEqual([5]);
  });

  it.each([
    [
      'mean',
      'mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: int64',
    ],
    ['var', 'std and var only support floating point and complex dtypes'],
    ['std', 'std and var only support floating point and complex dtypes'],
    ['norm', 'linalg.vector_norm: Expected a floating point or complex tensor as input. Got: int64'],
  ] as const)('%s refuses integers', (op, phrase) => {
    expect(() => tensor([1n])[op]()).toThrow(DTypeError);
    expect(() => tensor([1n])[op]()).toThrow(phrase);
  });

  it('refuse dimensions that do not exist, or occur twice', () => {
    expect(() => x.sum(3)).toThrow('Dimension out of range (expected to be in range of [-2, 1], but got 3)');
    expect(() => x.sum([0, -2])).toThrow(ArgumentError);
    expect(() => x.sum([0, -2])).toThrow('dim 0 appears multiple times in the list of dims');
  });
});

describe('max, min, argmax', () => {
  it('reduce all elements, or a dimension', () => {
    expect([x.max().item(), x.min().item(), x.argmax().item()]).toEqual([6, 1, 5]);
    const { values, indices } = x.max(1);
    expect([values.tolist(), indices.tolist()]).toEqual([
      [5, 6],
      [1n, 2n],
    ]);
    expect(x.min(0, { keepdim: true }).values.tolist()).toEqual([[1, 2, 3]]);
    expect(x.min(0).indices.tolist()).toEqual([0n, 1n, 0n]);
    expect(x.argmax(-1, { keepdim: true }).tolist()).toEqual([[1n], [2n]]);
    expect(x.argmax(undefined, { keepdim: true }).tolist()).toEqual([[5n]]);
    expect(plain(tensor([true, false]).max())).toEqual({ dtype: 'bool', shape: [], elements: true });
    expect(tensor(3).max(0).values.item()).toBe(3);
  });

  it('choose the first of equal elements, and NaN before numbers', () => {
    expect(tensor([2, 7, 7]).max(0).indices.item()).toBe(1);
    expect(tensor([2, Number.NaN, 7]).max(0).indices.item()).toBe(1);
    expect(tensor([2, Number.NaN, 7]).min().item()).toBeNaN();
    expect(tensor([-Infinity, -Infinity]).argmax().item()).toBe(0);
  });

  it.each([
    [() => zeros([0]).max(), 'max(): Expected reduction dim to be specified for input.numel() == 0'],
    [() => zeros([0]).min(), 'min(): Expected reduction dim to be specified for input.numel() == 0'],
    [() => zeros([0]).argmax(), 'argmax(): Expected reduction dim to be specified for input.numel() == 0.'],
    [() => zeros([0, 2]).max(0), 'max(): Expected reduction dim 0 to have non-zero size.'],
    [() => zeros([0, 2]).argmax(0), 'argmax(): Expected reduction dim 0 to have non-zero size.'],
  ])('refuse: %s', (f, phrase) => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(phrase);
  });

  it('accept another dimension of size 0', () => {
    expect(zeros([0, 2]).max(1).values.shape).toEqual([0]);
  });
});

describe('gradients', () => {
  it.each([
    ['sum', (t: Tensor) => t.sum()],
    ['mean', (t: Tensor) => t.mean()],
    ['norm', (t: Tensor) => t.norm()],
    ['max', (t: Tensor) => t.max()],
    ['min', (t: Tensor) => t.min()],
    ['var', (t: Tensor) => t.var(undefined, { correction: 0 })],
  ] as const)('%s of all elements', (_, f) => {
    checkUnary(f);
  });

  it.each([
    ['sum', (t: Tensor) => t.sum(0)],
    ['sum, kept', (t: Tensor) => t.sum(-1, { keepdim: true })],
    ['sum of two', (t: Tensor) => t.sum([0, t.ndim - 1].slice(0, t.ndim))],
    ['mean', (t: Tensor) => t.mean(0)],
    ['norm', (t: Tensor) => t.norm({ dim: -1 })],
    ['max', (t: Tensor) => t.max(0).values],
    ['min, kept', (t: Tensor) => t.min(-1, { keepdim: true }).values],
    ['var', (t: Tensor) => t.var(0, { correction: 0 })],
  ] as const)('%s along dimensions', (_, f) => {
    checkUnary(f, { minDims: 2 });
  });

  it('var and std of at least two', () => {
    const pairs = (f: (t: Tensor) => Tensor) =>
      checkUnary((t) =>
        f(
          t
            .unsqueeze(0)
            .expand(2, ...t.shape)
            .mul(tensor([1, 1.7], { dtype: 'float64' }).view(2, ...t.shape.map(() => 1))),
        ),
      );
    pairs((t) => t.var(0));
    pairs((t) => t.std(0));
    pairs((t) => t.std());
  });

  it('are shared among equal elements by max(), and go to the first of them by max(dim)', () => {
    const t = tensor([[7, 7, 1]], { requiresGrad: true });
    t.max().backward();
    expect(t.grad?.tolist()).toEqual([[0.5, 0.5, 0]]);
    t.grad = null;
    t.max(1).values.sum().backward();
    expect(t.grad).toMatchObject({ shape: [1, 3] });
    expect((t.grad as unknown as Tensor).tolist()).toEqual([[1, 0, 0]]);
  });

  it.each([
    ['norm at 0', (t: Tensor) => t.norm(), [0, 0], [0, 0]],
    ['std of equals', (t: Tensor) => t.std(), [2, 2], [0, 0]],
    ['max of NaNs', (t: Tensor) => t.max(), [Number.NaN, 1], [1, 0]],
  ] as const)("%s, PyTorch's choice", (_, f, at, slopes) => {
    const t = tensor([...at], { requiresGrad: true });
    f(t).backward();
    expect(t.grad?.tolist()).toEqual([...slopes]);
  });
});
