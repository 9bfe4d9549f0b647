import { ArgumentError, describeValue } from '../../errors.js';
import { averagePool, spreadAverages } from '../../kernels/image/pooling.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { type AdaptiveSize, adaptiveWindows, backwardName, type Pooling, slidingWindows } from './poolWindows.js';
import type { Size } from './windows.js';

/** Options of {@link avgPool1d}. */
export interface AvgPool1dOptions {
  /** Zeros around the input, at most half the kernel; 0 when absent. */
  padding?: Size | undefined;
  /** Whether windows may reach over the far edge; false when absent. */
  ceilMode?: boolean | undefined;
  /** Whether the zeros of the padding count as elements; true when absent. */
  countIncludePad?: boolean | undefined;
}

/** Options of {@link avgPool2d} and {@link avgPool3d}. */
export interface AvgPoolOptions extends AvgPool1dOptions {
  /** Divides every window's sum in place of the number of its elements; an integer, not 0. */
  divisorOverride?: number | null | undefined;
}

/**
 * The mean of each window (`torch.nn.functional.avg_pool1d`).
 * @param input [N, C, L] or [C, L]
 * @param kernelSize size of the window
 * @param stride step from window to window; the kernel size when absent
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError unless the input is floating
 */
export function avgPool1d(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: AvgPool1dOptions = {},
): Tensor {
  return slide(1, input, kernelSize, stride, options);
}

/**
 * As {@link avgPool1d}, over [N, C, H, W] or [C, H, W] (`torch.nn.functional.avg_pool2d`).
 * @param kernelSize size of the window, one number or [height, width]
 */
export function avgPool2d(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: AvgPoolOptions = {},
): Tensor {
  return slide(2, input, kernelSize, stride, options);
}

/**
 * As {@link avgPool1d}, over [N, C, D, H, W] or [C, D, H, W] (`torch.nn.functional.avg_pool3d`, which
 * refuses inputs smaller than the kernel even where padding or `ceilMode` makes room).
 * @param kernelSize size of the window, one number or [depth, height, width]
 */
export function avgPool3d(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: AvgPoolOptions = {},
): Tensor {
  return slide(3, input, kernelSize, stride, options);
}

/**
 * The mean of each of `outputSize` parts (`torch.nn.functional.adaptive_avg_pool1d`).
 * @param input [N, C, L] or [C, L]
 * @param outputSize elements of the output
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError unless the input is floating
 */
export function adaptiveAvgPool1d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  return adapt(1, input, outputSize);
}

/**
 * As {@link adaptiveAvgPool1d}, over [N, C, H, W] or [C, H, W] (`torch.nn.functional.adaptive_avg_pool2d`).
 * @param outputSize one number or [height, width], where `null` stands for the input's size
 */
export function adaptiveAvgPool2d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  return adapt(2, input, outputSize);
}

/**
 * As {@link adaptiveAvgPool1d}, over [N, C, D, H, W] or [C, D, H, W] (`torch.nn.functional.adaptive_avg_pool3d`).
 * @param outputSize one number or [depth, height, width], where `null` stands for the input's size
 */
export function adaptiveAvgPool3d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  return adapt(3, input, outputSize);
}

function slide(dims: number, input: Tensor, kernel: Size, stride: Size, options: AvgPoolOptions): Tensor {
  const name = `avg_pool${dims}d`;
  const { padding, ceilMode, countIncludePad, divisorOverride } = readOptions(name, options, {
    padding: 0,
    ceilMode: false,
    countIncludePad: true,
    divisorOverride: null,
  });
  if (divisorOverride !== null && (!Number.isSafeInteger(divisorOverride) || divisorOverride === 0)) {
    throw new ArgumentError(
      `${name}: divisor must be not zero, and an integer, found ${describeValue(divisorOverride)}`,
    );
  }
  const settings = { kernel, stride, padding, ceilMode, countPadding: countIncludePad };
  const pooling = slidingWindows(name, dims, input, settings);
  return meansOf(backwardName(dims, 'AvgPool_'), input, pooling, divisorOverride);
}

function adapt(dims: number, input: Tensor, outputSize: AdaptiveSize): Tensor {
  const pooling = adaptiveWindows(`adaptive_avg_pool${dims}d`, dims, input, outputSize);
  return meansOf(backwardName(dims, 'AdaptiveAvgPool_'), input, pooling, null);
}

function meansOf(name: string, input: Tensor, { axes, outputShape }: Pooling, divisor: number | null): Tensor {
  const { dtype, shape, numel } = input;
  const values = createNumbers(dtype, numelOf(outputShape)) as Floats;
  averagePool(numbersOf(input) as Floats, axes, values, divisor);
  return record(name, [input], denseOf(values, outputShape, dtype), (g) => {
    const gradient = createNumbers(dtype, numel) as Floats;
    spreadAverages(numbersOf(g) as Floats, axes, gradient, divisor);
    return [denseOf(gradient, shape, dtype)];
  });
}
