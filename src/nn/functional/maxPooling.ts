import { maxPool, scatterToIndices } from '../../kernels/image/pooling.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { denseOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { isGradEnabled } from '../../tensor/Tape.js';
import { record, Tensor } from '../../tensor/Tensor.js';
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

/** Options of the max pooling functions. */
export interface MaxPoolOptions<Indices extends boolean = false> {
  /** Step from window to window, ≥ 1: one number, or one for each spatial dimension. Default: null (`kernelSize`). */
  stride?: Size | null | undefined;
  /** Elements of −∞ on each side of the input, ≥ 0 and at most half of the kernel size. Default: 0. */
  padding?: Size | undefined;
  /** Distance between neighbouring elements of a window, ≥ 1. Default: 1. */
  dilation?: Size | undefined;
  /** Whether windows may extend over the far edge. Default: false. */
  ceilMode?: boolean | undefined;
  /** Whether the indices of the largest elements are returned as well. Default: false. */
  returnIndices?: Indices | undefined;
}

const MAX_POOL: Signature<MaxPoolOptions<boolean>> = {
  required: ['input', 'kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, padding: 0, dilation: 1, ceilMode: false, returnIndices: false },
};

/**
 * The largest elements. With indices: the largest elements, and their row-major indices in the spatial dimensions of
 * the input.
 */
export type MaxPooled<Indices extends boolean> = Indices extends true
  ? [output: Tensor, indices: Tensor<'int64'>]
  : Tensor;

/**
 * The largest element of each window (`torch.nn.functional.max_pool1d`). NaN counts as the largest number; of equal
 * elements the first one gets the gradient.
 * @param input `[N, C, L]` or `[C, L]`
 * @param kernelSize Size of the window, ≥ 1: one number or `[length]`.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `padding`, `dilation`, `ceilMode`, `returnIndices`; see {@link MaxPoolOptions}.
 * @returns `[N, C, L_out]` or `[C, L_out]`; with `returnIndices` `[output, indices]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function maxPool1d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: Size,
  stride?: Size | null | MaxPoolOptions<Indices>,
  options?: MaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  return slide(1, input, kernelSize, readArguments('F.maxPool1d', arguments, MAX_POOL));
}

/**
 * The largest element of each window (`torch.nn.functional.max_pool2d`). NaN counts as the largest number; of equal
 * elements the first one gets the gradient.
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param kernelSize Size of the window, ≥ 1: one number or `[height, width]`.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `padding`, `dilation`, `ceilMode`, `returnIndices`; see {@link MaxPoolOptions}.
 * @returns `[N, C, H_out, W_out]` or `[C, H_out, W_out]`; with `returnIndices` `[output, indices]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.maxPool2d(zeros([1, 6, 28, 28]), 2).shape); // [ 1, 6, 14, 14 ]
 * ```
 */
export function maxPool2d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: Size,
  stride?: Size | null | MaxPoolOptions<Indices>,
  options?: MaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  return slide(2, input, kernelSize, readArguments('F.maxPool2d', arguments, MAX_POOL));
}

/**
 * The largest element of each window (`torch.nn.functional.max_pool3d`). NaN counts as the largest number; of equal
 * elements the first one gets the gradient.
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param kernelSize Size of the window, ≥ 1: one number or `[depth, height, width]`.
 * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
 *   Default: null, which means `kernelSize`.
 * @param options `stride`, `padding`, `dilation`, `ceilMode`, `returnIndices`; see {@link MaxPoolOptions}.
 * @returns `[N, C, D_out, H_out, W_out]` or `[C, D_out, H_out, W_out]`; with `returnIndices` `[output, indices]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function maxPool3d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: Size,
  stride?: Size | null | MaxPoolOptions<Indices>,
  options?: MaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  return slide(3, input, kernelSize, readArguments('F.maxPool3d', arguments, MAX_POOL));
}

/** Options of the adaptive max pooling functions. */
export type AdaptiveMaxPoolOptions<Indices extends boolean = false> = Pick<MaxPoolOptions<Indices>, 'returnIndices'>;

const ADAPTIVE_MAX_POOL: Signature<AdaptiveMaxPoolOptions<boolean>> = {
  required: ['input', 'outputSize'],
  defaults: { returnIndices: false },
};

/**
 * The largest element of each of `outputSize` parts (`torch.nn.functional.adaptive_max_pool1d`).
 * @param input `[N, C, L]` or `[C, L]`
 * @param outputSize Size of the output, ≥ 0: one number or `[length]`, where `null` means the size of the input.
 * @param options `returnIndices` (default: false): whether the indices of the largest elements are returned as well.
 * @returns `[N, C, outputSize]` or `[C, outputSize]`; with `returnIndices` `[output, indices]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function adaptiveMaxPool1d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options?: AdaptiveMaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  return adapt(1, input, outputSize, readArguments('F.adaptiveMaxPool1d', arguments, ADAPTIVE_MAX_POOL));
}

/**
 * The largest element of each part, where the parts form a grid of `outputSize`
 * (`torch.nn.functional.adaptive_max_pool2d`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param outputSize Sizes of the output, each ≥ 0: one number or `[height, width]`, where `null` means the size of the
 *   input.
 * @param options `returnIndices` (default: false): whether the indices of the largest elements are returned as well.
 * @returns `[N, C, height, width]` or `[C, height, width]`; with `returnIndices` `[output, indices]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function adaptiveMaxPool2d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options?: AdaptiveMaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  return adapt(2, input, outputSize, readArguments('F.adaptiveMaxPool2d', arguments, ADAPTIVE_MAX_POOL));
}

/**
 * The largest element of each part, where the parts form a grid of `outputSize`
 * (`torch.nn.functional.adaptive_max_pool3d`).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param outputSize Sizes of the output, each ≥ 0: one number or `[depth, height, width]`, where `null` means the size
 *   of the input.
 * @param options `returnIndices` (default: false): whether the indices of the largest elements are returned as well.
 * @returns `[N, C, depth, height, width]` or `[C, depth, height, width]`; with `returnIndices` `[output, indices]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtype is not floating.
 */
export function adaptiveMaxPool3d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options?: AdaptiveMaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  return adapt(3, input, outputSize, readArguments('F.adaptiveMaxPool3d', arguments, ADAPTIVE_MAX_POOL));
}

function slide<Indices extends boolean>(
  dims: number,
  input: Tensor,
  kernel: Size,
  options: ReadArguments<MaxPoolOptions<boolean>>,
): MaxPooled<Indices> {
  const name = `max_pool${dims}d`;
  const { padding, dilation, ceilMode, returnIndices } = options;
  const stride = options.stride ?? kernel;
  const pooling = slidingWindows(name, dims, input, { kernel, stride, padding, dilation, ceilMode });
  return largestOf(backwardName(dims, 'MaxPool_WithIndices'), input, pooling, returnIndices);
}

function adapt<Indices extends boolean>(
  dims: number,
  input: Tensor,
  outputSize: AdaptiveSize,
  { returnIndices }: ReadArguments<AdaptiveMaxPoolOptions<boolean>>,
): MaxPooled<Indices> {
  const name = `adaptive_max_pool${dims}d`;
  const pooling = adaptiveWindows(name, dims, input, outputSize);
  return largestOf(backwardName(dims, 'AdaptiveMaxPool_'), input, pooling, returnIndices);
}

function largestOf<Indices extends boolean>(
  name: string,
  input: Tensor,
  pooling: Pooling,
  returnIndices: boolean,
): MaxPooled<Indices> {
  const { axes, planes, outputShape } = pooling;
  const { dtype, shape, numel } = input;
  const values = createNumbers(dtype, numelOf(outputShape)) as Floats;
  const keepsIndices = returnIndices || (isGradEnabled() && input.requiresGrad);
  const indices = new Int32Array(keepsIndices ? values.length : 0);
  maxPool(floatsOf(input), axes, values, indices);
  const output = record(
    name,
    [input],
    denseOf(values, outputShape, dtype),
    (g) => {
      const gradient = createNumbers(dtype, numel) as Floats;
      scatterToIndices(floatsOf(g), indices, planes, gradient);
      return [denseOf(gradient, shape, dtype)];
    },
    poolingSettings('max_pool', pooling),
  );
  const result = returnIndices ? [output, new Tensor(denseOf(indices, outputShape, 'int64'))] : output;
  return result as MaxPooled<Indices>;
}
