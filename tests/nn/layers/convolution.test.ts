import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { conv1d, conv2d } from '../../../src/nn/functional/convolution.js';
import { convTranspose2d } from '../../../src/nn/functional/transposedConvolution.js';
import { Conv1d, Conv2d, Conv3d } from '../../../src/nn/layers/convolution.js';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../../../src/nn/layers/transposedConvolution.js';
import { Generator } from '../../../src/random/Generator.js';
import { ones, zeros } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { expectNumbers, numbersOf, weightedSum } from '../numbers.js';

describe('a list of one size', () => {
  it('is for all dimensions, and prints as it was given', () => {
    const x = randn([1, 1, 7, 7]);
    const layers = [
      [new Conv2d(1, 1, 2, { stride: [2], padding: [1], dilation: [3] }), 'stride=(2,), padding=(1,), dilation=(3,)'],
      [
        new Conv2d(1, 1, 3, { padding: [1], paddingMode: 'reflect' }),
        'stride=(1, 1), padding=(1,), padding_mode=reflect',
      ],
      [new Conv2d(1, 1, 3, { padding: 'same', dilation: [2] }), 'padding=same, dilation=(2,)'],
      [new ConvTranspose2d(1, 1, 3, { stride: [2], outputPadding: [1] }), 'stride=(2,), output_padding=(1,)'],
    ] as const;
    const shapes = layers.map(([layer, settings]) => {
      expect(String(layer)).toContain(settings);
      return layer.forward(x).shape.slice(2);
    });
    expect(shapes).toEqual([
      [3, 3],
      [7, 7],
      [7, 7],
      [16, 16],
    ]);
    expect(layers[3][0].forward(x, [15, 16]).shape).toEqual([1, 1, 15, 16]);
    expect(() => new Conv2d(1, 1, [2])).toThrow('kernelSize: expected one number or 2 numbers, found [2]');
    expect(() => new Conv2d(1, 1, 2, { stride: [] })).toThrow(ArgumentError);
  });
});

describe('convolutions', () => {
  describeLayers(
    {
      'Conv1d(4, 6, 3)': () => new Conv1d(4, 6, 3),
      'Conv1d(4, 6, 5, stride=2, padding=2, dilation=2, groups=2)': () =>
        new Conv1d(4, 6, 5, { stride: 2, padding: 2, dilation: 2, groups: 2 }),
      'Conv2d(3, 6, 5)': () => new Conv2d(3, 6, 5),
      'Conv2d(6, 16, 5)': () => new Conv2d(6, 16, 5),
      'Conv2d(8, 16, 3, padding=1, bias=False)': () => new Conv2d(8, 16, 3, { padding: 1, bias: false }),
      'Conv2d(8, 8, (3, 5), stride=(2, 1), padding=(1, 2), groups=8)': () =>
        new Conv2d(8, 8, [3, 5], { stride: [2, 1], padding: [1, 2], groups: 8 }),
      "Conv2d(4, 4, 3, padding='same', padding_mode='reflect')": () =>
        new Conv2d(4, 4, 3, { padding: 'same', paddingMode: 'reflect' }),
      "Conv2d(4, 4, 3, padding=1, padding_mode='circular')": () =>
        new Conv2d(4, 4, 3, { padding: 1, paddingMode: 'circular' }),
      'Conv3d(2, 4, 3)': () => new Conv3d(2, 4, 3),
      'Conv3d(2, 4, (1, 3, 5), groups=2, bias=False)': () => new Conv3d(2, 4, [1, 3, 5], { groups: 2, bias: false }),
      'ConvTranspose1d(4, 6, 3)': () => new ConvTranspose1d(4, 6, 3),
      'ConvTranspose2d(6, 4, 4, stride=2, padding=1)': () => new ConvTranspose2d(6, 4, 4, { stride: 2, padding: 1 }),
      'ConvTranspose2d(6, 6, 3, groups=3, output_padding=1, stride=2)': () =>
        new ConvTranspose2d(6, 6, 3, { groups: 3, outputPadding: 1, stride: 2 }),
      'ConvTranspose3d(2, 3, 3, bias=False)': () => new ConvTranspose3d(2, 3, 3, { bias: false }),
      "Conv1d(3, 2, 4, padding='same')": () => new Conv1d(3, 2, 4, { padding: 'same' }),
      "Conv1d(2, 3, 4, padding='same', dilation=3, padding_mode='circular')": () =>
        new Conv1d(2, 3, 4, { padding: 'same', dilation: 3, paddingMode: 'circular' }),
      "Conv1d(2, 4, 3, stride=2, padding=2, padding_mode='reflect', bias=False)": () =>
        new Conv1d(2, 4, 3, { stride: 2, padding: 2, paddingMode: 'reflect', bias: false }),
      "Conv1d(4, 8, 3, groups=4, padding='valid')": () => new Conv1d(4, 8, 3, { groups: 4, padding: 'valid' }),
      'Conv2d(4, 8, 3, groups=4, padding=1)': () => new Conv2d(4, 8, 3, { groups: 4, padding: 1 }),
      'Conv2d(4, 10, (2, 3), groups=2, stride=(1, 2), padding=(2, 1), dilation=(2, 1))': () =>
        new Conv2d(4, 10, [2, 3], { groups: 2, stride: [1, 2], padding: [2, 1], dilation: [2, 1] }),
      'Conv2d(3, 5, 1)': () => new Conv2d(3, 5, 1),
      'Conv2d(3, 5, 1, stride=2)': () => new Conv2d(3, 5, 1, { stride: 2 }),
      'Conv2d(2, 1, 3, padding=(3, 0))': () => new Conv2d(2, 1, 3, { padding: [3, 0] }),
      "Conv2d(2, 6, (1, 4), stride=(3, 1), padding=(1, 2), padding_mode='replicate')": () =>
        new Conv2d(2, 6, [1, 4], { stride: [3, 1], padding: [1, 2], paddingMode: 'replicate' }),
      "Conv2d(1, 4, (4, 3), padding='same')": () => new Conv2d(1, 4, [4, 3], { padding: 'same' }),
      'Conv3d(2, 4, (2, 3, 1), stride=(1, 2, 1), padding=(1, 0, 1), dilation=(1, 1, 2))': () =>
        new Conv3d(2, 4, [2, 3, 1], { stride: [1, 2, 1], padding: [1, 0, 1], dilation: [1, 1, 2] }),
      "Conv3d(2, 2, (3, 1, 2), padding='same', padding_mode='reflect', groups=2)": () =>
        new Conv3d(2, 2, [3, 1, 2], { padding: 'same', paddingMode: 'reflect', groups: 2 }),
      'ConvTranspose1d(2, 4, 3, stride=2, padding=1, output_padding=2, dilation=3)': () =>
        new ConvTranspose1d(2, 4, 3, { stride: 2, padding: 1, outputPadding: 2, dilation: 3 }),
      'ConvTranspose1d(4, 6, 4, stride=3, groups=2, bias=False)': () =>
        new ConvTranspose1d(4, 6, 4, { stride: 3, groups: 2, bias: false }),
      'ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=(0, 1), groups=4)': () =>
        new ConvTranspose2d(4, 4, 3, { stride: 2, padding: 1, outputPadding: [0, 1], groups: 4 }),
      'ConvTranspose2d(5, 2, 1)': () => new ConvTranspose2d(5, 2, 1),
      'ConvTranspose2d(8, 2, (2, 3), stride=(2, 1), padding=(0, 1), dilation=(1, 2), groups=2)': () =>
        new ConvTranspose2d(8, 2, [2, 3], { stride: [2, 1], padding: [0, 1], dilation: [1, 2], groups: 2 }),
      'ConvTranspose3d(2, 4, (1, 2, 3), stride=(1, 2, 2), padding=(0, 1, 1), output_padding=(0, 1, 1), groups=2)': () =>
        new ConvTranspose3d(2, 4, [1, 2, 3], {
          stride: [1, 2, 2],
          padding: [0, 1, 1],
          outputPadding: [0, 1, 1],
          groups: 2,
        }),
    },
    'convolution.json',
  );
});

const dtype = 'float64';

/** The definition: each output element is the sum of all products of weight and input that belong to it. */
function convolutionByDefinition(
  input: Tensor,
  weight: Tensor,
  { stride, padding, dilation, groups }: Record<'stride' | 'padding' | 'dilation' | 'groups', number>,
): number[] {
  const [batch, channels, height, width] = input.shape;
  const [outputs, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const x = numbersOf(input);
  const w = numbersOf(weight);
  const sizeOf = (size: number, kernel: number) =>
    Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  const result: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      const group = Math.floor(o / (outputs / groups));
      for (let oy = 0; oy < sizeOf(height, kernelHeight); oy++) {
        for (let ox = 0; ox < sizeOf(width, kernelWidth); ox++) {
          let sum = 0;
          for (let c = 0; c < perGroup; c++) {
            for (let ky = 0; ky < kernelHeight; ky++) {
              for (let kx = 0; kx < kernelWidth; kx++) {
                const y = oy * stride + ky * dilation - padding;
                const at = ox * stride + kx * dilation - padding;
                if (y < 0 || y >= height || at < 0 || at >= width) continue;
                const element = ((n * channels + group * perGroup + c) * height + y) * width + at;
                sum += x[element] * w[((o * perGroup + c) * kernelHeight + ky) * kernelWidth + kx];
              }
            }
          }
          result.push(sum);
        }
      }
    }
  }
  return result;
}

const settings = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  perGroup: fc.integer({ min: 1, max: 3 }),
  filters: fc.integer({ min: 1, max: 6 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  size: fc.tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 5, max: 7 })),
  seed: fc.nat(999),
});

describe('values and gradients', () => {
  it('follow the definition', () => {
    fc.assert(
      fc.property(settings, ({ groups, perGroup, filters, kernel, stride, padding, dilation, size, seed }) => {
        const generator = new Generator(seed);
        const input = randn([2, groups * perGroup, ...size], { dtype, generator });
        const weight = randn([groups * filters, perGroup, ...kernel], { dtype, generator });
        const output = conv2d(input, weight, null, { stride, padding, dilation, groups });
        const data = convolutionByDefinition(input, weight, { stride, padding, dilation, groups });
        expectNumbers(output, { shape: [...output.shape], data }, 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('agree with finite differences', () => {
    fc.assert(
      fc.property(settings, ({ groups, perGroup, filters, kernel, stride, padding, dilation, size, seed }) => {
        const generator = new Generator(seed);
        const channels = groups * perGroup;
        const options = { stride, padding, dilation, groups, dtype, generator } as const;
        expectGradients(new Conv2d(channels, groups * filters, kernel, options), [
          randn([1, channels, ...size], { dtype, generator }),
        ]);
      }),
      { numRuns: 8 },
    );
  });

  it('of a transposed convolution equal those of the convolution that it transposes', () => {
    fc.assert(
      fc.property(settings, ({ groups, perGroup, filters, kernel, stride, padding, dilation, size, seed }) => {
        const generator = new Generator(seed);
        const options = { stride, padding, dilation, groups };
        const image = randn([2, groups * perGroup, ...size], { dtype, generator, requiresGrad: true });
        const weight = randn([groups * filters, perGroup, ...kernel], { dtype, generator, requiresGrad: true });
        const output = conv2d(image, weight, null, options);
        const gradient = randn(output.shape, { dtype, generator, requiresGrad: true });
        // ⟨conv(image), gradient⟩ = ⟨image, convTranspose(gradient)⟩, and so are its derivatives.
        output.backward(gradient.detach());
        const given = { image: image.grad, weight: weight.grad };
        weight.grad = null;
        const least = convTranspose2d(gradient.detach(), weight.detach(), null, options).shape.slice(2);
        const outputPadding = size.map((length, d) => length - least[d]);
        if (outputPadding.some((extra) => extra >= Math.max(stride, dilation))) return;
        const back = convTranspose2d(gradient, weight, null, { ...options, outputPadding });
        expectNumbers(back, { shape: [...image.shape], data: numbersOf(given.image as Tensor) }, 1e-12);
        back.backward(image.detach());
        expectNumbers(weight.grad, { shape: [...weight.shape], data: numbersOf(given.weight as Tensor) }, 1e-12);
        expectNumbers(gradient.grad, { shape: [...output.shape], data: numbersOf(output) }, 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('are the same if the windows do not fit into the buffer at once', () => {
    const generator = new Generator(0);
    const [channels, kernel, length] = [4, 5, 70_000];
    const input = randn([1, channels, length], { generator, requiresGrad: true });
    const weight = randn([5, channels, kernel], { generator, requiresGrad: true });
    conv1d(input, weight, null, { padding: 2 }).sum().backward();
    // Near the far end every element is seen by all elements of each filter.
    const seen = weight.sum(0).sum(1);
    const found = input.grad?.narrow(2, 60_000, 3) ?? seen;
    for (let c = 0; c < channels; c++)
      expect(found.select(1, c).tolist()).toEqual([[1, 1, 1].map(() => expect.closeTo(seen.select(0, c).item(), 4))]);
    // The middle element of a filter sees every element of its channel.
    const total = input.sum(2).select(1, 0).item();
    expect(weight.grad?.select(0, 3).select(0, 0).select(0, 2).item()).toBeCloseTo(total, 1);
  });
});

describe('inputs of other kinds', () => {
  it('may have no batch, or an empty batch', () => {
    const layer = new Conv2d(3, 4, 3, { padding: 1, paddingMode: 'reflect' });
    const input = randn([3, 5, 4]);
    const [alone, together] = [layer.forward(input), layer.forward(input.unsqueeze(0))];
    expect(alone.shape).toEqual([4, 5, 4]);
    expect(alone.data).toEqual(together.data);
    expect(new Conv2d(3, 4, 3).forward(zeros([0, 3, 5, 5])).shape).toEqual([0, 4, 3, 3]);
    expect(new ConvTranspose1d(3, 4, 3).forward(zeros([0, 3, 5])).shape).toEqual([0, 4, 7]);
  });

  it('may be float16 or bfloat16, which are rounded once', () => {
    const generator = new Generator(1);
    const layer = new Conv2d(2, 1, 2, { dtype: 'bfloat16', generator });
    const input = ones([1, 2, 3, 3]).to('bfloat16').requiresGrad_();
    const output = layer.forward(input);
    const exact = numbersOf(layer.weight).reduce((sum, x) => sum + x, numbersOf(layer.bias as Tensor)[0]);
    expect(output.dtype).toBe('bfloat16');
    for (const y of numbersOf(output)) expect(Math.abs(y - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -8);
    weightedSum([output]).backward();
    expect(input.grad?.dtype).toBe('bfloat16');
    expect(layer.weight.grad?.dtype).toBe('bfloat16');
  });
});

describe('the output size of a transposed convolution', () => {
  const layer = new ConvTranspose2d(3, 4, 3, { stride: 2 });
  const input = randn([1, 3, 4, 4]);

  it('can be requested', () => {
    expect(layer.forward(input).shape).toEqual([1, 4, 9, 9]);
    expect(layer.forward(input, [10, 9]).shape).toEqual([1, 4, 10, 9]);
    expect(layer.forward(input, [1, 4, 10, 10]).shape).toEqual([1, 4, 10, 10]);
    expect(layer.forward(input.squeeze(0), [4, 9, 10]).shape).toEqual([4, 9, 10]);
    const same = convTranspose2d(input, layer.weight, layer.bias, { stride: 2, outputPadding: [1, 0] });
    expect(layer.forward(input, [10, 9]).data).toEqual(same.data);
  });

  it('must be possible', () => {
    expect(() => layer.forward(input, [11, 10])).toThrow(
      'requested an output size of [11, 10], but valid sizes range from [9, 9] to [10, 10] (for an input of [4, 4])',
    );
    expect(() => layer.forward(input, [11])).toThrow('output_size must have 2 or 4 elements (got 1)');
  });
});

describe('errors', () => {
  const input = zeros([1, 4, 5, 5]);

  it.each<[string, () => unknown, string, abstract new (...args: never[]) => Error]>([
    ['in_channels', () => new Conv1d(3, 4, 3, { groups: 2 }), 'in_channels must be divisible by groups', ArgumentError],
    [
      'out_channels',
      () => new ConvTranspose2d(4, 3, 3, { groups: 2 }),
      'out_channels must be divisible by groups',
      ArgumentError,
    ],
    ['no groups', () => new Conv2d(4, 4, 3, { groups: 0 }), 'groups must be a positive integer', ArgumentError],
    [
      'a strided same',
      () => new Conv3d(4, 4, 3, { padding: 'same', stride: 2 }),
      "padding='same' is not supported for strided convolutions",
      ArgumentError,
    ],
    [
      'an unknown padding',
      () => new Conv2d(4, 4, 3, { padding: 'full' as never }),
      "Invalid padding string 'full', should be one of",
      ArgumentError,
    ],
    [
      'an unknown mode',
      () => new Conv2d(4, 4, 3, { paddingMode: 'mirror' as never }),
      "padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got padding_mode='mirror'",
      ArgumentError,
    ],
    [
      'a mode of a transposed one',
      () => new ConvTranspose1d(4, 4, 3, { paddingMode: 'reflect' as never }),
      'Only "zeros" padding mode is supported for ConvTranspose1d',
      ArgumentError,
    ],
    [
      'a kernel size too many',
      () => new Conv1d(4, 4, [3, 3]),
      'kernelSize: expected one number, found [3, 3]',
      ArgumentError,
    ],
    [
      'wrong channels',
      () => new Conv2d(3, 4, 3).forward(input),
      'Given groups=1, weight of size [4, 3, 3, 3], expected input[1, 4, 5, 5] to have 3 channels, but got 4 channels instead',
      ShapeError,
    ],
    [
      'wrong channels, transposed',
      () => new ConvTranspose2d(3, 4, 3).forward(input),
      'Given transposed=1, weight of size [3, 4, 3, 3], expected input[1, 4, 5, 5] to have 3 channels, but got 4 channels instead',
      ShapeError,
    ],
    [
      'a large kernel',
      () => new Conv2d(4, 4, 6).forward(input),
      "Calculated padded input size per channel: (5 x 5). Kernel size: (6 x 6). Kernel size can't be greater than actual input size",
      ShapeError,
    ],
    [
      'too much mirrored',
      () => new Conv2d(4, 4, 3, { padding: 5, paddingMode: 'reflect' }).forward(input),
      'Padding size should be less than the corresponding input dimension, but got: padding (5, 5)',
      ShapeError,
    ],
    [
      'dimensions',
      () => new Conv2d(4, 4, 3).forward(zeros([5, 5])),
      'Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [5, 5]',
      ShapeError,
    ],
    [
      'dimensions, transposed',
      () => new ConvTranspose1d(4, 4, 3).forward(input),
      'Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d',
      ShapeError,
    ],
    [
      'mixed dtypes',
      () => new Conv2d(4, 4, 3).forward(input.to('float64')),
      'Input type (float64) and weight type (float32) should be the same',
      DTypeError,
    ],
    [
      'integers',
      () => conv2d(input.to('int64'), zeros([4, 4, 3, 3], { dtype: 'int64' })),
      "not implemented for 'int64'",
      DTypeError,
    ],
    [
      'a large output padding',
      () => new ConvTranspose2d(4, 4, 3, { stride: 2, outputPadding: 2 }).forward(input),
      'output padding must be smaller than either stride or dilation',
      ArgumentError,
    ],
    [
      'an empty output',
      () => new ConvTranspose2d(4, 4, 3, { padding: 2 }).forward(zeros([1, 4, 2, 2])),
      'Given input size per channel: (2 x 2). Calculated output size per channel: (0 x 0). Output size is too small',
      ShapeError,
    ],
    [
      'groups of filters',
      () => conv2d(input, zeros([3, 2, 3, 3]), null, { groups: 2 }),
      'Given groups=2, expected weight to be at least 2 at dimension 0 and to be divisible by 2 at dimension 0, but got weight of size [3, 2, 3, 3] instead',
      ShapeError,
    ],
    [
      'a weight',
      () => conv2d(input, zeros([4, 4, 3])),
      'conv2d expects a weight of 4 dimensions, found [4, 4, 3]',
      ShapeError,
    ],
    [
      'a bias',
      () => conv2d(input, zeros([4, 4, 3, 3]), zeros([3])),
      'Given weight of size [4, 4, 3, 3], expected bias to be 1-dimensional with 4 elements, but got bias of size [3] instead',
      ShapeError,
    ],
  ])('%s', (_, attempt, message, kind) => {
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(message);
  });

  it('draw nothing', () => {
    const generator = new Generator(4);
    const before = generator.getState();
    expect(() => new Conv2d(4, 4, 3, { padding: 'same', stride: 2, generator })).toThrow(ArgumentError);
    expect(() => new ConvTranspose1d(4, 4, 3, { outputPadding: -1, generator })).toThrow(ArgumentError);
    expect(generator.getState()).toEqual(before);
  });
});
