import { describe, expect, it } from '@jest/globals';
import { DTypeError, ShapeError, StateError } from '../../src/errors.js';
import { ones, tensor, zeros } from '../../src/tensor/creation.js';
import { cat } from '../../src/tensor/joining.js';
import { isGradEnabled, noGrad } from '../../src/tensor/Tape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const leaf = (...values: number[]) => tensor(values, { requiresGrad: true });
const gradOf = (t: Tensor) => t.grad?.tolist();

describe('backward', () => {
  it('adds up over shared leaves and diamonds', () => {
    const x = leaf(3);
    const y = x.mul(2);
    y.mul(y).add(y).add(x).sum().backward();
    // d/dx (4x² + 2x + x) = 8x + 3
    expect(gradOf(x)).toEqual([27]);
  });

  it('handles a leaf that is used a thousand times', () => {
    const x = leaf(1, 2);
    let sum = x.mul(0);
    for (let i = 0; i < 1000; i++) sum = sum.add(x);
    sum.sum().backward();
    expect(gradOf(x)).toEqual([1000, 1000]);
  });

  it('handles a chain of 100,000 operations', () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 100_000; i++) y = y.add(1);
    y.sum().backward();
    expect([y.item(), gradOf(x)]).toEqual([100_001, [1]]);
  });

  it('handles an operation with 200,000 computed inputs', () => {
    const x = leaf(1);
    const y = x.mul(2);
    cat(new Array<Tensor>(200_000).fill(y)).sum().backward();
    expect(gradOf(x)).toEqual([400_000]);
  });

  it('visits each operation once where the number of paths grows exponentially', () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 60; i++) y = y.add(y).mul(0.5);
    y.sum().backward();
    expect(gradOf(x)).toEqual([1]);
  });

  it('accumulates into grad', () => {
    const x = leaf(1, 2);
    x.mul(3).sum().backward();
    x.mul(4).sum().backward();
    expect(gradOf(x)).toEqual([7, 7]);
    x.grad = null;
    x.sum().backward();
    expect(gradOf(x)).toEqual([1, 1]);
  });

  it('of a leaf sets its own gradient', () => {
    const x = tensor(2, { requiresGrad: true });
    x.backward();
    expect(x.grad?.item()).toBe(1);
    const y = leaf(1, 2);
    y.backward(tensor([5, 6]));
    expect(gradOf(y)).toEqual([5, 6]);
  });

  it('reaches only leaves that require gradients', () => {
    const x = leaf(1);
    const y = tensor([2]);
    x.mul(y).sum().backward();
    expect([gradOf(x), y.grad]).toEqual([[2], null]);
    expect(y.mul(3).requiresGrad).toBe(false);
  });

  it('stops at detach() and flows through clone()', () => {
    const x = leaf(3);
    x.clone().mul(x.detach()).sum().backward();
    expect(gradOf(x)).toEqual([3]);
    expect(x.detach().data).toBe(x.data);
    expect(x.clone().data).not.toBe(x.data);
  });

  it('gives every leaf its own array', () => {
    const [a, b, c] = [leaf(1, 2), leaf(3, 4), leaf(5, 6)];
    const seed = tensor([1, 1]);
    a.add(b).add(c.view(2)).backward(seed);
    const buffers = [a.grad, b.grad, c.grad, seed].map((t) => t?.data.buffer);
    expect(new Set(buffers).size).toBe(4);
    a.grad?.zero_();
    expect([gradOf(b), gradOf(c), seed.tolist()]).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('does not write into the gradient of the caller', () => {
    const x = leaf(1);
    const seed = tensor([2]);
    x.backward(seed);
    x.backward(seed);
    expect([gradOf(x), seed.tolist()]).toEqual([[4], [2]]);
  });

  it('has the dtype of the leaf', () => {
    const x = tensor([1.5, 2], { dtype: 'bfloat16', requiresGrad: true });
    const y = tensor([3, 4], { dtype: 'float64', requiresGrad: true });
    x.to('float64').mul(y).sum().backward();
    expect([x.grad?.dtype, gradOf(x), y.grad?.dtype, gradOf(y)]).toEqual(['bfloat16', [3, 4], 'float64', [1.5, 2]]);
  });

  it('rounds the gradients of halves at each operation', () => {
    const x = tensor([1], { dtype: 'bfloat16', requiresGrad: true });
    x.mul(0.1).mul(0.1).sum().backward();
    // bfloat16(0.1) is 0.10009765625; 0.1 of it is rounded to bfloat16 again.
    expect(gradOf(x)).toEqual([0.010009765625]);
  });

  it('ends at integers', () => {
    const x = leaf(1.5);
    expect(x.to('int64').requiresGrad).toBe(false);
    expect(x.gt(1).requiresGrad).toBe(false);
    expect(x.argmax().requiresGrad).toBe(false);
    expect(x.max(0).indices.requiresGrad).toBe(false);
    x.mul(tensor([3n]))
      .sum()
      .backward();
    expect(gradOf(x)).toEqual([3]);
  });

  it('refuses a second run through the same graph, and leaves gradients as they were', () => {
    const [x, z] = [leaf(2), leaf(1)];
    const y = x.mul(x);
    y.sum().backward();
    const again = y.add(z).sum();
    expect(() => again.backward()).toThrow(StateError);
    expect(() => again.backward()).toThrow('Trying to backward through the graph a second time');
    expect([gradOf(x), z.grad]).toEqual([[4], null]);
  });

  it('refuses a tensor without gradients, and a gradient of another shape', () => {
    expect(() => tensor([1]).backward()).toThrow(StateError);
    expect(() => tensor([1]).backward()).toThrow(
      'element 0 of tensors does not require grad and does not have a grad_fn',
    );
    expect(() => leaf(1, 2).mul(2).backward()).toThrow(ShapeError);
    expect(() => leaf(1, 2).mul(2).backward()).toThrow('grad can be implicitly created only for scalar outputs');
    expect(() => leaf(1, 2).backward(ones([3]))).toThrow('Mismatch in shape');
  });
});

describe('requiresGrad', () => {
  it('can be set on leaves with a floating-point dtype only', () => {
    expect(() => zeros([1], { dtype: 'int32' }).requiresGrad_()).toThrow(DTypeError);
    expect(() => tensor([true]).requiresGrad_()).toThrow('only Tensors of floating point dtype can require gradients');
    const y = leaf(1).mul(2);
    expect(() => y.requiresGrad_(false)).toThrow('you can only change requires_grad flags of leaf variables');
    expect(y.requiresGrad_().requiresGrad).toBe(true);
    expect(leaf(1).requiresGrad_(false).mul(2).requiresGrad).toBe(false);
  });
});

describe('noGrad', () => {
  it('records no operation inside, and every operation after it', () => {
    const x = leaf(1);
    const inside = noGrad(() => {
      expect(isGradEnabled()).toBe(false);
      expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
      expect(isGradEnabled()).toBe(false);
      return x.mul(2);
    });
    expect([inside.requiresGrad, isGradEnabled(), x.mul(2).requiresGrad]).toEqual([false, true, true]);
  });

  it('ends if its function throws', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('body');
      }),
    ).toThrow('body');
    expect(isGradEnabled()).toBe(true);
  });
});

describe('in place', () => {
  it('writes into leaves without recording', () => {
    const x = leaf(1, 2);
    x.add_(1)
      .mul_(2)
      .sub_(tensor([1, 2]))
      .div_(3)
      .fill_(7);
    expect([x.tolist(), x.requiresGrad, x.entry]).toEqual([[7, 7], true, null]);
  });

  it.each(['add_', 'sub_', 'mul_', 'div_', 'copy_', 'fill_', 'zero_', 'uniform_', 'normal_', 'set_'] as const)(
    '%s refuses a computed tensor, and leaves it as it was',
    (operation) => {
      const y = leaf(1, 2).mul(2);
      const run = () => (y[operation] as (argument: unknown) => unknown)(operation === 'fill_' ? 1 : ones([2]));
      expect(run).toThrow(StateError);
      expect(run).toThrow('cannot be modified by an inplace operation');
      expect(y.tolist()).toEqual([2, 4]);
    },
  );
});
