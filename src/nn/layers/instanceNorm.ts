import { ShapeError } from '../../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { warnOnce } from '../../warnOnce.js';
import { checkDims } from '../checkDims.js';
import { normalizeChannels } from '../functional/normalization.js';
import { instanceNorm } from '../functional/rowNormalization.js';
import { BATCH_NORM, type BatchNormOptions, ChannelNorm } from './batchNorm.js';

const INSTANCE_NORM: Signature<BatchNormOptions> = {
  ...BATCH_NORM,
  defaults: { ...BATCH_NORM.defaults, affine: false, trackRunningStats: false },
};

/**
 * Instance normalisation of `[N, C, …]`, or of `[C, …]` for one sample; each subclass fixes the number of dimensions.
 */
abstract class InstanceNorm extends ChannelNorm {
  /** PyTorch before version 0.4 always tracked the running statistics. */
  static override obsoleteKeys(module: InstanceNorm, has: (key: string) => boolean): string | undefined {
    const found = ['running_mean', 'running_var'].filter(has).map((key) => `"${key}"`);
    if (module.trackRunningStats || found.length === 0) return undefined;
    const { name } = module.constructor;
    return (
      `Unexpected running stats buffer(s) ${found.join(' and ')} for ${name} with track_running_stats=False. If state_dict ` +
      'is a checkpoint saved before 0.4.0, remove these keys, for example by the option rename. If the running stats are ' +
      `needed, create the ${name} with { trackRunningStats: true }.`
    );
  }

  /**
   * @param numFeatures Number of channels C, ≥ 0.
   * @param options `eps`, `momentum`, `affine`, `bias`, `trackRunningStats`, `dtype`, `generator`; see
   *   {@link BatchNormOptions}. `affine` and `trackRunningStats` are false by default.
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(numFeatures: number, options?: BatchNormOptions) {
    super(numFeatures, readArguments(`nn.${new.target.name}`, arguments, INSTANCE_NORM));
  }

  /** Number of dimensions of a batch. */
  protected abstract readonly dims: number;

  /**
   * @param input `[N, C, …]` or `[C, …]` with the number of dimensions of the layer
   * @returns The shape of the input.
   * @throws ShapeError if the shape does not match (without parameters, another number of channels is only a warning), or
   *   if each channel has a single value and the layer does not use
   *   running statistics.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    if (arguments.length > 1) refuseSurplus(`nn.${this.constructor.name}.forward`, arguments, ['input']);
    checkDims(input, [this.dims - 1, this.dims]);
    const channels = input.shape[input.ndim - this.dims + 1];
    if (channels !== this.numFeatures) this.refuseOrWarn(input.ndim - this.dims + 1, channels);
    if (input.ndim === this.dims) return this.normalize(input);
    return this.normalize(input.unsqueeze(0)).squeeze(0);
  }

  /** Answers an input with another number of channels, which only parameters forbid. */
  private refuseOrWarn(dim: number, channels: number): void {
    if (this.affine) {
      throw new ShapeError(
        `expected input's size at dim=${dim} to match num_features (${this.numFeatures}), but got: ${channels}.`,
      );
    }
    warnOnce(
      `input's size at dim=${dim} does not match num_features, which is not used because affine=False; expected ${this.numFeatures} channels, found ${channels}`,
    );
  }

  private normalize(input: Tensor): Tensor {
    const { weight, bias, eps, runningMean, runningVar } = this;
    if (!this.training && this.trackRunningStats)
      return normalizeChannels(input, runningMean, runningVar, { weight, bias, eps, training: false, momentum: 0 });
    const output = instanceNorm(input, { weight, bias, eps });
    // An empty input has no statistics.
    if (runningMean && runningVar && input.numel > 0) this.track(input.detach(), runningMean, runningVar);
    return output;
  }

  /** Updates the running statistics with the average mean and the average unbiased variance of the samples. */
  private track(input: Tensor, runningMean: Tensor, runningVar: Tensor): void {
    const samples = input.flatten(2);
    const momentum = this.momentum ?? 0;
    runningMean.mul_(1 - momentum).add_(samples.mean(2).mean(0).mul(momentum));
    runningVar.mul_(1 - momentum).add_(samples.var(2).mean(0).mul(momentum));
  }
}

/**
 * Instance normalisation of each channel and sample of `[N, C, L]` or `[C, L]` (`torch.nn.InstanceNorm1d`; Ulyanov et
 * al. 2016).
 *
 * Default initialisation with `affine`: weight 1, bias 0.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.InstanceNorm1d(100, { affine: true });
 * console.log(layer.forward(zeros([20, 100, 40])).shape); // [ 20, 100, 40 ]
 * ```
 */
export class InstanceNorm1d extends InstanceNorm {
  protected override get dims() {
    return 3;
  }
}

/**
 * Instance normalisation of each channel and sample of `[N, C, H, W]` or `[C, H, W]` (`torch.nn.InstanceNorm2d`;
 * Ulyanov et al. 2016).
 *
 * Default initialisation with `affine`: weight 1, bias 0.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.InstanceNorm2d(3);
 * console.log(layer.forward(zeros([1, 3, 32, 32])).shape); // [ 1, 3, 32, 32 ]
 * ```
 */
export class InstanceNorm2d extends InstanceNorm {
  protected override get dims() {
    return 4;
  }
}

/**
 * Instance normalisation of each channel and sample of `[N, C, D, H, W]` or `[C, D, H, W]` (`torch.nn.InstanceNorm3d`;
 * Ulyanov et al. 2016).
 *
 * Default initialisation with `affine`: weight 1, bias 0.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.InstanceNorm3d(4);
 * console.log(layer.forward(zeros([4, 3, 8, 8])).shape); // [ 4, 3, 8, 8 ]
 * ```
 */
export class InstanceNorm3d extends InstanceNorm {
  protected override get dims() {
    return 5;
  }
}
