import { ArgumentError, describeValue } from '../../errors.js';
import { averagePool, spreadAverages } from '../../kernels/image/pooling.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { denseOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { floatsOf } from './floatsOf.js';
import {
  type AdaptiveSize,
  adaptiveWindows,
  backwardName,
  type Pooling,
  poolingSettings,
  slidingWindows,
} from './poolWindows.js';
import type { Size } from './windows.js';

/** Options of {@link avgPool1d}. */
export interface AvgPool1dOptions {
  /** Step from window to window, ≥ 1: one number, or one for each spatial dimension. Default: null (`kernelSize`). */
  stride?: Size | null | undefined;
  /** Zeros on each side of the input, ≥ 0 and at most half of the kernel size. Default: 0. */
  padding?: Size | undefined;
  /** Whether windows may extend over the far edge. Default: false. */
  ceilMode?: boolean | undefined;
  /** Whether the zeros of the padding count as elements. Default: true. */
  countIncludePad?: boolean | undefined;
}

/** Options of {@link avgPool2d} and {@link avgPool3d}. */
export interface AvgPoolOptions extends AvgPool1dOptions {
  /**
   * An integer other than 0, which divides the sum of every window in place of its number of elements. Default: null.
   */
  divisorOverride?: number | null | undefined;
}

const AVG_POOL_1D: Signature<AvgPool1dOptions> = {
  required: ['input', 'kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, padding: 0, ceilMode: false, countIncludePad: true },
};
const AVG_POOL: Signature<AvgPoolOptions> = {
  required: ['input', 'kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, padding: 0, ceilMode: false, countIncludePad: true, divisorOverride: null },
};
const ADAPTIVE_AVG_POOL: Signature<object> = { required: ['input', 'outputSize'], defaults: {} };

/**
 * The mean of each window (`torch.nn.functional.avg_pool1d`).
 * @param input `[N, C, L]` or `[C, L]`
 * @param kernelSize Size of the window, ≥ 1: one number or `[length]`.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `padding`, `ceilMode`, `countIncludePad`; see {@link AvgPool1dOptions}.
 * @returns `[N, C, L_out]` or `[C, L_out]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function avgPool1d(
  input: Tensor,
  kernelSize: Size,
  stride?: Size | null | AvgPool1dOptions,
  options?: AvgPool1dOptions,
): Tensor {
  return slide(1, input, kernelSize, {
    ...readArguments('F.avgPool1d', arguments, AVG_POOL_1D),
    divisorOverride: null,
  });
}

/**
 * The mean of each window (`torch.nn.functional.avg_pool2d`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param kernelSize Size of the window, ≥ 1: one number or `[height, width]`.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `padding`, `ceilMode`, `countIncludePad`, `divisorOverride`; see {@link AvgPoolOptions}.
 * @returns `[N, C, H_out, W_out]` or `[C, H_out, W_out]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.avgPool2d(zeros([1, 6, 28, 28]), 3, 2, { padding: 1 }).shape); // [ 1, 6, 14, 14 ]
 * ```
 */
export function avgPool2d(
  input: Tensor,
  kernelSize: Size,
  stride?: Size | null | AvgPoolOptions,
  options?: AvgPoolOptions,
): Tensor {
  return slide(2, input, kernelSize, readArguments('F.avgPool2d', arguments, AVG_POOL));
}

/**
 * The mean of each window (`torch.nn.functional.avg_pool3d`).
 *
 * PyTorch refuses inputs that are smaller than the kernel, even if padding or `ceilMode` makes them large enough. This
 * function accepts them.
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param kernelSize Size of the window, ≥ 1: one number or `[depth, height, width]`.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `padding`, `ceilMode`, `countIncludePad`, `divisorOverride`; see {@link AvgPoolOptions}.
 * @returns `[N, C, D_out, H_out, W_out]` or `[C, D_out, H_out, W_out]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function avgPool3d(
  input: Tensor,
  kernelSize: Size,
  stride?: Size | null | AvgPoolOptions,
  options?: AvgPoolOptions,
): Tensor {
  return slide(3, input, kernelSize, readArguments('F.avgPool3d', arguments, AVG_POOL));
}

/**
 * The mean of each of `outputSize` parts (`torch.nn.functional.adaptive_avg_pool1d`).
 * @param input `[N, C, L]` or `[C, L]`
 * @param outputSize Size of the output, ≥ 0: one number or `[length]`, where `null` means the size of the input.
 * @returns `[N, C, outputSize]` or `[C, outputSize]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function adaptiveAvgPool1d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  readArguments('F.adaptiveAvgPool1d', arguments, ADAPTIVE_AVG_POOL);
  return adapt(1, input, outputSize);
}

/**
 * The mean of each part, where the parts form a grid of `outputSize` (`torch.nn.functional.adaptive_avg_pool2d`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param outputSize Sizes of the output, each ≥ 0: one number or `[height, width]`, where `null` means the size of the
 *   input.
 * @returns `[N, C, height, width]` or `[C, height, width]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.adaptiveAvgPool2d(zeros([1, 64, 10, 9]), [7, null]).shape); // [ 1, 64, 7, 9 ]
 * ```
 */
export function adaptiveAvgPool2d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  readArguments('F.adaptiveAvgPool2d', arguments, ADAPTIVE_AVG_POOL);
  return adapt(2, input, outputSize);
}

/**
 * The mean of each part, where the parts form a grid of `outputSize` (`torch.nn.functional.adaptive_avg_pool3d`).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param outputSize Sizes of the output, each ≥ 0: one number or `[depth, height, width]`, where `null` means the size
 *   of the input.
 * @returns `[N, C, depth, height, width]` or `[C, depth, height, width]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function adaptiveAvgPool3d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  readArguments('F.adaptiveAvgPool3d', arguments, ADAPTIVE_AVG_POOL);
  return adapt(3, input, outputSize);
}

function slide(dims: number, input: Tensor, kernel: Size, options: ReadArguments<AvgPoolOptions>): Tensor {
  const name = `avg_pool${dims}d`;
  const { padding, ceilMode, countIncludePad, divisorOverride } = options;
  const stride = options.stride ?? kernel;
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

function meansOf(name: string, input: Tensor, pooling: Pooling, divisor: number | null): Tensor {
  const { axes, outputShape } = pooling;
  const { dtype, shape, numel } = input;
  const values = createNumbers(dtype, numelOf(outputShape)) as Floats;
  averagePool(floatsOf(input), axes, values, divisor);
  return record(
    name,
    [input],
    denseOf(values, outputShape, dtype),
    (g) => {
      const gradient = createNumbers(dtype, numel) as Floats;
      spreadAverages(floatsOf(g), axes, gradient, divisor);
      return [denseOf(gradient, shape, dtype)];
    },
    poolingSettings('avg_pool', pooling),
  );
}
