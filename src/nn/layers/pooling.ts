import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { maxPool2d } from '../functional/pooling.js';
import { Module } from '../Module.js';

/** Options of {@link MaxPool2d}. */
export interface MaxPoolOptions {
  /** Rows and columns of −∞ around the input, at most half the kernel; 0 when absent. */
  padding?: number | readonly number[] | undefined;
  /** Distance between the elements of a window; 1 when absent. */
  dilation?: number | readonly number[] | undefined;
  /** Whether windows may reach over the far edge; false when absent. */
  ceilMode?: boolean | undefined;
}

/**
 * The largest element of each window (`torch.nn.MaxPool2d`).
 * @param kernelSize size of the window, one number or [height, width]
 * @param stride step from window to window; the kernel size when absent
 */
export class MaxPool2d extends Module {
  readonly kernelSize: number | readonly number[];
  readonly stride: number | readonly number[];
  readonly padding: number | readonly number[];
  readonly dilation: number | readonly number[];
  readonly ceilMode: boolean;

  constructor(
    kernelSize: number | readonly number[],
    stride: number | readonly number[] = kernelSize,
    { padding = 0, dilation = 1, ceilMode = false }: MaxPoolOptions = {},
  ) {
    super();
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.ceilMode = ceilMode;
  }

  /** @param input [N, C, H, W] or [C, H, W] */
  override forward(input: Tensor): Tensor {
    const { padding, dilation, ceilMode } = this;
    return maxPool2d(input, this.kernelSize, this.stride, { padding, dilation, ceilMode });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return formatSettings({ kernel_size: kernelSize, stride, padding, dilation, ceil_mode: ceilMode });
  }
}
