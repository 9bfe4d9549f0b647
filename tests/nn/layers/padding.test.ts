import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, ShapeError } from '../../../src/errors.js';
import { type PadMode, pad } from '../../../src/nn/functional/padding.js';
import {
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from '../../../src/nn/layers/constantPadding.js';
import {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
} from '../../../src/nn/layers/padding.js';
import { Module } from '../../../src/nn/Module.js';
import { Generator } from '../../../src/random/Generator.js';
import { arange, tensor, zeros } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';

describe('padding layers', () => {
  describeLayers(
    {
      'ZeroPad2d(1)': () => new ZeroPad2d(1),
      'ConstantPad1d(2, 3.5)': () => new ConstantPad1d(2, 3.5),
      'ReflectionPad2d((1, 2, 0, 1))': () => new ReflectionPad2d([1, 2, 0, 1]),
      'ReplicationPad2d(1)': () => new ReplicationPad2d(1),
      'ReplicationPad3d(1)': () => new ReplicationPad3d(1),
      'CircularPad2d(1)': () => new CircularPad2d(1),
      'ZeroPad1d((2, -1))': () => new ZeroPad1d([2, -1]),
      'ZeroPad2d((-1, 1, 2, 0))': () => new ZeroPad2d([-1, 1, 2, 0]),
      'ZeroPad3d((1, 0, 0, 1, 2, 1))': () => new ZeroPad3d([1, 0, 0, 1, 2, 1]),
      'ConstantPad1d((0, 3), -1.5)': () => new ConstantPad1d([0, 3], -1.5),
      'ConstantPad2d(1, 0.25)': () => new ConstantPad2d(1, 0.25),
      'ConstantPad3d((1, 1, -1, 0, 0, 2), 7)': () => new ConstantPad3d([1, 1, -1, 0, 0, 2], 7),
      'ReflectionPad1d((3, 1))': () => new ReflectionPad1d([3, 1]),
      'ReflectionPad1d((-1, 2))': () => new ReflectionPad1d([-1, 2]),
      'ReflectionPad2d((1, 2, 2, -1))': () => new ReflectionPad2d([1, 2, 2, -1]),
      'ReflectionPad3d((1, 0, 1, 1, 0, 1))': () => new ReflectionPad3d([1, 0, 1, 1, 0, 1]),
      'ReplicationPad1d((2, 3))': () => new ReplicationPad1d([2, 3]),
      'ReplicationPad2d((0, 3, -1, 1))': () => new ReplicationPad2d([0, 3, -1, 1]),
      'ReplicationPad3d((1, 2, 0, 1, 2, -1))': () => new ReplicationPad3d([1, 2, 0, 1, 2, -1]),
      'CircularPad1d((3, 2))': () => new CircularPad1d([3, 2]),
      'CircularPad1d((-1, 2))': () => new CircularPad1d([-1, 2]),
      'CircularPad2d((2, 0, 1, 3))': () => new CircularPad2d([2, 0, 1, 3]),
      'CircularPad3d((0, 1, 2, 1, 1, 0))': () => new CircularPad3d([0, 1, 2, 1, 1, 0]),
    },
    'convolution.json',
  );
});

describe('pad', () => {
  it('adds constants around any dimensions, for any dtype', () => {
    expect(pad(arange(3), [1, 2], { value: 2.5 }).tolist()).toEqual([2n, 0n, 1n, 2n, 2n, 2n]);
    expect(pad(tensor([true]), [1, 0], { value: 2 }).tolist()).toEqual([true, true]);
    expect(pad(tensor([[1, 2]]), [0, 1, 1, 0], { value: 7 }).tolist()).toEqual([
      [7, 7, 7],
      [1, 2, 7],
    ]);
    expect(pad(tensor([[1, 2, 3]]), [-1, 0, 0, -1]).shape).toEqual([0, 2]);
    expect(pad(zeros([2, 3, 4]), [-2, -2]).shape).toEqual([2, 3, 0]);
    expect(
      pad(zeros([2, 3, 0]), [1, 1], { value: 1 })
        .sum()
        .item(),
    ).toBe(12);
    expect(pad(zeros([2]).to('float16'), [1, 0], { value: 0.1 }).dtype).toBe('float16');
    const input = tensor([1, 2]);
    expect(String(pad(input.requiresGrad_(), [1, 0]))).toContain('grad_fn=<ConstantPadNdBackward0>');
    const same = pad(input.detach(), []);
    expect(same.tolist()).toEqual([1, 2]);
    expect(same.data).not.toBe(input.data);
  });

  it('pads integers in the other modes as well', () => {
    const input = arange(4).view(1, 4);
    expect(pad(input, [2, 1], { mode: 'reflect' }).tolist()).toEqual([[2n, 1n, 0n, 1n, 2n, 3n, 2n]]);
    expect(pad(input, [2, 1], { mode: 'replicate' }).tolist()).toEqual([[0n, 0n, 0n, 1n, 2n, 3n, 3n]]);
    expect(pad(input, [2, 1], { mode: 'circular' }).tolist()).toEqual([[2n, 3n, 0n, 1n, 2n, 3n, 0n]]);
  });

  it('has gradients that agree with finite differences', () => {
    const side = fc.integer({ min: -1, max: 2 });
    const mode = fc.constantFrom<PadMode>('constant', 'reflect', 'replicate', 'circular');
    fc.assert(
      fc.property(fc.tuple(side, side, side, side), mode, fc.nat(99), (padding, mode, seed) => {
        const input = randn([2, 4, 3], { dtype: 'float64', generator: new Generator(seed) });
        expectGradients(new PadLayer(padding, mode), [input]);
      }),
      { numRuns: 20 },
    );
  });

  it.each<[string, () => unknown, string, abstract new (...args: never[]) => Error]>([
    [
      'a mirror of everything',
      () => pad(zeros([2, 3, 4]), [4, 1], { mode: 'reflect' }),
      'Padding size should be less than the corresponding input dimension, but got: padding (4, 1) at dimension 2 of input [2, 3, 4]',
      ShapeError,
    ],
    [
      'wrapping twice',
      () => pad(zeros([2, 3, 4]), [5, 1], { mode: 'circular' }),
      'Padding value causes wrapping around more than once',
      ShapeError,
    ],
    [
      'nothing to go round',
      () => pad(zeros([2, 3, 4]), [-4, 1], { mode: 'circular' }),
      'Negative padding value is resulting in an empty dimension',
      ShapeError,
    ],
    ['a negative size', () => pad(zeros([2, 3, 4]), [-3, -2]), 'resulted in a negative output size', ShapeError],
    ['nothing to repeat', () => pad(zeros([2, 3, 0]), [1, 1], { mode: 'replicate' }), 'too small', ShapeError],
    ['nothing that is left', () => pad(zeros([2, 3, 4]), [-2, -2], { mode: 'replicate' }), 'too small', ShapeError],
    ['half a pair', () => pad(zeros([3, 4]), [1, 1, 1]), 'Padding length must be divisible by 2', ArgumentError],
    [
      'too many pairs',
      () => pad(zeros([4]), [1, 1, 1, 1]),
      'Padding length should be less than or equal to two times the input dimension but got padding length 4 and input of dimension 1',
      ShapeError,
    ],
    [
      'dimensions that do not go with a mode',
      () => pad(zeros([2, 3, 4, 5]), [1, 1], { mode: 'circular' }),
      'Padding size 2 is not supported for 4D input tensor',
      ShapeError,
    ],
    [
      'an unknown mode',
      () => pad(zeros([3, 4]), [1, 1], { mode: 'mirror' as never }),
      'Unrecognised padding mode mirror',
      ArgumentError,
    ],
    [
      'a value that is not used',
      () => pad(zeros([3, 4]), [1, 1], { mode: 'reflect', value: 2 }),
      'Padding mode "reflect" doesn\'t take in value argument',
      ArgumentError,
    ],
    [
      'a value that does not fit',
      () => pad(zeros([3], { dtype: 'uint8' }), [1, 1], { value: 300 }),
      'without overflow',
      ArgumentError,
    ],
    ['fractions', () => pad(zeros([3]), [0.5, 1]), 'whole numbers', ArgumentError],
    [
      'a side too many',
      () => new ZeroPad1d([1, 2, 3]),
      'padding: expected one number or 2 numbers, found [1, 2, 3]',
      ArgumentError,
    ],
    ['half an element', () => new ReflectionPad2d(0.5), 'padding: expected a whole number, found 0.5', ArgumentError],
    [
      'too few dimensions',
      () => new CircularPad2d(1).forward(zeros([3, 4])),
      'expected 3D or 4D input (got 2D input)',
      ShapeError,
    ],
  ])('refuses %s', (_, attempt, message, kind) => {
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(message);
  });
});

/** `pad` of two dimensions as a layer. */
class PadLayer extends Module {
  constructor(
    readonly padding: readonly number[],
    readonly mode: PadMode,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, { mode: this.mode });
  }
}
