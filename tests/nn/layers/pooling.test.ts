import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { avgPool2d } from '../../../src/nn/functional/averagePooling.js';
import { lpPool1d } from '../../../src/nn/functional/lpPooling.js';
import { maxPool1d, maxPool2d } from '../../../src/nn/functional/maxPooling.js';
import {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from '../../../src/nn/layers/adaptivePooling.js';
import { AvgPool1d, AvgPool2d, AvgPool3d } from '../../../src/nn/layers/averagePooling.js';
import { LPPool1d, LPPool2d, LPPool3d } from '../../../src/nn/layers/lpPooling.js';
import { MaxPool1d, MaxPool2d, MaxPool3d } from '../../../src/nn/layers/maxPooling.js';
import { Generator } from '../../../src/random/Generator.js';
import { ones, tensor, zeros } from '../../../src/tensor/creation.js';
import { randint, randn } from '../../../src/tensor/randomCreation.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';

const returnIndices = true;
const ceilMode = true;

describe('pooling layers', () => {
  describeLayers(
    {
      'MaxPool1d(2)': () => new MaxPool1d(2),
      'MaxPool1d(3, stride=2, padding=1, dilation=2)': () => new MaxPool1d(3, 2, { padding: 1, dilation: 2 }),
      'MaxPool1d(3, stride=2, ceil_mode=True, return_indices=True)': () =>
        new MaxPool1d(3, 2, { ceilMode, returnIndices }),
      'MaxPool2d(2, 2)': () => new MaxPool2d(2, 2),
      'MaxPool2d(2, return_indices=True)': () => new MaxPool2d(2, undefined, { returnIndices }),
      'MaxPool2d((3, 2), stride=2, padding=1, ceil_mode=True)': () =>
        new MaxPool2d([3, 2], 2, { padding: 1, ceilMode }),
      'MaxPool2d((3, 2), stride=(2, 3), padding=(1, 0), dilation=(2, 1), return_indices=True)': () =>
        new MaxPool2d([3, 2], [2, 3], { padding: [1, 0], dilation: [2, 1], returnIndices }),
      'MaxPool2d(3, stride=2, padding=1, ceil_mode=True)': () => new MaxPool2d(3, 2, { padding: 1, ceilMode }),
      'MaxPool2d(5, ceil_mode=True)': () => new MaxPool2d(5, null, { ceilMode }),
      'MaxPool3d(2)': () => new MaxPool3d(2),
      'MaxPool3d(3)': () => new MaxPool3d(3),
      'MaxPool3d((2, 3, 1), stride=(1, 2, 2), padding=(1, 1, 0), return_indices=True)': () =>
        new MaxPool3d([2, 3, 1], [1, 2, 2], { padding: [1, 1, 0], returnIndices }),
      'MaxPool3d(2, stride=2, ceil_mode=True)': () => new MaxPool3d(2, 2, { ceilMode }),
      'AvgPool1d(2)': () => new AvgPool1d(2),
      'AvgPool1d(3, stride=2, padding=1, ceil_mode=True)': () => new AvgPool1d(3, 2, { padding: 1, ceilMode }),
      'AvgPool1d(4, stride=3, padding=2, count_include_pad=False)': () =>
        new AvgPool1d(4, 3, { padding: 2, countIncludePad: false }),
      'AvgPool2d(2, ceil_mode=True)': () => new AvgPool2d(2, undefined, { ceilMode }),
      'AvgPool2d(3, stride=2, padding=1, count_include_pad=False)': () =>
        new AvgPool2d(3, 2, { padding: 1, countIncludePad: false }),
      'AvgPool2d((3, 2), stride=(2, 3), padding=(1, 1), ceil_mode=True)': () =>
        new AvgPool2d([3, 2], [2, 3], { padding: [1, 1], ceilMode }),
      'AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)': () =>
        new AvgPool2d(3, 2, { padding: 1, ceilMode, countIncludePad: false }),
      'AvgPool2d(3, padding=1, divisor_override=2)': () =>
        new AvgPool2d(3, undefined, { padding: 1, divisorOverride: 2 }),
      'AvgPool3d(2)': () => new AvgPool3d(2),
      'AvgPool3d((2, 3, 2), stride=(1, 2, 2), padding=(0, 1, 1), count_include_pad=False)': () =>
        new AvgPool3d([2, 3, 2], [1, 2, 2], { padding: [0, 1, 1], countIncludePad: false }),
      'AvgPool3d(2, ceil_mode=True, divisor_override=-3)': () =>
        new AvgPool3d(2, undefined, { ceilMode, divisorOverride: -3 }),
      'AdaptiveAvgPool1d(4)': () => new AdaptiveAvgPool1d(4),
      'AdaptiveAvgPool1d(7)': () => new AdaptiveAvgPool1d(7),
      'AdaptiveAvgPool2d((1, 1))': () => new AdaptiveAvgPool2d([1, 1]),
      'AdaptiveAvgPool2d((3, 2))': () => new AdaptiveAvgPool2d([3, 2]),
      'AdaptiveAvgPool2d((None, 7))': () => new AdaptiveAvgPool2d([null, 7]),
      'AdaptiveAvgPool2d((None, 3))': () => new AdaptiveAvgPool2d([null, 3]),
      'AdaptiveAvgPool2d(4)': () => new AdaptiveAvgPool2d(4),
      'AdaptiveAvgPool3d(1)': () => new AdaptiveAvgPool3d(1),
      'AdaptiveAvgPool3d(2)': () => new AdaptiveAvgPool3d(2),
      'AdaptiveAvgPool3d((2, None, 3))': () => new AdaptiveAvgPool3d([2, null, 3]),
      'AdaptiveMaxPool1d(3, return_indices=True)': () => new AdaptiveMaxPool1d(3, { returnIndices }),
      'AdaptiveMaxPool2d(3)': () => new AdaptiveMaxPool2d(3),
      'AdaptiveMaxPool2d((None, 3), return_indices=True)': () => new AdaptiveMaxPool2d([null, 3], { returnIndices }),
      'AdaptiveMaxPool3d((2, 3, 1), return_indices=True)': () => new AdaptiveMaxPool3d([2, 3, 1], { returnIndices }),
      'LPPool1d(2, 3, stride=2)': () => new LPPool1d(2, 3, 2),
      'LPPool2d(2, 3)': () => new LPPool2d(2, 3),
      'LPPool2d(4, (3, 2), stride=(1, 2), ceil_mode=True)': () => new LPPool2d(4, [3, 2], [1, 2], { ceilMode }),
      'LPPool2d(math.inf, 2)': () => new LPPool2d(Infinity, 2),
      'LPPool2d(-math.inf, 2)': () => new LPPool2d(-Infinity, 2),
      'LPPool3d(2, 2, ceil_mode=True)': () => new LPPool3d(2, 2, undefined, { ceilMode }),
    },
    'pooling.json',
  );
});

describe('their gradients', () => {
  it('agree with finite differences', () => {
    const settings = fc.record({
      kernel: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.constantFrom(0, 1),
      dilation: fc.integer({ min: 1, max: 2 }),
      ceilMode: fc.boolean(),
      countIncludePad: fc.boolean(),
      output: fc.integer({ min: 1, max: 4 }),
      sizes: fc.tuple(fc.integer({ min: 5, max: 6 }), fc.integer({ min: 5, max: 7 })),
      seed: fc.nat(999),
    });
    fc.assert(
      fc.property(settings, ({ kernel, stride, padding: wanted, dilation, output, sizes, seed, ...options }) => {
        const padding = Math.min(wanted, Math.floor(kernel / 2));
        const input = randn([2, ...sizes], { dtype: 'float64', generator: new Generator(seed) });
        const layers = [
          new MaxPool2d(kernel, stride, { padding, dilation, ceilMode: options.ceilMode }),
          new AvgPool2d(kernel, stride, { padding, ...options }),
          new AvgPool2d([kernel, 1], stride, { ...options, divisorOverride: 3 }),
          new AdaptiveAvgPool2d([output, null]),
          new AdaptiveMaxPool2d([null, output]),
          new LPPool2d(2, kernel, stride, { ceilMode: options.ceilMode }),
        ];
        for (const layer of layers) expectGradients(layer, [input]);
        const volume = input.view(1, 2, ...sizes);
        for (const layer of [
          new MaxPool3d([2, kernel, 1], stride, { ceilMode: options.ceilMode }),
          new AvgPool3d([1, 2, kernel], stride, options),
          new AdaptiveAvgPool3d(output),
        ]) {
          expectGradients(layer, [volume]);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('share a padded, pooled input evenly in every averaging layer', () => {
    const x = ones([1, 1, 4, 6], { requiresGrad: true });
    new AdaptiveAvgPool2d(1).forward(x).backward();
    expect(x.grad?.tolist()).toEqual(
      ones([1, 1, 4, 6])
        .mul(Math.fround(1 / 24))
        .tolist(),
    );
  });
});

describe('corner cases', () => {
  it('selects NaN first, and the first of equal elements', () => {
    const [values, indices] = maxPool1d(tensor([[1, 1, Number.NaN, 3, -2, -2]]), 2, 2, { returnIndices });
    expect(values.tolist()).toEqual([[1, Number.NaN, -2]]);
    expect(indices.dtype).toBe('int64');
    expect(indices.tolist()).toEqual([[0n, 2n, 4n]]);
  });

  it('gives −∞ and no gradient if a window reaches into the padding on both sides', () => {
    // torch.nn.MaxPool1d(2, padding=1, dilation=3)(torch.ones(1, 2)) is -inf
    const x = ones([3, 2], { requiresGrad: true });
    const y = maxPool1d(x, 2, 2, { padding: 1, dilation: 3 });
    expect(y.tolist()).toEqual([[-Infinity], [-Infinity], [-Infinity]]);
    y.backward(ones([3, 1]));
    expect(x.grad?.tolist()).toEqual(zeros([3, 2]).tolist());
  });

  it('accepts an empty batch, and adapts to an empty output', () => {
    expect(new MaxPool2d(2).forward(zeros([0, 3, 4, 4])).shape).toEqual([0, 3, 2, 2]);
    expect(new AvgPool1d(2).forward(zeros([0, 3, 4])).shape).toEqual([0, 3, 2]);
    const x = ones([1, 2, 3, 3], { requiresGrad: true });
    const y = new AdaptiveAvgPool2d(0).forward(x);
    expect(y.shape).toEqual([1, 2, 0, 0]);
    y.backward(zeros([1, 2, 0, 0]));
    expect(x.grad?.tolist()).toEqual(zeros([1, 2, 3, 3]).tolist());
  });

  it('computes float16 and bfloat16 in float32 and rounds once', () => {
    const x = tensor([[0.1, 0.2, 0.4]], { dtype: 'bfloat16' });
    const y = new AvgPool1d(3).forward(x);
    // torch.nn.AvgPool1d(3)(torch.tensor([[.1, .2, .4]], dtype=torch.bfloat16))
    expect(y.tolist()).toEqual([[0.2333984375]]);
    expect(new MaxPool1d(3).forward(x).tolist()).toEqual([[0.400390625]]);
  });

  it('gives NaN for roots of negative sums, and PyTorch’s gradient if a sum is 0', () => {
    // torch.nn.functional.lp_pool1d(torch.tensor([[1., -2., 0, 0]], requires_grad=True), 1 or 2 or 3, 2), and its gradient
    const pooled = (p: number) => {
      const x = tensor([[1, -2, 0, 0]], { requiresGrad: true });
      const y = lpPool1d(x, p, 2);
      y.backward(ones([1, 2]));
      return [y.tolist(), x.grad?.tolist()];
    };
    const nan = Number.NaN;
    expect(pooled(1)).toEqual([[[-1, 0]], [[1, 1, 0, 0]]]);
    expect(pooled(3)).toEqual([[[nan, 0]], [[nan, nan, 0, 0]]]);
    expect(pooled(2)[1]).toEqual([[Math.fround(1 / Math.sqrt(5)), Math.fround(-2 / Math.sqrt(5)), 0, 0]]);
  });

  it('types the output by returnIndices', () => {
    const x = randn([1, 4, 4]);
    const [output, indices] = new MaxPool2d(2, 2, { returnIndices: true }).forward(x);
    expect(new MaxPool2d(2).forward(x).tolist()).toEqual(output.tolist());
    expect(indices.shape).toEqual([1, 2, 2]);
    expect(maxPool2d(x, 2).add(1).shape).toEqual([1, 2, 2]);
  });

  it('refuses arguments that do not match', () => {
    const x = randn([2, 3, 4, 4]);
    const dims = 'non-empty 3D or 4D (batch mode) tensor expected for input';
    expect(() => new MaxPool2d(2).forward(randn([4, 4]))).toThrow(dims);
    expect(() => new AvgPool2d(2).forward(randn([1, 2, 3, 4, 4]))).toThrow(dims);
    expect(() => new MaxPool2d(2).forward(zeros([2, 3, 0, 4]))).toThrow(
      'tensor with optional 0 dim batch size for input',
    );
    expect(() => new MaxPool1d(5).forward(randn([2, 3, 4]))).toThrow(ShapeError);
    expect(() => new MaxPool2d(5).forward(x)).toThrow(
      'Given input size: (3x4x4). Calculated output size: (3x0x0). Output size is too small',
    );
    expect(() => new AvgPool3d(5).forward(randn([3, 4, 4, 4]))).toThrow('Output size is too small');
    for (const layer of [new MaxPool2d(3, 2, { padding: 2, dilation: 2 }), new AvgPool2d(2, 2, { padding: 2 })]) {
      expect(() => layer.forward(x)).toThrow('pad should be at most half of effective kernel size, but got pad=2');
    }
    for (const layer of [
      new MaxPool2d(0),
      new MaxPool2d(2, 0),
      new AvgPool2d(2, -1),
      new MaxPool2d(2, 2, { dilation: 0 }),
      new MaxPool2d(2, 2, { padding: -1 }),
      new MaxPool2d([2, 2, 2]),
      new AvgPool2d(1.5),
    ]) {
      expect(() => layer.forward(x)).toThrow(ArgumentError);
    }
    expect(() => avgPool2d(x, 2, 2, { divisorOverride: 0 })).toThrow('divisor must be not zero');
    expect(() => new LPPool2d(0, 2)).toThrow('norm_type must be a non-zero value, but got 0');
    expect(() => new MaxPool2d(2).forward(randint(0, 9, [1, 4, 4]))).toThrow(DTypeError);
  });

  it('refuses output sizes that do not match', () => {
    const x = randn([1, 2, 3, 3]);
    expect(() => new AdaptiveAvgPool2d(2).forward(randn([3, 3]))).toThrow(
      'adaptive_avg_pool2d(): Expected 3D or 4D tensor, but got: [3, 3]',
    );
    expect(() => new AdaptiveMaxPool2d(2).forward(zeros([2, 3, 0, 4]))).toThrow(
      'Expected input to have non-zero size for non-batch dimensions, but input has sizes [2, 3, 0, 4] with dimension 2 being empty',
    );
    expect(() => new AdaptiveAvgPool2d(-1).forward(x)).toThrow(
      'must be greater than or equal to 0 but received {-1, -1}',
    );
    expect(() => new AdaptiveMaxPool2d([2]).forward(x)).toThrow('adaptive_max_pool2d: output_size must be 2');
    expect(() => new AdaptiveAvgPool2d([]).forward(x)).toThrow('expected a number or 2 sizes, found []');
    expect(() => new AdaptiveAvgPool2d(1.5).forward(x)).toThrow(ArgumentError);
  });
});
