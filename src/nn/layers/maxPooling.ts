import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
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
