import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { arange, ones, tensor, zeros } from '../../src/tensor/creation.js';
import { cat, stack } from '../../src/tensor/joining.js';
import { noGrad } from '../../src/tensor/Tape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { checkUnary, expectGradients, leaves, numbersOf, shapes } from './finiteDifferences.js';

/** 0, 1, 2, … in a shape. */
const counting = (...shape: number[]) => arange(shape.reduce((product, size) => product * size, 1)).view(shape);
const big = 2n ** 53n + 1n;

describe('view, flatten, squeeze, unsqueeze', () => {
  it('share the elements', () => {
    const x = zeros([2, 1, 3]);
    for (const y of [
      x.view(6),
      x.view(-1, 2),
      x.view([3, 2]),
      x.reshape(2, 3),
      x.flatten(),
      x.squeeze(),
      x.unsqueeze(-1),
    ]) {
      expect(y.data).toBe(x.data);
    }
  });

  it('have the shapes that PyTorch gives', () => {
    const x = zeros([2, 1, 3, 1]);
    expect(x.view(-1, 2).shape).toEqual([3, 2]);
    expect(x.flatten(1, 2).shape).toEqual([2, 3, 1]);
    expect(x.flatten(-2).shape).toEqual([2, 1, 3]);
    expect(x.squeeze().shape).toEqual([2, 3]);
    expect(x.squeeze(1).shape).toEqual([2, 3, 1]);
    expect(x.squeeze(-1).shape).toEqual([2, 1, 3]);
    expect(x.squeeze(0).shape).toEqual([2, 1, 3, 1]);
    expect(x.squeeze([1, -1]).shape).toEqual([2, 3]);
    expect(x.squeeze({ dim: [0, 1] }).shape).toEqual([2, 3, 1]);
    expect(x.squeeze([]).shape).toEqual([2, 1, 3, 1]);
    expect(zeros([]).squeeze([0]).shape).toEqual([]);
    expect(x.unsqueeze(0).shape).toEqual([1, 2, 1, 3, 1]);
    expect(x.unsqueeze(-1).shape).toEqual([2, 1, 3, 1, 1]);
    expect(zeros([]).flatten().shape).toEqual([1]);
    expect(zeros([]).view(1, 1).shape).toEqual([1, 1]);
    expect(zeros([]).unsqueeze(0).shape).toEqual([1]);
    expect(zeros([0, 3]).view(-1, 3).shape).toEqual([0, 3]);
  });

  it.each([
    [() => zeros([2, 3]).view(4, -1), "shape '[4, -1]' is invalid for input of size 6"],
    [() => zeros([2, 3]).view(5), "shape '[5]' is invalid for input of size 6"],
    [() => zeros([2, 3]).view(-1, -1), 'only one dimension can be inferred'],
    [() => zeros([2, 3]).view(-2, 3), "shape '[-2, 3]' is invalid"],
    [() => zeros([0, 3]).view(-1, 0), 'cannot reshape tensor of 0 elements into shape [-1, 0]'],
    [() => zeros([2, 3]).flatten(1, 0), 'flatten() has invalid args: start_dim cannot come after end_dim'],
    [() => zeros([2, 3]).squeeze(4), 'Dimension out of range (expected to be in range of [-2, 1], but got 4)'],
    [() => zeros([2, 1]).squeeze([1, 2]), 'Dimension out of range (expected to be in range of [-2, 1], but got 2)'],
    [
      () => zeros([2, 1]).squeeze(true as never),
      'Dimension out of range (expected to be in range of [-2, 1], but got true)',
    ],
    [() => zeros([2, 3]).unsqueeze(-4), 'Dimension out of range (expected to be in range of [-3, 2], but got -4)'],
  ])('refuse: %s', (f, phrase) => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(phrase);
  });
});

describe('squeeze of several dimensions', () => {
  it("has PyTorch's gradient and name", () => {
    const x = tensor([[[1], [2]]], { requiresGrad: true });
    const y = x.squeeze([0, 2]);
    expect(y.entry?.name).toBe('SqueezeBackward2');
    y.mul(tensor([3, 4]))
      .sum()
      .backward();
    expect(x.grad?.tolist()).toEqual([[[3], [4]]]);
  });

  it('refuses a dimension that is named twice', () => {
    expect(() => zeros([1, 1]).squeeze([0, -2])).toThrow('dim 0 appears multiple times in the list of dims [0, 0]');
  });
});

describe('permute, transpose', () => {
  it('put every element at its permuted indices', () => {
    const cases = shapes(1).chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, d) => d),
          { minLength: shape.length },
        ),
      ),
    );
    fc.assert(
      fc.property(cases, ([shape, dims]) => {
        const x = counting(...shape);
        const y = x.permute(dims);
        expect(y.shape).toEqual(dims.map((d) => shape[d]));
        const index = shape.map((size) => Math.floor(size / 2));
        const at = (t: Tensor, place: number[]) => place.reduce((rest, i) => rest.select(0, i), t).item();
        expect(
          at(
            y,
            dims.map((d) => index[d]),
          ),
        ).toBe(at(x, index));
        const inverse = dims.map((_, d) => dims.indexOf(d));
        expect(y.permute(...inverse).tolist()).toEqual(x.tolist());
      }),
    );
  });

  it('copy every bit', () => {
    expect(
      tensor([
        [big, 2n],
        [3n, 4n],
      ])
        .transpose(0, 1)
        .tolist(),
    ).toEqual([
      [big, 3n],
      [2n, 4n],
    ]);
    expect(
      tensor([[1, 2]], { dtype: 'bfloat16' })
        .transpose(-1, -2)
        .tolist(),
    ).toEqual([[1], [2]]);
    expect(zeros([0, 3]).transpose(0, 1).shape).toEqual([3, 0]);
    expect(zeros([]).transpose(0, -1).shape).toEqual([]);
  });

  it('refuse orders that are not permutations', () => {
    expect(() => zeros([2, 3]).permute(0)).toThrow('does not match the length of the desired ordering of dimensions');
    expect(() => zeros([2, 3]).permute(0, 0)).toThrow('permute(): duplicate dims are not allowed');
    expect(() => zeros([2, 3]).permute(0, -2)).toThrow(ArgumentError);
    expect(() => zeros([2, 3]).transpose(0, 2)).toThrow('Dimension out of range');
  });
});

describe('expand', () => {
  it('copies every bit, and shares nothing with the source', () => {
    const x = tensor([[big], [2n]]);
    expect(x.expand(2, 2).tolist()).toEqual([
      [big, big],
      [2n, 2n],
    ]);
    expect(x.expand(2, -1, 1).shape).toEqual([2, 2, 1]);
    expect(x.expand([2, 2]).shape).toEqual([2, 2]);
    x.expand(2, 1).clone().zero_();
    expect(x.tolist()).toEqual([[big], [2n]]);
    expect(tensor([true]).expand(3).tolist()).toEqual([true, true, true]);
    expect(tensor([1, 2]).expand(40, 2).select(0, 39).tolist()).toEqual([1, 2]);
    expect(ones([1, 40]).expand(3, 40).sum().item()).toBe(120);
    expect(
      tensor([[3], [4]])
        .expand(2, 40)
        .sum(1)
        .tolist(),
    ).toEqual([120, 160]);
  });

  it.each([
    [
      () => zeros([2, 3]).expand(2, 4),
      'The expanded size of the tensor (4) must match the existing size (3) at non-singleton dimension 1',
    ],
    [
      () => zeros([2, 3]).expand(3),
      'the number of sizes provided (1) must be greater or equal to the number of dimensions in the tensor (2)',
    ],
    [() => zeros([3]).expand(-1, 3), 'The expanded size of the tensor (-1)'],
  ])('refuses: %s', (f, phrase) => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(phrase);
  });
});

describe('narrow, select, indexSelect', () => {
  const x = counting(3, 4);

  it('return parts', () => {
    expect(x.narrow(1, 1, 2).tolist()).toEqual([
      [1n, 2n],
      [5n, 6n],
      [9n, 10n],
    ]);
    expect(x.narrow(0, -1, 1).tolist()).toEqual([[8n, 9n, 10n, 11n]]);
    expect(x.narrow(0, 3, 0).shape).toEqual([0, 4]);
    expect(x.select(1, -1).tolist()).toEqual([3n, 7n, 11n]);
    expect(x.indexSelect(1, tensor([3n, 0n, 3n])).tolist()).toEqual([
      [3n, 0n, 3n],
      [7n, 4n, 7n],
      [11n, 8n, 11n],
    ]);
    expect(x.indexSelect(0, tensor(1n)).tolist()).toEqual([[4n, 5n, 6n, 7n]]);
    expect(x.indexSelect(0, tensor([], { dtype: 'int32' })).shape).toEqual([0, 4]);
  });

  it.each([
    [() => zeros([5]).narrow(0, 3, 4), 'start (3) + length (4) exceeds dimension size (5).'],
    [() => zeros([5]).narrow(0, 7, 1), 'start out of range (expected to be in range of [-5, 5], but got 7)'],
    [() => zeros([5]).narrow(0, 0, -1), 'narrow(): length must be non-negative'],
    [() => zeros([]).narrow(0, 0, 1), 'narrow() cannot be applied to a 0-dim tensor.'],
    [() => zeros([]).select(0, 0), 'select() cannot be applied to a 0-dim tensor.'],
    [() => zeros([2, 5]).select(0, 2), 'select(): index 2 out of range for tensor of size [2, 5] at dimension 0'],
    [() => zeros([2]).indexSelect(0, tensor([3n])), 'index out of range in self'],
    [() => zeros([2]).indexSelect(0, tensor([-1n])), 'index out of range in self'],
    [() => zeros([2]).indexSelect(0, tensor([[0n]])), 'index_select(): Index is supposed to be a vector'],
  ])('refuse: %s', (f, phrase) => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(phrase);
  });

  it.each(['float32', 'uint8', 'bool'] as const)('refuse indices of %s', (dtype) => {
    expect(() => x.indexSelect(0, zeros([1], { dtype }))).toThrow(DTypeError);
    expect(() => x.indexSelect(0, zeros([1], { dtype }))).toThrow(
      'index_select(): Expected dtype int32 or int64 for index',
    );
  });
});

describe('parts of the first dimension', () => {
  it('share the elements, and can be written in place inside noGrad', () => {
    const whole = zeros([3, 4]).requiresGrad_();
    noGrad(() => {
      whole.narrow(0, 1, 1).fill_(1);
      whole.select(0, 2).add_(2);
      whole.view(1, 3, 4).narrow(1, 0, 1).sub_(1);
      whole.chunk(3)[1].mul_(5);
      whole.split([1, 2])[1].select(0, 0).narrow(0, 3, 1).zero_();
    });
    expect(whole.tolist()).toEqual([
      [-1, -1, -1, -1],
      [5, 5, 5, 0],
      [2, 2, 2, 2],
    ]);
    expect(() => whole.narrow(0, 1, 1).fill_(1)).toThrow('cannot be modified by an inplace operation');
  });

  it('are filled with the same bits as a separate tensor', () => {
    for (const dtype of ['float32', 'float16', 'float64'] as const) {
      const whole = zeros([3, 40], { dtype });
      manualSeed(3);
      init.normal_(whole.narrow(0, 1, 2));
      manualSeed(3);
      expect(whole.narrow(0, 1, 2).tolist()).toEqual(init.normal_(zeros([2, 40], { dtype })).tolist());
      expect(whole.select(0, 0).tolist()).toEqual(new Array(40).fill(0));
    }
  });

  it('may be operands of an operation that changes the whole', () => {
    const whole = arange(6).view(3, 2).to('float32');
    expect(whole.clone().add_(whole.select(0, 0)).tolist()).toEqual(whole.add(whole.select(0, 0).clone()).tolist());
    for (const row of [0, 1, 2]) {
      const changed = whole.clone();
      changed.mul_(changed.select(0, row));
      expect(changed.tolist()).toEqual(whole.mul(whole.select(0, row).clone()).tolist());
      changed.copy_(changed.select(0, row));
      expect(changed.select(0, 0).tolist()).toEqual(changed.select(0, 2).tolist());
    }
  });

  it('pass gradients to their indices, and own their gradients', () => {
    const whole = arange(6).view(3, 2).to('float32').requiresGrad_();
    const [first, ...others] = whole.split(1);
    cat([others[0], first, first], 0)
      .mul(
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      )
      .sum()
      .backward();
    expect(whole.grad?.tolist()).toEqual([
      [8, 10],
      [1, 2],
      [0, 0],
    ]);
    const [a, b] = [ones([1, 2]).requiresGrad_(), ones([1, 2]).requiresGrad_()];
    cat([a, b], 0).sum().backward();
    a.grad?.add_(1);
    expect(b.grad?.tolist()).toEqual([[1, 1]]);
  });
});

describe('chunk, split', () => {
  const sizes = (parts: Tensor[]) => parts.map(({ shape }) => shape[0]);

  it("have PyTorch's sizes", () => {
    expect(sizes(arange(10).chunk(4))).toEqual([3, 3, 3, 1]);
    expect(sizes(arange(5).chunk(4))).toEqual([2, 2, 1]);
    expect(sizes(zeros([0]).chunk(3))).toEqual([0, 0, 0]);
    expect(sizes(arange(5).split(2))).toEqual([2, 2, 1]);
    expect(sizes(zeros([0]).split(2))).toEqual([0]);
    expect(sizes(arange(5).split([0, 2, 3]))).toEqual([0, 2, 3]);
  });

  it('are undone by cat', () => {
    const cases = shapes(1).chain((shape) =>
      fc.tuple(fc.constant(shape), fc.nat(shape.length - 1), fc.integer({ min: 1, max: 5 })),
    );
    fc.assert(
      fc.property(cases, ([shape, dim, count]) => {
        const x = counting(...shape);
        expect(cat(x.chunk(count, dim), dim).tolist()).toEqual(x.tolist());
        expect(cat(x.split(count, dim), dim - shape.length).tolist()).toEqual(x.tolist());
      }),
    );
  });

  it.each([
    [() => zeros([5]).chunk(0), 'chunk expects `chunks` to be greater than 0, got: 0'],
    [() => zeros([]).chunk(1), 'chunk expects at least a 1-dimensional tensor'],
    [() => zeros([]).split(1), 'split expects at least a 1-dimensional tensor'],
    [() => zeros([5]).split(-1), 'split expects split_size be'],
    [
      () => zeros([5]).split([2, 2]),
      "split_with_sizes expects split_sizes to sum exactly to 5 (input tensor's size at dimension 0), but got split_sizes=[2, 2]",
    ],
    [
      () => zeros([5]).split([2, -1, 4]),
      'split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[2, -1, 4]',
    ],
  ])('refuse: %s', (f, phrase) => {
    expect(f).toThrow(phrase);
  });
});

describe('roll', () => {
  const x = counting(2, 3);

  it('moves along dimensions or through all elements', () => {
    expect(x.roll(1, 1).tolist()).toEqual([
      [2n, 0n, 1n],
      [5n, 3n, 4n],
    ]);
    expect(x.roll(-1, -1).tolist()).toEqual([
      [1n, 2n, 0n],
      [4n, 5n, 3n],
    ]);
    expect(x.roll(2).tolist()).toEqual([
      [4n, 5n, 0n],
      [1n, 2n, 3n],
    ]);
    expect(x.roll([1, -4], [0, 1]).tolist()).toEqual([
      [4n, 5n, 3n],
      [1n, 2n, 0n],
    ]);
    expect(x.roll([1, 1], [1, 1]).tolist()).toEqual(x.roll(2, 1).tolist());
    expect(zeros([]).roll(1).shape).toEqual([]);
    expect(zeros([0, 2]).roll(3, 0).shape).toEqual([0, 2]);
  });

  it('refuses shifts and dimensions that do not match', () => {
    expect(() => x.roll([1, 2], 0)).toThrow('shifts and dimensions must align. shifts: 2, dims:1');
    expect(() => x.roll([1, 2])).toThrow('shifts and dimensions must align. shifts: 2, dims:0');
    expect(() => x.roll(1, 5)).toThrow('Dimension out of range');
    expect(() => x.roll(0.5, 0)).toThrow(ArgumentError);
    expect(() => zeros([]).roll(1, 0)).toThrow('tensor has no dimensions');
  });
});

describe('cat, stack', () => {
  it('join', () => {
    expect(cat([tensor([[big]]), tensor([[2n], [3n]])]).tolist()).toEqual([[big], [2n], [3n]]);
    expect(cat([tensor([[1], [2]]), tensor([[3], [4]])], -1).tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(stack([tensor([1, 2]), tensor([3, 4])], 1).tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(stack([tensor([1, 2]), tensor([3, 4])], -1).tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(stack([tensor(1), tensor(2)]).tolist()).toEqual([1, 2]);
  });

  it('promote dtypes, and skip empty vectors', () => {
    expect(cat([tensor([1]), tensor([2n])]).dtype).toBe('float32');
    expect(cat([tensor([true]), tensor([2n])]).tolist()).toEqual([1n, 2n]);
    expect(stack([tensor([1], { dtype: 'float16' }), tensor([2], { dtype: 'bfloat16' })]).dtype).toBe('float32');
    expect(cat([zeros([0]), ones([2, 1])]).tolist()).toEqual([[1], [1]]);
    expect(cat([zeros([0]), zeros([0])]).shape).toEqual([0]);
  });

  it.each([
    [() => cat([]), 'expected a non-empty list of Tensors'],
    [() => stack([]), 'stack expects a non-empty TensorList'],
    [() => cat([tensor(1)]), 'zero-dimensional tensor (at position 0) cannot be concatenated'],
    [() => cat([ones([1, 2]), ones([1])]), 'Tensors must have same number of dimensions: got 2 and 1'],
    [
      () => cat([ones([1, 2]), ones([1, 3])]),
      'Sizes of tensors must match except in dimension 0. Expected size 2 but got size 3 for tensor number 1 in the list.',
    ],
    [
      () => stack([ones([2]), ones([3])]),
      'stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1',
    ],
  ])('refuse: %s', (f, phrase) => {
    expect(f).toThrow(phrase);
  });
});

describe('gradients', () => {
  it.each([
    ['view', (x: Tensor) => x.view(-1)],
    ['unsqueeze', (x: Tensor) => x.unsqueeze(-1)],
    ['squeeze', (x: Tensor) => x.squeeze()],
    ['flatten', (x: Tensor) => x.flatten()],
    ['expand', (x: Tensor) => x.expand(3, ...x.shape.map(() => -1))],
    ['expand of a single element', (x: Tensor) => x.sum().expand(2, 3)],
    ['roll', (x: Tensor) => x.roll(2)],
    ['stack', (x: Tensor) => stack([x, x.exp()], -1)],
  ] as const)('%s', (_, f) => {
    checkUnary(f);
  });

  it.each([
    ['transpose', (x: Tensor) => x.transpose(0, -1)],
    ['permute', (x: Tensor) => x.permute(x.shape.map((_, d) => (d + 1) % x.ndim))],
    ['narrow', (x: Tensor) => x.narrow(-1, x.shape[x.ndim - 1] - 1, 1)],
    ['select', (x: Tensor) => x.select(0, -1)],
    ['indexSelect', (x: Tensor) => x.indexSelect(-1, tensor([0n, 0n, BigInt(x.shape[x.ndim - 1] - 1)]))],
    ['chunk', (x: Tensor) => x.chunk(2, -1)[0]],
    ['split', (x: Tensor) => x.split(1, 0)[0]],
    ['roll', (x: Tensor) => x.roll([1, -1], [0, -1])],
    ['cat', (x: Tensor) => cat([x, x.exp(), x.narrow(0, 0, 1)], 0)],
  ] as const)('%s', (_, f) => {
    checkUnary(f, { minDims: 1 });
  });

  it('cat of several leaves', () => {
    const cases = shapes(1, 3).chain((shape) => fc.tuple(leaves(shape), leaves(shape.with(-1, 2))));
    fc.assert(
      fc.property(cases, ([a, b]) => expectGradients((x, y) => cat([x, y], -1), a, b)),
      { numRuns: 20 },
    );
  });

  it('flow through a conversion of one part', () => {
    const a = tensor([1], { requiresGrad: true });
    const b = tensor([2], { dtype: 'bfloat16', requiresGrad: true });
    cat([a, b])
      .mul(tensor([3, 4]))
      .sum()
      .backward();
    expect([a.grad, b.grad].map((grad) => [grad?.dtype, numbersOf(grad as Tensor)])).toEqual([
      ['float32', [3]],
      ['bfloat16', [4]],
    ]);
  });
});
