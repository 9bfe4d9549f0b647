import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { sizePerDimension } from '../checkSize.js';
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

/** The defaults of {@link AvgPool1d}'s options. */
const AVERAGE_DEFAULTS = { padding: 0, ceilMode: false, countIncludePad: true } as const;

/** What average pooling layers have in common. */
abstract class AvgPool extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  /**
   * @param kernelSize size of the window, one number or one for each dimension
   * @param stride step from window to window; the kernel size when absent
   */
  constructor(kernelSize: Size, stride?: Size | null, options: AvgPool1dOptions = {}) {
    super();
    const { padding, ceilMode, countIncludePad } = readOptions(new.target.name, options, AVERAGE_DEFAULTS);
    this.kernelSize = kernelSize;
    this.stride = stride ?? kernelSize;
    this.padding = padding;
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
  }

  protected options(): AvgPool1dOptions {
    const { padding, ceilMode, countIncludePad } = this;
    return { padding, ceilMode, countIncludePad };
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    return formatSettings({ kernel_size: this.kernelSize, stride: this.stride, padding: this.padding });
  }
}

/** The mean of each window of [N, C, L] or [C, L] (`torch.nn.AvgPool1d`). */
export class AvgPool1d extends AvgPool {
  override forward(input: Tensor): Tensor {
    return avgPool1d(input, this.kernelSize, this.stride, this.options());
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

/** What {@link AvgPool2d} and {@link AvgPool3d} have in common. */
abstract class DividingAvgPool extends AvgPool {
  readonly divisorOverride: number | null;

  constructor(kernelSize: Size, stride?: Size | null, options: AvgPoolOptions = {}) {
    const { divisorOverride, ...others } = readOptions(new.target.name, options, {
      ...AVERAGE_DEFAULTS,
      divisorOverride: null,
    });
    super(kernelSize, stride, others);
    this.divisorOverride = divisorOverride;
  }

  protected override options(): AvgPoolOptions {
    return { ...super.options(), divisorOverride: this.divisorOverride };
  }
}

/** The mean of each window of [N, C, H, W] or [C, H, W] (`torch.nn.AvgPool2d`). */
export class AvgPool2d extends DividingAvgPool {
  override forward(input: Tensor): Tensor {
    return avgPool2d(input, this.kernelSize, this.stride, this.options());
  }
}

/** The mean of each window of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.AvgPool3d`). */
export class AvgPool3d extends DividingAvgPool {
  override forward(input: Tensor): Tensor {
    return avgPool3d(input, this.kernelSize, this.stride, this.options());
  }
}
