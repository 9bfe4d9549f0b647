import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DTypeError, ShapeError } from '../../src/errors.js';
import { Generator } from '../../src/random/Generator.js';
import { tensor, zeros } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { expectGradients, leaves } from './finiteDifferences.js';

describe('matmul', () => {
  it("has PyTorch's shapes", () => {
    const shape = (a: number[], b: number[]) => zeros(a).matmul(zeros(b)).shape;
    expect(shape([3], [3])).toEqual([]);
    expect(shape([2, 3], [3])).toEqual([2]);
    expect(shape([3], [3, 2])).toEqual([2]);
    expect(shape([2, 3], [3, 4])).toEqual([2, 4]);
    expect(shape([5, 2, 3], [3, 4])).toEqual([5, 2, 4]);
    expect(shape([5, 2, 3], [3])).toEqual([5, 2]);
    expect(shape([3], [5, 3, 2])).toEqual([5, 2]);
    expect(shape([5, 1, 2, 3], [6, 3, 4])).toEqual([5, 6, 2, 4]);
    expect(shape([2, 0], [0, 3])).toEqual([2, 3]);
    expect(shape([0, 2, 3], [3, 4])).toEqual([0, 2, 4]);
  });

  it('multiplies each matrix of a batch', () => {
    const generator = new Generator(4);
    const a = randn([2, 1, 3, 4], { generator });
    const b = randn([5, 4, 2], { generator });
    const product = a.matmul(b);
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 5; j++) {
        const own = a.select(0, i).select(0, 0).matmul(b.select(0, j));
        expect(product.select(0, i).select(0, j).tolist()).toEqual(own.tolist());
      }
    }
  });

  it('keeps the dtype', () => {
    const of = (dtype: 'bfloat16' | 'float16' | 'int64' | 'int32' | 'uint8') =>
      tensor(
        [
          [1, 2],
          [3, 100],
        ],
        { dtype },
      );
    expect(of('bfloat16').matmul(of('bfloat16')).tolist()).toEqual([
      [7, 202],
      [304, 9984],
    ]);
    expect(of('float16').matmul(of('float16')).tolist()).toEqual([
      [7, 202],
      [303, 10008],
    ]);
    expect(of('int64').matmul(of('int64')).tolist()).toEqual([
      [7n, 202n],
      [303n, 10006n],
    ]);
    expect(of('int32').matmul(of('int32')).tolist()).toEqual([
      [7, 202],
      [303, 10006],
    ]);
    expect(of('uint8').matmul(of('uint8')).tolist()).toEqual([
      [7, 202],
      [47, 22],
    ]);
  });

  it.each([
    [[2, 3], [2, 3], 'mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)'],
    [[4], [2, 3], 'mat1 and mat2 shapes cannot be multiplied (1x4 and 2x3)'],
    [[3], [4], 'inconsistent tensor size, expected tensor [3] and src [4] to have the same number of elements'],
    [[2, 3], [4], 'size mismatch, got input (2), mat (2x3), vec (4)'],
    [[2, 2, 3], [2, 4, 2], 'Expected size for first two dimensions of batch2 tensor to be: [2, 3] but got: [2, 4]'],
    [[2, 2, 3], [3, 3, 2], 'The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0'],
    [[], [3], 'both arguments to matmul need to be at least 1D, but they are 0D and 1D'],
  ])('refuses %j times %j', (a, b, phrase) => {
    expect(() => zeros(a).matmul(zeros(b))).toThrow(ShapeError);
    expect(() => zeros(a).matmul(zeros(b))).toThrow(phrase);
  });

  it('refuses two dtypes, and booleans', () => {
    expect(() => zeros([1, 1]).matmul(zeros([1, 1], { dtype: 'float64' }))).toThrow(
      'expected m1 and m2 to have the same dtype',
    );
    expect(() => tensor([[true]]).matmul(tensor([[true]]))).toThrow(DTypeError);
  });

  it.each([
    ['vectors', [3], [3]],
    ['matrix and vector', [2, 3], [3]],
    ['vector and matrix', [3], [3, 2]],
    ['matrices', [2, 3], [3, 4]],
    ['batch and matrix', [2, 3, 2], [2, 3]],
    ['batch and vector', [2, 3, 2], [2]],
    ['matrix and batch', [3, 2], [2, 2, 3]],
    ['vector and batch', [2], [3, 2, 2]],
    ['batches that broadcast', [2, 1, 2, 3], [3, 3, 2]],
  ] as const)('gradients: %s', (_, a, b) => {
    fc.assert(
      fc.property(leaves(a), leaves(b), (x, y) => expectGradients((p, q) => p.matmul(q), x, y)),
      { numRuns: 5 },
    );
  });

  it('gradients: a matrix times itself', () => {
    fc.assert(
      fc.property(leaves([3, 3]), (x) => expectGradients((p) => p.matmul(p), x)),
      { numRuns: 5 },
    );
  });
});
