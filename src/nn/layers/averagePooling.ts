import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import {
  type AvgPool1dOptions,
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
} from '../functional/averagePooling.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';
import { sizePerDimension } from '../sizePerDimension.js';

const AVG_POOL_1D: Signature<AvgPool1dOptions> = {
  required: ['kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, padding: 0, ceilMode: false, countIncludePad: true },
};

const AVG_POOL: Signature<AvgPoolOptions> = {
  ...AVG_POOL_1D,
  byPosition: ['stride'],
  defaults: { ...AVG_POOL_1D.defaults, divisorOverride: null },
};

/** The settings that average pooling layers share. */
abstract class AvgPool extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  /**
   * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
   * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
   *   Default: null, which means `kernelSize`.
   * @param options `stride`, `padding` (≥ 0 and at most half of `kernelSize`, default: 0), `ceilMode` (default: false),
   *   `countIncludePad` (default: true); see {@link AvgPool1dOptions}.
   * @throws ArgumentError if an option is unknown. `forward` checks the sizes.
   */
  constructor(kernelSize: Size, stride?: Size | null | AvgPool1dOptions, options?: AvgPool1dOptions) {
    super();
    const settings = readArguments(`nn.${new.target.name}`, arguments, AVG_POOL_1D);
    this.kernelSize = kernelSize;
    this.stride = settings.stride ?? kernelSize;
    this.padding = settings.padding;
    this.ceilMode = settings.ceilMode;
    this.countIncludePad = settings.countIncludePad;
  }

  protected options(): AvgPool1dOptions {
    const { stride, padding, ceilMode, countIncludePad } = this;
    return { stride, padding, ceilMode, countIncludePad };
  }

  /**
   * @param input A tensor in the shape that the description of the class gives.
   * @returns The shape of the input, where each spatial size is ⌊(size + 2·padding − kernelSize) / stride⌋ + 1; with
   *   `ceilMode` it is rounded up.
   * @throws ShapeError if the shape does not match or the output would be empty.
   * @throws ArgumentError if a size is out of its range.
   * @throws DTypeError if the dtype is not floating.
   */
  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    return formatSettings({ kernel_size: this.kernelSize, stride: this.stride, padding: this.padding });
  }
}

/**
 * The mean of each window of `[N, C, L]` or `[C, L]` (`torch.nn.AvgPool1d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AvgPool1d(3, 2).forward(zeros([20, 16, 50])).shape); // [ 20, 16, 24 ]
 * ```
 */
export class AvgPool1d extends AvgPool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AvgPool1d.forward', arguments, ['input']);
    return avgPool1d(input, this.kernelSize, this.options());
  }

  override extraRepr(): string {
    const [kernelSize, stride] = [
      sizePerDimension('kernelSize', this.kernelSize, 1),
      sizePerDimension('stride', this.stride, 1),
    ];
    return formatSettings({
      kernel_size: kernelSize,
      stride,
      padding: sizePerDimension('padding', this.padding, 1, 0),
    });
  }
}

/** The settings that {@link AvgPool2d} and {@link AvgPool3d} share. */
abstract class DividingAvgPool extends AvgPool {
  readonly divisorOverride: number | null;

  /**
   * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
   * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
   *   Default: null, which means `kernelSize`.
   * @param options `stride`, `padding` (≥ 0 and at most half of `kernelSize`, default: 0), `ceilMode` (default: false),
   *   `countIncludePad` (default: true), `divisorOverride` (default: null); see {@link AvgPoolOptions}.
   * @throws ArgumentError if an option is unknown. `forward` checks the sizes.
   */
  constructor(kernelSize: Size, stride?: Size | null | AvgPoolOptions, options?: AvgPoolOptions) {
    const { divisorOverride, ...others } = readArguments(`nn.${new.target.name}`, arguments, AVG_POOL);
    super(kernelSize, others);
    this.divisorOverride = divisorOverride;
  }

  protected override options(): AvgPoolOptions {
    return { ...super.options(), divisorOverride: this.divisorOverride };
  }
}

/**
 * The mean of each window of `[N, C, H, W]` or `[C, H, W]` (`torch.nn.AvgPool2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AvgPool2d(3, 2, { padding: 1 }).forward(zeros([1, 6, 28, 28])).shape); // [ 1, 6, 14, 14 ]
 * ```
 */
export class AvgPool2d extends DividingAvgPool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AvgPool2d.forward', arguments, ['input']);
    return avgPool2d(input, this.kernelSize, this.options());
  }
}

/**
 * The mean of each window of `[N, C, D, H, W]` or `[C, D, H, W]` (`torch.nn.AvgPool3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AvgPool3d(2).forward(zeros([1, 4, 8, 16, 16])).shape); // [ 1, 4, 4, 8, 8 ]
 * ```
 */
export class AvgPool3d extends DividingAvgPool {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AvgPool3d.forward', arguments, ['input']);
    return avgPool3d(input, this.kernelSize, this.options());
  }
}
