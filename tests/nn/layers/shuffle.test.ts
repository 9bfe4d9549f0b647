import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../../../src/nn/functional/shuffle.js';
import { Unflatten } from '../../../src/nn/layers/flatten.js';
import { ChannelShuffle, PixelShuffle, PixelUnshuffle } from '../../../src/nn/layers/shuffle.js';
import { Generator } from '../../../src/random/Generator.js';
import { arange, ones, tensor, zeros } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';

describe('rearranging layers', () => {
  describeLayers(
    {
      'PixelShuffle(2)': () => new PixelShuffle(2),
      'PixelShuffle(3)': () => new PixelShuffle(3),
      'PixelUnshuffle(2)': () => new PixelUnshuffle(2),
      'ChannelShuffle(2)': () => new ChannelShuffle(2),
      'ChannelShuffle(3)': () => new ChannelShuffle(3),
      'Unflatten(1, (2, 5))': () => new Unflatten(1, [2, 5]),
      'Unflatten(-1, (2, -1, 2))': () => new Unflatten(-1, [2, -1, 2]),
    },
    'resampling.json',
  );

  it('have gradients that agree with finite differences', () => {
    const input = randn([1, 4, 2, 4], { dtype: 'float64', generator: new Generator(0) });
    for (const layer of [new PixelShuffle(2), new PixelUnshuffle(2), new ChannelShuffle(2), new Unflatten(3, [2, 2])]) {
      expectGradients(layer, [input]);
    }
  });

  it('are inverses, for any dtype and any number of leading dimensions', () => {
    const size = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.array(size, { maxLength: 2 }),
        size,
        size,
        size,
        fc.integer({ min: 1, max: 3 }),
        (n, c, h, w, r) => {
          const shape = [...n, c, h * r, w * r];
          const x = arange(shape.reduce((product, length) => product * length, 1)).view(shape);
          const shuffled = pixelUnshuffle(x, r);
          expect(shuffled.dtype).toBe('int64');
          expect(shuffled.shape).toEqual([...n, c * r * r, h, w]);
          expect(pixelShuffle(shuffled, r).tolist()).toEqual(x.tolist());
          const y = shuffled.view(1, ...shuffled.shape);
          if (y.ndim !== 4 || c === 0) return;
          expect(channelShuffle(channelShuffle(y, r), c * r).tolist()).toEqual(y.tolist());
        },
      ),
      { numRuns: 30 },
    );
  });

  it('refuse sizes that do not match, in PyTorch’s words', () => {
    const x = ones([1, 6, 2, 3]);
    const divisible = "expects its input's 'channel' dimension to be divisible by the square of upscale_factor";
    expect(() => new PixelShuffle(2).forward(x)).toThrow(divisible);
    expect(() => new PixelShuffle(2).forward(ones([4, 4]))).toThrow(
      'to have at least 3 dimensions, but got input with 2',
    );
    expect(() => new PixelShuffle(0).forward(x)).toThrow('pixel_shuffle expects a positive upscale_factor, but got 0');
    expect(() => new PixelUnshuffle(2).forward(x)).toThrow('expects width to be divisible by downscale_factor');
    expect(() => new PixelUnshuffle(3).forward(x)).toThrow('expects height to be divisible by downscale_factor');
    expect(() => new PixelUnshuffle(-1).forward(x)).toThrow('pixel_unshuffle expects a positive downscale_factor');
    expect(() => new ChannelShuffle(4).forward(x)).toThrow('Number of channels must be divisible by groups');
    expect(() => new ChannelShuffle(0).forward(x)).toThrow('Number of groups to divide channels in must be positive');
    expect(() => new ChannelShuffle(2).forward(ones([2, 2]))).toThrow('channel_shuffle expects input with > 2 dims');
  });
});

describe('Unflatten', () => {
  it('shares the elements', () => {
    const x = zeros([2, 6]);
    const y = new Unflatten(1, [-1, 3]).forward(x);
    expect(y.shape).toEqual([2, 2, 3]);
    expect(y.data).toBe(x.data);
  });

  it('refuses sizes whose product is wrong', () => {
    const x = ones([3, 10]);
    const refuse = (sizes: number[], dim = 1) => expect(() => new Unflatten(dim, sizes).forward(x));
    refuse([2, 4]).toThrow(
      "unflatten: Provided sizes [2, 4] don't multiply up to the size of dim 1 (10) in the input tensor",
    );
    for (const sizes of [
      [3, -1],
      [0, -1],
      [-1, -1],
      [-2, -5],
      [-1, -10, -1],
    ])
      refuse(sizes).toThrow("don't multiply up");
    refuse([]).toThrow('unflatten: sizes must be non-empty');
    refuse([2, 5], 2).toThrow('Dimension out of range');
    expect(() => new Unflatten(0, [1, 1]).forward(tensor(3))).toThrow('cannot be applied to a 0-dim tensor');
    expect(() => new Unflatten(1, [2.5, 4])).toThrow('unflattened_size must be tuple of ints');
    expect(() => new Unflatten(1, 5 as unknown as number[])).toThrow('unflattened_size must be tuple of ints');
  });
});
