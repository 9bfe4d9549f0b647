import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, InitreeError, ShapeError } from '../../src/errors.js';
import { Generator } from '../../src/random/Generator.js';
import { full, ones, tensor, zeros } from '../../src/tensor/creation.js';
import { cat, stack } from '../../src/tensor/joining.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { goldenTensors } from './goldenTensor.js';

describe('Tensor.fromData', () => {
  it('shares the array and finds the dtype', () => {
    const data = new Float32Array(6);
    const x = Tensor.fromData(data, [2, 3]);
    expect([x.data === data, x.dtype, x.shape, x.numel, x.ndim]).toEqual([true, 'float32', [2, 3], 6, 2]);
    expect(Tensor.fromData(new BigInt64Array(1), [1]).dtype).toBe('int64');
    expect(Tensor.fromData(new Uint8Array(1), [1], 'bool').is('bool')).toBe(true);
    expect(Tensor.fromData(new Uint16Array([0x3f80]), [], 'bfloat16').item()).toBe(1);
  });

  it('refuses arrays that do not fit the shape or the dtype', () => {
    expect(() => Tensor.fromData(new Float32Array(5), [2, 3])).toThrow("shape '[2, 3]' is invalid for input of size 5");
    expect(() => Tensor.fromData(new Float32Array(1) as never, [1], 'float64')).toThrow(DTypeError);
    expect(() => Tensor.fromData(new Uint16Array(1), [1])).toThrow(InitreeError);
    expect(() => Tensor.fromData([1] as never, [1])).toThrow(DTypeError);
    expect(() => Tensor.fromData(new Float32Array(1), 1 as never)).toThrow(ShapeError);
  });
});

describe('new Tensor', () => {
  it.each([
    [[1, 2], 'an array'],
    [undefined, 'undefined'],
  ])('refuses %j', (given, found) => {
    expect(() => new Tensor(given as never)).toThrow(
      new ArgumentError(
        `new Tensor() is internal, found ${found}; write tensor([1, 2]) or Tensor.fromData(data, shape)`,
      ),
    );
  });
});

describe('item, tolist, is, to', () => {
  it('item reads one element of any dtype', () => {
    expect(tensor([[5]]).item()).toBe(5);
    expect(tensor(true).item()).toBe(1);
    expect(tensor(-3n).item()).toBe(-3);
    expect(() => ones([2]).item()).toThrow('a Tensor with 2 elements cannot be converted to Scalar');
  });

  it('to returns the same tensor if the dtype is the same', () => {
    const x = tensor([1]);
    expect(x.to('float32')).toBe(x);
    expect(() => x.to('complex64' as never)).toThrow(DTypeError);
  });
});

describe('grad_fn', () => {
  it.each(goldenTensors<{ op: string; name: string }>('name'))('$op is $name', ({ op, name }) => {
    const leaf = (...shape: number[]) => ones(shape, { requiresGrad: true });
    const [x, v, m, c, b] = [leaf(3), leaf(3), leaf(2, 3), leaf(3, 2), leaf(2, 2, 3)];
    const computed: Record<string, () => Tensor> = {
      add: () => x.add(v),
      sub: () => x.sub(v),
      mul: () => x.mul(v),
      div: () => x.div(v),
      'pow number': () => x.pow(2),
      'pow tensor': () => x.pow(v),
      neg: () => x.neg(),
      abs: () => x.abs(),
      exp: () => x.exp(),
      log: () => x.log(),
      sqrt: () => x.sqrt(),
      tanh: () => x.tanh(),
      clamp: () => x.clamp(0, 1),
      where: () => x.where(x.gt(0), v),
      'matmul 1 1': () => x.matmul(v),
      'matmul 2 1': () => m.matmul(x),
      'matmul 1 2': () => x.matmul(c),
      'matmul 2 2': () => m.matmul(c),
      'matmul 3 2': () => b.matmul(c),
      'matmul 3 3': () => b.matmul(ones([2, 3, 2])),
      view: () => m.view(6),
      reshape: () => m.reshape(6),
      transpose: () => m.transpose(0, 1),
      permute: () => m.permute(1, 0),
      flatten: () => m.flatten(),
      squeeze: () => x.view(1, 3).squeeze(),
      'squeeze dim': () => x.view(1, 3).squeeze(0),
      unsqueeze: () => x.unsqueeze(0),
      expand: () => x.expand(2, 3),
      narrow: () => x.narrow(0, 0, 2),
      select: () => x.select(0, 1),
      indexSelect: () => x.indexSelect(0, tensor([0n])),
      chunk: () => x.chunk(2)[0],
      split: () => x.split(2)[0],
      'split sizes': () => x.split([1, 2])[0],
      roll: () => x.roll(1, 0),
      cat: () => cat([x, v]),
      stack: () => stack([x, v]),
      sum: () => x.sum(),
      'sum dim': () => m.sum(1),
      mean: () => x.mean(),
      'mean dim': () => m.mean(1),
      var: () => m.var(1),
      std: () => m.std(1),
      norm: () => x.norm(),
      'norm dim': () => m.norm({ dim: 1 }),
      max: () => x.max(),
      'max dim': () => m.max(1).values,
      min: () => x.min(),
      'min dim': () => m.min(1).values,
      clone: () => x.clone(),
      to: () => x.to('float64'),
    };
    const result = computed[op]();
    expect(result.entry?.name).toBe(name);
    expect(String(result)).toContain(`grad_fn=<${name}>`);
  });
});

describe('in place', () => {
  it.each(['add', 'sub', 'mul', 'div'] as const)(
    '%s_ writes what %s gives, broadcast, for every floating dtype',
    (op) => {
      const cases = fc.record({
        seed: fc.integer(),
        dtype: fc.constantFrom('float32', 'float64', 'float16', 'bfloat16' as const),
        other: fc.constantFrom<readonly number[] | number>([2, 3], [3], [2, 1], [], 0.3),
      });
      fc.assert(
        fc.property(cases, ({ seed, dtype, other }) => {
          const generator = new Generator(seed);
          const x = randn([2, 3], { dtype, generator });
          const y = typeof other === 'number' ? other : randn(other, { dtype, generator });
          const expected = x[op](y).tolist();
          const { data } = x;
          expect(x[`${op}_`](y)).toBe(x);
          expect(x.tolist()).toEqual(expected);
          expect(x.data).toBe(data);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('accepts operands that share its elements', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const head = Tensor.fromData(data.subarray(0, 3), [3]);
    head.add_(Tensor.fromData(data.subarray(1, 4), [3]));
    expect([...data]).toEqual([3, 5, 7, 4]);
    const x = tensor([1, 2, 3]);
    expect(x.mul_(x).tolist()).toEqual([1, 4, 9]);
    expect(
      x
        .view(3, 1)
        .sub_(Tensor.fromData((x.data as Float32Array).subarray(2), [1]))
        .tolist(),
    ).toEqual([[-8], [-5], [0]]);
  });

  it('computes in the common dtype and stores in its own', () => {
    expect(
      tensor([1, 5], { dtype: 'uint8' })
        .add_(tensor([1n]))
        .tolist(),
    ).toEqual([2, 6]);
    expect(
      tensor([true, false])
        .add_(tensor([true]))
        .tolist(),
    ).toEqual([true, true]);
    expect(tensor([1]).add_(tensor([2], { dtype: 'float64' })).dtype).toBe('float32');
  });

  it.each([
    [() => tensor([1n]).add_(1.5), "result type float32 can't be cast to the desired output type int64"],
    [() => tensor([1n]).mul_(tensor([1.5])), "can't be cast to the desired output type int64"],
    [() => tensor([true]).add_(1), "result type int64 can't be cast to the desired output type bool"],
    [() => tensor([1n]).div_(2), "result type float32 can't be cast to the desired output type int64"],
    [() => tensor([true]).sub_(true as never), 'expected a number or a Tensor'],
  ])('refuses results of a higher kind: %s', (f, phrase) => {
    expect(f).toThrow(phrase);
  });

  it('refuses a larger operand, and leaves the elements as they were', () => {
    const x = ones([2]);
    expect(() => x.add_(ones([3, 2]))).toThrow(ShapeError);
    expect(() => x.add_(ones([3, 2]))).toThrow("output with shape [2] doesn't match the broadcast shape [3, 2]");
    expect(() => x.copy_(ones([3]))).toThrow('The size of tensor a (2) must match the size of tensor b (3)');
    expect(x.tolist()).toEqual([1, 1]);
  });

  it('copy_ converts, broadcasts, and keeps every bit of int64', () => {
    const big = 2n ** 62n + 1n;
    expect(
      tensor([0n, 0n])
        .copy_(tensor([big]))
        .tolist(),
    ).toEqual([big, big]);
    expect(
      tensor([0n])
        .copy_(tensor([big]))
        .tolist(),
    ).toEqual([big]);
    expect(
      zeros([2])
        .copy_(tensor([true, false]))
        .tolist(),
    ).toEqual([1, 0]);
    expect(
      zeros([1], { dtype: 'bool' })
        .copy_(tensor([0.5]))
        .tolist(),
    ).toEqual([true]);
    expect(
      zeros([2, 2], { dtype: 'bfloat16' })
        .copy_(tensor([1.001, 2]))
        .tolist(),
    ).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('fill_ refuses a value that the dtype cannot hold', () => {
    const x = full([2], 7, { dtype: 'uint8' });
    expect(() => x.fill_(256)).toThrow(ArgumentError);
    expect(() => x.fill_(256)).toThrow('value cannot be converted to type uint8 without overflow');
    expect(() => x.fill_('1' as never)).toThrow(ArgumentError);
    expect(x.tolist()).toEqual([7, 7]);
    expect(x.zero_().tolist()).toEqual([0, 0]);
  });

  it('uniform_ and normal_ refuse integers before drawing', () => {
    const generator = new Generator(1);
    expect(() => zeros([2], { dtype: 'int64' }).uniform_(0, 1, { generator })).toThrow(DTypeError);
    expect(() => zeros([2], { dtype: 'int64' }).normal_(0, 1, { generator })).toThrow("not implemented for 'int64'");
    expect(generator.getState()).toEqual(new Generator(1).getState());
  });

  it('set_ replaces dtype, shape and elements', () => {
    const x = zeros([2]);
    const source = tensor([[1n]]);
    x.set_(source);
    expect([x.dtype, x.shape, x.data === (source.data as unknown)]).toEqual(['int64', [1, 1], true]);
    expect(() => zeros([1], { requiresGrad: true }).set_(source)).toThrow(DTypeError);
  });
});
