import { describe, expect, it } from '@jest/globals';
import { ArgumentError, DTypeError, ShapeError, StateError } from '../../src/errors.js';
import { emptyLike, eye, fullLike, linspace, nn, onesLike, tensor, zeros, zerosLike } from '../../src/index.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { checkUnary } from './finiteDifferences.js';
import { plain } from './goldenTensor.js';

/** An argument that a method does not take. */
const surplus = [1] as unknown as [];

describe('dtypes and sizes', () => {
  it('converts by the names of dtypes', () => {
    const x = tensor([0, 1.5, -2.5]);
    expect(x.float()).toBe(x);
    expect([x.double(), x.half(), x.bfloat16(), x.long(), x.int(), x.bool()].map(({ dtype }) => dtype)).toEqual(
      'float64 float16 bfloat16 int64 int32 bool'.split(' '),
    );
    expect(x.long().tolist()).toEqual([0n, 1n, -2n]);
    expect(x.bool().tolist()).toEqual([false, true, true]);
  });

  it('says its sizes', () => {
    const x = zeros([2, 3]);
    expect([x.dim(), x.size(), x.size(0), x.size(-1)]).toEqual([2, [2, 3], 2, 3]);
    expect(() => x.size(2)).toThrow('Dimension out of range (expected to be in range of [-2, 1], but got 2)');
    expect(() => tensor(1).size(0)).toThrow(ShapeError);
    expect(x.contiguous()).toBe(x);
    expect(x.t().shape).toEqual([3, 2]);
    expect(x.T.shape).toEqual([3, 2]);
  });

  it('refuses arguments that a method does not take', () => {
    const x = zeros([2]);
    expect(() => x.sin(...surplus)).toThrow('tensor.sin() takes no arguments, found 1');
    expect(() => x.float(...surplus)).toThrow(ArgumentError);
    expect(() => x.isnan(...surplus)).toThrow(ArgumentError);
    expect(() => x.equal(x, ...surplus)).toThrow('tensor.equal() takes only other, found 1 too');
    expect(() => zeros([2, 2]).tril({ offset: 1 } as never)).toThrow("unexpected keyword argument 'offset'");
  });

  it('takes optional arguments by position and by name', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.tril(-1).equal(x.tril({ diagonal: -1 }))).toBe(true);
    expect(x.unbind(1).map(String)).toEqual(x.unbind({ dim: 1 }).map(String));
    expect(x.gt(1).all(0).tolist()).toEqual([false, true]);
    expect(x.gt(1).all({ dim: 0, keepdim: true }).tolist()).toEqual([[false, true]]);
    expect(x.gt(1).any(1, { keepdim: true }).tolist()).toEqual([[true], [true]]);
  });
});

describe('in place', () => {
  it.each([
    ['abs_', (x: Tensor) => x.abs_(), [1.5, 0, 2]],
    ['neg_', (x: Tensor) => x.neg_(), [1.5, -0, -2]],
    ['exp_', (x: Tensor) => x.zero_().exp_(), [1, 1, 1]],
    ['log_', (x: Tensor) => x.fill_(1).log_(), [0, 0, 0]],
    ['sqrt_', (x: Tensor) => x.fill_(4).sqrt_(), [2, 2, 2]],
    ['trunc_', (x: Tensor) => x.trunc_(), [-1, 0, 2]],
    ['erfinv_', (x: Tensor) => x.zero_().erfinv_(), [0, 0, 0]],
    ['pow_', (x: Tensor) => x.pow_(2), [2.25, 0, 4]],
    ['pow_ of a tensor', (x: Tensor) => x.pow_(tensor([2, 3, 3])), [2.25, 0, 8]],
    ['maskedFill_', (x: Tensor) => x.maskedFill_(x.lt(0), 9), [9, 0, 2]],
  ])('%s', (_, f, expected) => {
    const x = tensor([-1.5, 0, 2]);
    expect(f(x)).toBe(x);
    expect(x.tolist()).toEqual(expected);
  });

  it('leaves the elements as they were if the result does not fit', () => {
    const x = tensor([4n, 9n]);
    expect(() => x.sqrt_()).toThrow("result type float32 can't be cast to the desired output type int64");
    expect(() => x.maskedFill_(tensor([[true], [true]]), 1)).toThrow("output with shape [2] doesn't match");
    expect(() => x.maskedFill_(tensor([true, true]), Infinity)).toThrow('without overflow');
    expect(x.tolist()).toEqual([4n, 9n]);
    const computed = tensor([1], { requiresGrad: true }).mul(2);
    expect(() => computed.abs_()).toThrow(StateError);
  });

  it('initialises as a program of PyTorch does', () => {
    const weight = new nn.Parameter(zeros([4, 5]));
    weight.uniform_(-0.9, 0.9).erfinv_().mul_(Math.SQRT2).clamp_(-1, 1);
    expect(weight.abs().le(1).all().item()).toBe(1);
  });
});

describe('gradients', () => {
  it.each([
    ['maskedFill', (x: Tensor) => x.maskedFill(x.gt(0), 3).mul(x)],
    ['repeat', (x: Tensor) => x.flatten().repeat(2, 3).exp()],
    ['tril', (x: Tensor) => x.flatten().repeat(2, 1).tril().exp()],
    [
      'unbind',
      (x: Tensor) =>
        x
          .flatten()
          .unbind()
          .reduce((sum, part) => sum.add(part.exp())),
    ],
    [
      'gather',
      (x: Tensor) =>
        x
          .flatten()
          .gather(0, tensor([0n, 0n, 0n]))
          .exp(),
    ],
    ['softmax', (x: Tensor) => x.softmax(0).mul(x.exp())],
    ['square, sin, cos', (x: Tensor) => x.square().add(x.sin()).add(x.cos())],
    ['expm1, erf', (x: Tensor) => x.expm1().add(x.erf())],
    ['maximum', (x: Tensor) => x.maximum(x.neg()).minimum(x.exp())],
  ] as const)('%s', (_, f) => {
    checkUnary(f);
  });
});

describe('creation', () => {
  it('creates in the shape and dtype of another tensor', () => {
    const x = tensor([1n, 2n]);
    expect(plain(zerosLike(x))).toEqual({ dtype: 'int64', shape: [2], elements: [0n, 0n] });
    expect(plain(onesLike(x, { dtype: 'float64' }))).toEqual({ dtype: 'float64', shape: [2], elements: [1, 1] });
    expect(plain(emptyLike(x, { dtype: undefined }))).toEqual({ dtype: 'int64', shape: [2], elements: [0n, 0n] });
    expect(plain(fullLike(x, 7))).toEqual({ dtype: 'int64', shape: [2], elements: [7n, 7n] });
    expect(zerosLike(zeros([1]), { requiresGrad: true }).requiresGrad).toBe(true);
    expect(() => zerosLike(x, 'float32' as never)).toThrow('takes');
    expect(() => zerosLike([1] as never)).toThrow(ArgumentError);
  });

  it('reads the options of linspace and eye', () => {
    expect(linspace(0, 1, 3, { requiresGrad: true }).requiresGrad).toBe(true);
    expect(plain(eye(2, { m: 1, dtype: 'bool' }))).toEqual({
      dtype: 'bool',
      shape: [2, 1],
      elements: [[true], [false]],
    });
    expect(eye(2, 3, { requiresGrad: true }).requiresGrad).toBe(true);
    expect(() => linspace(0, 1, 3, { dtype: 'bool' })).toThrow(DTypeError);
  });
});

describe('in forward', () => {
  it('runs in a summary, which computes shapes only', () => {
    class Net extends nn.Module {
      override forward(x: Tensor): Tensor {
        const scores = x.sin().relu().softmax(-1).maskedFill(x.gt(0), -1).repeat(1, 2);
        return scores
          .tril()
          .gather(1, tensor([[0n], [1n]]))
          .square()
          .rsqrt()
          .clamp(0, 1)
          .unbind(1)[0];
      }
    }
    expect(new Net().summary([2, 3])).toBeDefined();
  });
});
