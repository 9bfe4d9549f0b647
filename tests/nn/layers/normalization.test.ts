import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ShapeError } from '../../../src/errors.js';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from '../../../src/nn/layers/batchNorm.js';
import { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from '../../../src/nn/layers/instanceNorm.js';
import { LocalResponseNorm } from '../../../src/nn/layers/localResponseNorm.js';
import { GroupNorm, LayerNorm, RMSNorm } from '../../../src/nn/layers/normalization.js';
import { Generator } from '../../../src/random/Generator.js';
import { tensor } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { isFullRun } from '../../isFullRun.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { numbersOf } from '../numbers.js';

describe('normalisation layers', () => {
  describeLayers({
    'BatchNorm1d(6)': () => new BatchNorm1d(6),
    'BatchNorm2d(6)': () => new BatchNorm2d(6),
    'BatchNorm2d(3)': () => new BatchNorm2d(3),
    'BatchNorm2d(3, momentum=None)': () => new BatchNorm2d(3, { momentum: null }),
    'BatchNorm3d(6, affine=False)': () => new BatchNorm3d(6, { affine: false }),
    'BatchNorm2d(6, eps=0.001, momentum=None, track_running_stats=False)': () =>
      new BatchNorm2d(6, { eps: 0.001, momentum: null, trackRunningStats: false }),
    'InstanceNorm1d(4)': () => new InstanceNorm1d(4),
    'InstanceNorm2d(4, affine=True)': () => new InstanceNorm2d(4, { affine: true }),
    'InstanceNorm3d(4, track_running_stats=True)': () => new InstanceNorm3d(4, { trackRunningStats: true }),
    'GroupNorm(2, 6)': () => new GroupNorm(2, 6),
    'GroupNorm(3, 6, affine=False)': () => new GroupNorm(3, 6, { affine: false }),
    'LayerNorm(8)': () => new LayerNorm(8),
    'LayerNorm([4, 8])': () => new LayerNorm([4, 8]),
    'LayerNorm([4, 8], elementwise_affine=False)': () => new LayerNorm([4, 8], { elementwiseAffine: false }),
    'LayerNorm(8, bias=False)': () => new LayerNorm(8, { bias: false }),
    'RMSNorm(8)': () => new RMSNorm(8),
    'RMSNorm([4, 8], eps=1e-06)': () => new RMSNorm([4, 8], { eps: 1e-6 }),
    'LocalResponseNorm(2)': () => new LocalResponseNorm(2),
  });
});

describe('their gradients', () => {
  const dtype = 'float64';
  it('agree with finite differences', () => {
    const size = fc.integer({ min: 2, max: 4 });
    fc.assert(
      fc.property(size, size, size, fc.nat(999), (n, c, l, seed) => {
        const generator = new Generator(seed);
        const input = randn([n, 2 * c, l, 2], { dtype, generator });
        for (const layer of [
          new BatchNorm2d(2 * c, { dtype }),
          new InstanceNorm2d(2 * c, { affine: true, dtype }),
          new GroupNorm(2, 2 * c, { dtype }),
          new LayerNorm([l, 2], { dtype }),
          new RMSNorm(2, { dtype }),
          new LocalResponseNorm(3, { alpha: 0.5 }),
        ]) {
          for (const parameter of layer.parameters()) parameter.normal_(0.5, 1, { generator });
          expectGradients(layer, [input]);
        }
      }),
      { numRuns: isFullRun ? 6 : 3 },
    );
  });
});

describe('modes and errors', () => {
  it('keeps running statistics of instances and uses them in evaluation', () => {
    // torch.manual_seed(0); m = nn.InstanceNorm1d(2, track_running_stats=True); m(torch.randn(3, 2, 4)); m.running_var
    const layer = new InstanceNorm1d(2, { trackRunningStats: true });
    const input = randn([3, 2, 4], { generator: new Generator(0) });
    layer.forward(input);
    const [mean] = numbersOf(input.mean(2).mean(0).mul(0.1));
    expect(numbersOf(layer.runningMean ?? input)[0]).toBeCloseTo(mean, 6);
    const evaluated = layer.eval().forward(input);
    expect(evaluated.tolist()).not.toEqual(layer.train().forward(input).tolist());
    // The running variance is unbiased: (1 + 1) / (2 − 1).
    const unbiased = new InstanceNorm1d(1, { trackRunningStats: true, momentum: 1 });
    unbiased.forward(tensor([[[0, 2]]]));
    expect(unbiased.runningVar?.tolist()).toEqual([2]);
  });

  it('accepts empty batches without updating the running statistics', () => {
    for (const layer of [new BatchNorm1d(3), new InstanceNorm1d(3, { trackRunningStats: true })]) {
      for (const shape of [
        [0, 3, 2],
        [2, 3, 0],
      ]) {
        const input = randn(shape, { requiresGrad: true });
        const output = layer.forward(input);
        expect(output.shape).toEqual(shape);
        output.sum().backward();
        expect(input.grad?.shape).toEqual(shape);
      }
      expect(layer.runningMean?.tolist()).toEqual([0, 0, 0]);
      expect(layer.runningVar?.tolist()).toEqual([1, 1, 1]);
    }
  });

  it('accepts and refuses eps as PyTorch does', () => {
    const input = tensor([
      [1, 2],
      [1, 3],
    ]);
    for (const eps of [0, -1]) {
      const layer = new BatchNorm1d(2, { eps });
      expect(() => layer.forward(input)).toThrow(`batch_norm eps must be positive during training, but got ${eps}`);
      expect(layer.numBatchesTracked?.item()).toBe(0);
    }
    expect(new BatchNorm1d(2, { eps: 0 }).eval().forward(input).tolist()).toEqual(input.tolist());
    expect(() => new BatchNorm1d(2, { eps: -1 }).eval().forward(input)).toThrow('batch_norm eps must be non-negative');
    const instances = new InstanceNorm1d(2, { eps: -1e-5, trackRunningStats: true });
    expect(instances.forward(input.unsqueeze(0)).round().tolist()).toEqual([
      [
        [-1, 1],
        [-1, 1],
      ],
    ]);
    instances.resetRunningStats();
    expect(instances.eval().forward(input.unsqueeze(0)).round().tolist()).toEqual([input.tolist()]);
  });

  it('refuses inputs that do not match, without updating the statistics', () => {
    const layer = new BatchNorm2d(3);
    expect(() => layer.forward(randn([2, 3, 4]))).toThrow('expected 4D input (got 3D input)');
    expect(() => layer.forward(randn([2, 4, 3, 3]))).toThrow('running_mean should contain 4 elements not 3');
    expect(() => layer.forward(randn([1, 3, 1, 1]))).toThrow('Expected more than 1 value per channel when training');
    expect(numbersOf(layer.numBatchesTracked ?? randn([1]))).toEqual([0]);
    expect(numbersOf(layer.runningVar ?? randn([1]))).toEqual([1, 1, 1]);
    expect(() => new BatchNorm1d(3).forward(randn([3]))).toThrow('expected 2D or 3D input (got 1D input)');
    expect(() => new GroupNorm(2, 5)).toThrow('num_channels (5) must be divisible by num_groups (2)');
    expect(() => new GroupNorm(4, 4).forward(randn([1, 4]))).toThrow('Expected more than 1 value per channel');
    expect(new GroupNorm(4, 4).forward(randn([2, 4])).shape).toEqual([2, 4]);
    expect(() => new LayerNorm([4, 8]).forward(randn([4, 4]))).toThrow(ShapeError);
    expect(() => new InstanceNorm1d(2, { affine: true }).forward(randn([2, 3, 4]))).toThrow(
      'to match num_features (2)',
    );
    expect(() => new InstanceNorm2d(2).forward(randn([2, 2, 1, 1]))).toThrow('Expected more than 1 spatial element');
  });
});
