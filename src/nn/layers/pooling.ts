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
import { checkNormType, type LPPoolOptions, lpPool1d, lpPool2d, lpPool3d } from '../functional/lpPooling.js';
import { type MaxPooled, type MaxPoolOptions, maxPool1d, maxPool2d, maxPool3d } from '../functional/maxPooling.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';

/** What max pooling layers have in common. */
abstract class MaxPool<Indices extends boolean> extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly dilation: Size;
  readonly returnIndices: Indices;
  readonly ceilMode: boolean;

  /**
   * @param kernelSize size of the window, one number or one for each dimension
   * @param stride step from window to window; the kernel size when absent
   */
  constructor(kernelSize: Size, stride?: Size | null, options: MaxPoolOptions<Indices> = {}) {
    super();
    const { padding, dilation, returnIndices, ceilMode } = readOptions(
      new.target.name,
      options as MaxPoolOptions<boolean>,
      { padding: 0, dilation: 1, returnIndices: false, ceilMode: false },
    );
    this.kernelSize = kernelSize;
    this.stride = stride ?? kernelSize;
    this.padding = padding;
    this.dilation = dilation;
    this.returnIndices = returnIndices as Indices;
    this.ceilMode = ceilMode;
  }

  protected options(): MaxPoolOptions<Indices> {
    const { padding, dilation, returnIndices, ceilMode } = this;
    return { padding, dilation, returnIndices, ceilMode };
  }

  /** Returns the output, or with `returnIndices` [output, indices]. */
  abstract override forward(input: Tensor): MaxPooled<Indices>;

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return formatSettings({ kernel_size: kernelSize, stride, padding, dilation, ceil_mode: ceilMode });
  }
}

/** The largest element of each window of [N, C, L] or [C, L] (`torch.nn.MaxPool1d`). */
export class MaxPool1d<Indices extends boolean = false> extends MaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    return maxPool1d(input, this.kernelSize, this.stride, this.options());
  }
}

/** The largest element of each window of [N, C, H, W] or [C, H, W] (`torch.nn.MaxPool2d`). */
export class MaxPool2d<Indices extends boolean = false> extends MaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    return maxPool2d(input, this.kernelSize, this.stride, this.options());
  }
}

/** The largest element of each window of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.MaxPool3d`). */
export class MaxPool3d<Indices extends boolean = false> extends MaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    return maxPool3d(input, this.kernelSize, this.stride, this.options());
  }
}

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

/** What power-average pooling layers have in common. */
abstract class LPPool extends Module {
  readonly normType: number;
  readonly kernelSize: Size;
  /** `null` for the kernel size. */
  readonly stride: Size | null;
  readonly ceilMode: boolean;

  /**
   * @param normType the power p, not 0; ±Infinity takes the largest or the smallest size
   * @param kernelSize size of the window, one number or one for each dimension
   * @param stride step from window to window; the kernel size when absent
   * @throws ArgumentError for p = 0
   */
  constructor(normType: number, kernelSize: Size, stride: Size | null = null, options: LPPoolOptions = {}) {
    super();
    const { ceilMode } = readOptions(new.target.name, options, { ceilMode: false });
    this.normType = checkNormType(normType);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.ceilMode = ceilMode;
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    const { normType, kernelSize, stride, ceilMode } = this;
    return formatSettings({ norm_type: normType, kernel_size: kernelSize, stride, ceil_mode: ceilMode });
  }
}

/** (Σ xᵖ)^(1/p) of each window of [N, C, L] or [C, L] (`torch.nn.LPPool1d`). */
export class LPPool1d extends LPPool {
  override forward(input: Tensor): Tensor {
    return lpPool1d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

/** (Σ xᵖ)^(1/p) of each window of [N, C, H, W] or [C, H, W] (`torch.nn.LPPool2d`). */
export class LPPool2d extends LPPool {
  override forward(input: Tensor): Tensor {
    return lpPool2d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

/** (Σ xᵖ)^(1/p) of each window of [N, C, D, H, W] or [C, D, H, W] (`torch.nn.LPPool3d`). */
export class LPPool3d extends LPPool {
  override forward(input: Tensor): Tensor {
    return lpPool3d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}
