import { ones as onesInitializer, zeros as zerosInitializer } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import type { Generator } from '../../random/Generator.js';
import { readOptions } from '../../readOptions.js';
import { ones, zeros } from '../../tensor/creation.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkDims } from '../checkDims.js';
import { checkSize } from '../checkSize.js';
import { formatPython, formatSettings } from '../formatPython.js';
import { batchNorm } from '../functional/normalization.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';

/** Options of batch and instance normalisation. */
export interface BatchNormOptions extends LayerOptions {
  /** Added to the variance; 1e-5 when absent. */
  eps?: number | undefined;
  /** Share of each batch in the running statistics, 0.1 when absent; `null` takes the plain average over all batches. */
  momentum?: number | null | undefined;
  /** Whether a weight and a bias are learned; true when absent, for instance normalisation false. */
  affine?: boolean | undefined;
  /** Whether an affine layer learns a bias beside its weight; true when absent. */
  bias?: boolean | undefined;
  /** Whether running statistics are kept, which evaluation then uses; true when absent, for instance normalisation false. */
  trackRunningStats?: boolean | undefined;
}

/** What batch and instance normalisation have in common: a scale and an offset for each channel, and running statistics. */
export abstract class ChannelNorm extends Layer {
  static override readonly stateNames = {
    runningMean: 'running_mean',
    runningVar: 'running_var',
    numBatchesTracked: 'num_batches_tracked',
  };
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  /** [numFeatures] */
  weight: Parameter | null;
  /** [numFeatures] */
  bias: Parameter | null;
  /** [numFeatures] */
  runningMean: Tensor | null;
  /** [numFeatures] */
  runningVar: Tensor | null;
  /** One int64: how many batches the running statistics have seen. */
  numBatchesTracked: Tensor | null;

  constructor(numFeatures: number, options: BatchNormOptions, byDefault: boolean) {
    super();
    const { eps, momentum, affine, bias, trackRunningStats, dtype, generator } = readOptions(new.target.name, options, {
      eps: 1e-5,
      momentum: 0.1,
      affine: byDefault,
      bias: true,
      trackRunningStats: byDefault,
      ...LAYER_DEFAULTS,
    });
    this.numFeatures = checkSize('numFeatures', numFeatures, 0);
    this.eps = checkNumber('eps', eps);
    this.momentum = momentum === null ? null : checkNumber('momentum', momentum);
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? createParameter([numFeatures], dtype) : null;
    this.bias = affine && bias ? createParameter([numFeatures], dtype) : null;
    const buffer = (name: string, create: () => Tensor) =>
      this.registerBuffer(name, trackRunningStats ? create() : null);
    this.runningMean = buffer('running_mean', () => zeros([numFeatures], { dtype }));
    this.runningVar = buffer('running_var', () => ones([numFeatures], { dtype }));
    this.numBatchesTracked = buffer('num_batches_tracked', () => zeros([], { dtype: 'int64' }));
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [
      ['weight', onesInitializer()],
      ['bias', zerosInitializer()],
    ];
  }

  /** Sets the running statistics back to mean 0, variance 1 and no batches. */
  resetRunningStats(): void {
    this.runningMean?.zero_();
    this.runningVar?.fill_(1);
    this.numBatchesTracked?.zero_();
  }

  override resetParameters(generator?: Generator): void {
    this.resetRunningStats();
    super.resetParameters(generator);
  }

  override extraRepr(): string {
    const { eps, momentum, affine, trackRunningStats } = this;
    const settings = { eps, momentum, affine, bias: this.bias !== null, track_running_stats: trackRunningStats };
    return `${formatPython(this.numFeatures)}, ${formatSettings(settings)}`;
  }
}

/** Batch normalisation over [N, C, …] of certain numbers of dimensions. */
abstract class BatchNorm extends ChannelNorm {
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super(numFeatures, options, true);
  }

  /** Numbers of dimensions that the layer takes. */
  protected abstract readonly dims: readonly number[];

  override forward(input: Tensor): Tensor {
    checkDims(input, this.dims);
    const { weight, bias, eps, runningMean, runningVar, numBatchesTracked } = this;
    const batches = (numBatchesTracked?.item() ?? 0) + 1;
    const output = batchNorm(input, runningMean, runningVar, {
      weight,
      bias,
      eps,
      training: this.training || !this.trackRunningStats,
      momentum: this.momentum ?? 1 / batches,
    });
    // After the forward pass, so that one that fails leaves no trace.
    if (this.training) numBatchesTracked?.fill_(batches);
    return output;
  }
}

/**
 * Batch normalisation over the channels of [N, C] or [N, C, L] (`torch.nn.BatchNorm1d`; Ioffe & Szegedy 2015). Default
 * initialisation: weight 1, bias 0, running mean 0, running variance 1.
 */
export class BatchNorm1d extends BatchNorm {
  protected override get dims() {
    return [2, 3];
  }
}

/** Batch normalisation over the channels of [N, C, H, W] (`torch.nn.BatchNorm2d`); otherwise as {@link BatchNorm1d}. */
export class BatchNorm2d extends BatchNorm {
  protected override get dims() {
    return [4];
  }
}

/** Batch normalisation over the channels of [N, C, D, H, W] (`torch.nn.BatchNorm3d`); otherwise as {@link BatchNorm1d}. */
export class BatchNorm3d extends BatchNorm {
  protected override get dims() {
    return [5];
  }
}
