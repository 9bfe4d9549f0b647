import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { checkNormType, type LPPoolOptions, lpPool1d, lpPool2d, lpPool3d } from '../functional/lpPooling.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';

const LP_POOL: Signature<LPPoolOptions> = {
  required: ['normType', 'kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, ceilMode: false },
};

/** The settings that power-average pooling layers share. */
abstract class LPPool extends Module {
  readonly normType: number;
  readonly kernelSize: Size;
  /** `null` means the kernel size. */
  readonly stride: Size | null;
  readonly ceilMode: boolean;

  /**
   * @param normType The power p, not 0. Infinity gives the largest absolute value of a window, −Infinity the smallest.
   * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
   * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
   *   Default: null, which means `kernelSize`.
   * @param options `stride`, `ceilMode` (default: false): whether windows may extend over the far edge.
   * @throws ArgumentError if p is 0 or an option is unknown. `forward` checks the sizes.
   */
  constructor(normType: number, kernelSize: Size, stride?: Size | null | LPPoolOptions, options?: LPPoolOptions) {
    super();
    const settings = readArguments(`nn.${new.target.name}`, arguments, LP_POOL);
    this.normType = checkNormType(normType);
    this.kernelSize = kernelSize;
    this.stride = settings.stride;
    this.ceilMode = settings.ceilMode;
  }

  /**
   * @param input A tensor in the shape that the description of the class gives.
   * @returns The shape of the input, where each spatial size is ⌊(size − kernelSize) / stride⌋ + 1; with `ceilMode` it
   *   is rounded up.
   * @throws ShapeError if the shape does not match or the output would be empty.
   * @throws ArgumentError if a size is out of its range.
   */
  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    const { normType, kernelSize, stride, ceilMode } = this;
    return formatSettings({ norm_type: normType, kernel_size: kernelSize, stride, ceil_mode: ceilMode });
  }
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, L]` or `[C, L]` (`torch.nn.LPPool1d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.LPPool1d(2, 3).forward(zeros([1, 6, 30])).shape); // [ 1, 6, 10 ]
 * ```
 */
export class LPPool1d extends LPPool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LPPool1d.forward', arguments, ['input']);
    return lpPool1d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, H, W]` or `[C, H, W]` (`torch.nn.LPPool2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.LPPool2d(2, 3, 2).forward(zeros([1, 6, 28, 28])).shape); // [ 1, 6, 13, 13 ]
 * ```
 */
export class LPPool2d extends LPPool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LPPool2d.forward', arguments, ['input']);
    return lpPool2d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

/**
 * (Σ xᵖ)^(1/p) of each window of `[N, C, D, H, W]` or `[C, D, H, W]` (`torch.nn.LPPool3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.LPPool3d(1.5, 2).forward(zeros([1, 4, 8, 16, 16])).shape); // [ 1, 4, 4, 8, 8 ]
 * ```
 */
export class LPPool3d extends LPPool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.LPPool3d.forward', arguments, ['input']);
    return lpPool3d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}
