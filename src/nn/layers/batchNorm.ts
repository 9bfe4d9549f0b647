import { ones as onesInitializer, zeros as zerosInitializer } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { checkNumber, checkWhole } from '../../numerics/checkNumber.js';
import type { Generator } from '../../random/Generator.js';
import { type ReadArguments, readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import { ones, zeros } from '../../tensor/creation.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkDims } from '../checkDims.js';
import { formatPython, formatSettings } from '../formatPython.js';
import { batchNorm } from '../functional/normalization.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import type { Parameter } from '../Parameter.js';

/** Options of the batch and instance normalisation layers. */
export interface BatchNormOptions extends LayerOptions {
  /** Number added to the variance. Default: 1e-5. */
  eps?: number | undefined;
  /** Share of each batch in the running statistics. `null` means the plain average over all batches. Default: 0.1. */
  momentum?: number | null | undefined;
  /**
   * Whether the layer learns a weight and a bias for each channel. Default: true for batch normalisation, false for
   * instance normalisation
   */
  affine?: boolean | undefined;
  /** Whether an affine layer learns a bias beside its weight. Default: true. */
  bias?: boolean | undefined;
  /**
   * Whether the layer keeps running statistics and uses them in evaluation mode. Default: true for batch normalisation,
   * false for instance normalisation
   */
  trackRunningStats?: boolean | undefined;
}

/** The signature of batch normalisation. */
export const BATCH_NORM: Signature<BatchNormOptions> = {
  required: ['numFeatures'],
  defaults: { eps: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true, bias: true, ...LAYER_DEFAULTS },
};

/**
 * The members that batch and instance normalisation share: a scale and an offset for each channel, and running
 * statistics.
 */
export abstract class ChannelNorm extends Layer {
  static override readonly stateNames = {
    runningMean: 'running_mean',
    runningVar: 'running_var',
    numBatchesTracked: 'num_batches_tracked',
  };
  /** PyTorch before version 0.4.1 did not count the batches. */
  static override readonly optionalKeys = ['num_batches_tracked'];
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  /** `[numFeatures]`, or null without `affine` */
  weight: Parameter | null;
  /** `[numFeatures]`, or null without `affine` or `bias` */
  bias: Parameter | null;
  /** `[numFeatures]`, or null without `trackRunningStats` */
  runningMean: Tensor | null;
  /** `[numFeatures]`, or null without `trackRunningStats` */
  runningVar: Tensor | null;
  /** `[]`, int64: the number of batches in the running statistics, or null without `trackRunningStats` */
  numBatchesTracked: Tensor | null;

  constructor(numFeatures: number, settings: ReadArguments<BatchNormOptions>) {
    super();
    const { eps, momentum, affine, bias, trackRunningStats, dtype, generator } = settings;
    this.numFeatures = checkWhole('numFeatures', numFeatures, 0);
    this.eps = checkNumber('eps', eps);
    this.momentum = momentum === null ? null : checkNumber('momentum', momentum);
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = this.optionalParameter('weight', affine, [numFeatures], dtype);
    this.bias = this.optionalParameter('bias', affine && bias, [numFeatures], dtype);
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

  /** Resets the running statistics to mean 0, variance 1 and no batches. */
  resetRunningStats(): void {
    refuseSurplus(`nn.${this.constructor.name}.resetRunningStats`, arguments, []);
    this.runningMean?.zero_();
    this.runningVar?.fill_(1);
    this.numBatchesTracked?.zero_();
  }

  override resetParameters(generator?: Generator | Pick<LayerOptions, 'generator'>): void {
    refuseSurplus(`nn.${this.constructor.name}.resetParameters`, arguments, ['generator']);
    super.resetParameters(generator);
    this.resetRunningStats();
  }

  override extraRepr(): string {
    const { eps, momentum, affine, trackRunningStats } = this;
    const settings = { eps, momentum, affine, bias: this.bias !== null, track_running_stats: trackRunningStats };
    return `${formatPython(this.numFeatures)}, ${formatSettings(settings)}`;
  }
}

/** Batch normalisation of `[N, C, …]`; each subclass fixes the number of dimensions. */
abstract class BatchNorm extends ChannelNorm {
  /**
   * @param numFeatures Number of channels C, ≥ 0.
   * @param options `eps`, `momentum`, `affine`, `bias`, `trackRunningStats`, `dtype`, `generator`; see
   *   {@link BatchNormOptions}.
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(numFeatures: number, options?: BatchNormOptions) {
    super(numFeatures, readArguments(`nn.${new.target.name}`, arguments, BATCH_NORM));
  }

  /** The numbers of dimensions that an input may have. */
  protected abstract readonly dims: readonly number[];

  /**
   * @param input `[N, C, …]` with the number of dimensions of the layer; C is `numFeatures`.
   * @returns The shape of the input.
   * @throws ShapeError if the shape does not match, or if each channel has a single value in training mode.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    if (arguments.length > 1) refuseSurplus(`nn.${this.constructor.name}.forward`, arguments, ['input']);
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
    // The count changes after the forward pass, so that a pass that fails leaves the statistics as they were.
    if (this.training) numBatchesTracked?.fill_(batches);
    return output;
  }
}

/**
 * Batch normalisation of each channel of `[N, C]` or `[N, C, L]` (`torch.nn.BatchNorm1d`; Ioffe & Szegedy 2015).
 *
 * Default initialisation: weight 1, bias 0, running mean 0, running variance 1.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.BatchNorm1d(100);
 * console.log(layer.forward(zeros([20, 100])).shape); // [ 20, 100 ]
 * ```
 */
export class BatchNorm1d extends BatchNorm {
  protected override get dims() {
    return [2, 3];
  }
}

/**
 * Batch normalisation of each channel of `[N, C, H, W]` (`torch.nn.BatchNorm2d`; Ioffe & Szegedy 2015).
 *
 * Default initialisation: weight 1, bias 0, running mean 0, running variance 1.
 * @example
 * ```ts
 * import { nn } from 'initree';
 * const layer = new nn.BatchNorm2d(100, { momentum: null });
 * console.log([...layer.stateDict().keys()].slice(2)); // [ 'running_mean', 'running_var', 'num_batches_tracked' ]
 * ```
 */
export class BatchNorm2d extends BatchNorm {
  protected override get dims() {
    return [4];
  }
}

/**
 * Batch normalisation of each channel of `[N, C, D, H, W]` (`torch.nn.BatchNorm3d`; Ioffe & Szegedy 2015).
 *
 * Default initialisation: weight 1, bias 0, running mean 0, running variance 1.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.BatchNorm3d(4, { affine: false });
 * console.log(layer.forward(zeros([2, 4, 3, 8, 8])).shape); // [ 2, 4, 3, 8, 8 ]
 * ```
 */
export class BatchNorm3d extends BatchNorm {
  protected override get dims() {
    return [5];
  }
}
