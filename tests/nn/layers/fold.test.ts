import { describe, expect, it } from '@jest/globals';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { fold, unfold } from '../../../src/nn/functional/fold.js';
import { Fold, Unfold } from '../../../src/nn/layers/fold.js';
import { Generator } from '../../../src/random/Generator.js';
import { ones, zeros } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';

describe('folding layers', () => {
  describeLayers(
    {
      'Unfold((2, 3))': () => new Unfold([2, 3]),
      'Unfold(2, dilation=2, padding=(1, 0), stride=(2, 1))': () =>
        new Unfold(2, { dilation: 2, padding: [1, 0], stride: [2, 1] }),
      'Fold((4, 5), (2, 2))': () => new Fold([4, 5], [2, 2]),
      'Fold(5, (3, 2), dilation=(1, 2), padding=1, stride=2)': () =>
        new Fold(5, [3, 2], { dilation: [1, 2], padding: 1, stride: 2 }),
    },
    'convolution.json',
  );
});

it('has gradients that agree with finite differences', () => {
  const generator = new Generator(0);
  const dtype = 'float64';
  const options = { dilation: [2, 1], padding: [1, 0], stride: [1, 2] };
  expectGradients(new Unfold([2, 3], options), [randn([2, 2, 3, 5], { dtype, generator })]);
  expectGradients(new Fold([3, 5], [2, 3], options), [randn([2, 12, 6], { dtype, generator })]);
});

it('adds overlapping elements, and restores the image if blocks do not overlap', () => {
  const image = randn([2, 3, 4, 6], { generator: new Generator(1) });
  expect(fold(unfold(image, 2, { stride: 2 }), [4, 6], 2, { stride: 2 }).data).toEqual(image.data);
  // torch.nn.functional.fold(torch.ones(1, 4, 4), 3, 2).tolist()
  expect(fold(ones([1, 4, 4]), 3, 2).tolist()).toEqual([
    [
      [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
      ],
    ],
  ]);
  expect(unfold(zeros([0, 2, 4, 5]), [2, 3]).shape).toEqual([0, 12, 9]);
});

it.each<[string, () => unknown, string, abstract new (...args: never[]) => Error]>([
  [
    'too many blocks',
    () => fold(zeros([1, 12, 20]), [4, 5], [2, 3]),
    "Given output_size=(4, 5), kernel_size=(2, 3), dilation=(1, 1), padding=(0, 0), stride=(1, 1), expected size of input's dimension 2 to match the calculated number of sliding blocks 3 * 3 = 9, but got input.size(2)=20.",
    ShapeError,
  ],
  ['an image without room', () => fold(zeros([1, 12, 9]), [1, 5], [2, 3]), 'sliding blocks 0 * 3 = 0', ShapeError],
  [
    'parts of blocks',
    () => fold(zeros([13, 9]), [4, 5], [2, 3]),
    "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=13 and kernel_size=(2, 3).",
    ShapeError,
  ],
  [
    'columns without dimensions',
    () => fold(zeros([9]), [4, 5], [2, 3]),
    'Expected 2D or 3D (batch mode) tensor for input',
    ShapeError,
  ],
  [
    'a kernel that does not fit',
    () => unfold(zeros([1, 2, 4, 5]), [5, 3]),
    'calculated shape of the array of sliding blocks as (0, 3), but its components must be at least one.',
    ShapeError,
  ],
  ['images without channels', () => unfold(zeros([4, 5]), 2), 'Expected 3D or 4D (batch mode) tensor', ShapeError],
  [
    'integers',
    () => unfold(zeros([2, 4, 5], { dtype: 'int64' }), 2),
    '"im2col_out_cpu" not implemented for \'int64\'',
    DTypeError,
  ],
  [
    'three sizes',
    () => new Unfold([2, 3, 4]),
    'kernelSize: expected one number or 2 numbers, found [2, 3, 4]',
    ArgumentError,
  ],
])('refuses %s', (_, attempt, message, kind) => {
  expect(attempt).toThrow(kind);
  expect(attempt).toThrow(message);
});
