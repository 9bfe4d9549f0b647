import { ShapeError } from '../../errors.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkDims } from '../checkDims.js';
import { batchNorm } from '../functional/normalization.js';
import { instanceNorm } from '../functional/rowNormalization.js';
import { type BatchNormOptions, ChannelNorm } from './batchNorm.js';

/** Instance normalisation over [N, C, …], or [C, …] for one sample. */
abstract class InstanceNorm extends ChannelNorm {
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super(numFeatures, options, false);
  }

  /** Dimensions of a batch. */
  protected abstract readonly dims: number;

  override forward(input: Tensor): Tensor {
    checkDims(input, [this.dims - 1, this.dims]);
    const channels = input.shape[input.ndim - this.dims + 1];
    if (this.affine && channels !== this.numFeatures) {
      throw new ShapeError(
        `expected input's size at dim=${input.ndim - this.dims + 1} to match num_features (${this.numFeatures}), but got: ${channels}.`,
      );
    }
    if (input.ndim === this.dims) return this.normalize(input);
    return this.normalize(input.unsqueeze(0)).squeeze(0);
  }

  private normalize(input: Tensor): Tensor {
    const { weight, bias, eps, runningMean, runningVar } = this;
    if (!this.training && this.trackRunningStats)
      return batchNorm(input, runningMean, runningVar, { weight, bias, eps });
    const output = instanceNorm(input, { weight, bias, eps });
    // An empty input has no statistics to take a share of.
    if (runningMean && runningVar && input.numel > 0) this.track(input.detach(), runningMean, runningVar);
    return output;
  }

  /** The running statistics take their share of the samples' average mean and unbiased variance. */
  private track(input: Tensor, runningMean: Tensor, runningVar: Tensor): void {
    const samples = input.flatten(2);
    const momentum = this.momentum ?? 0;
    runningMean.mul_(1 - momentum).add_(samples.mean(2).mean(0).mul(momentum));
    runningVar.mul_(1 - momentum).add_(samples.var(2).mean(0).mul(momentum));
  }
}

/** Instance normalisation over [N, C, L] or [C, L] (`torch.nn.InstanceNorm1d`; Ulyanov et al. 2016); no affine by default. */
export class InstanceNorm1d extends InstanceNorm {
  protected override get dims() {
    return 3;
  }
}

/** Instance normalisation over [N, C, H, W] or [C, H, W] (`torch.nn.InstanceNorm2d`); otherwise as {@link InstanceNorm1d}. */
export class InstanceNorm2d extends InstanceNorm {
  protected override get dims() {
    return 4;
  }
}

/** Instance normalisation over [N, C, D, H, W] or [C, D, H, W] (`torch.nn.InstanceNorm3d`). */
export class InstanceNorm3d extends InstanceNorm {
  protected override get dims() {
    return 5;
  }
}
