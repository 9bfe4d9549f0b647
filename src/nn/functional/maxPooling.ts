import { maxPool, scatterToIndices } from '../../kernels/image/pooling.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import { isGradEnabled } from '../../tensor/Tape.js';
import { record, Tensor } from '../../tensor/Tensor.js';
import { type AdaptiveSize, adaptiveWindows, backwardName, type Pooling, slidingWindows } from './poolWindows.js';
import type { Size } from './windows.js';

/** Options of the max pooling functions. */
export interface MaxPoolOptions<Indices extends boolean = false> {
  /** Elements of −∞ around the input, at most half the kernel; 0 when absent. */
  padding?: Size | undefined;
  /** Distance between the elements of a window; 1 when absent. */
  dilation?: Size | undefined;
  /** Whether windows may reach over the far edge; false when absent. */
  ceilMode?: boolean | undefined;
  /** Whether the places of the largest elements are returned as well; false when absent. */
  returnIndices?: Indices | undefined;
}

/** The largest elements; with indices, these and where they stand in their image's channel, counted row-major. */
export type MaxPooled<Indices extends boolean> = Indices extends true
  ? [output: Tensor, indices: Tensor<'int64'>]
  : Tensor;

/**
 * The largest element of each window (`torch.nn.functional.max_pool1d`). NaN is larger than everything; the gradient goes
 * to the first of equals.
 * @param input [N, C, L] or [C, L]
 * @param kernelSize size of the window
 * @param stride step from window to window; the kernel size when absent
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError unless the input is floating
 */
export function maxPool1d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: MaxPoolOptions<Indices> = {},
): MaxPooled<Indices> {
  return slide(1, input, kernelSize, stride, options);
}

/**
 * As {@link maxPool1d}, over [N, C, H, W] or [C, H, W] (`torch.nn.functional.max_pool2d`).
 * @param kernelSize size of the window, one number or [height, width]
 */
export function maxPool2d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: MaxPoolOptions<Indices> = {},
): MaxPooled<Indices> {
  return slide(2, input, kernelSize, stride, options);
}

/**
 * As {@link maxPool1d}, over [N, C, D, H, W] or [C, D, H, W] (`torch.nn.functional.max_pool3d`).
 * @param kernelSize size of the window, one number or [depth, height, width]
 */
export function maxPool3d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: Size,
  stride: Size = kernelSize,
  options: MaxPoolOptions<Indices> = {},
): MaxPooled<Indices> {
  return slide(3, input, kernelSize, stride, options);
}

/** Options of the adaptive max pooling functions. */
export type AdaptiveMaxPoolOptions<Indices extends boolean = false> = Pick<MaxPoolOptions<Indices>, 'returnIndices'>;

/**
 * The largest element of each of `outputSize` parts (`torch.nn.functional.adaptive_max_pool1d`).
 * @param input [N, C, L] or [C, L]
 * @param outputSize elements of the output
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError unless the input is floating
 */
export function adaptiveMaxPool1d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices> = {},
): MaxPooled<Indices> {
  return adapt(1, input, outputSize, options);
}

/**
 * As {@link adaptiveMaxPool1d}, over [N, C, H, W] or [C, H, W] (`torch.nn.functional.adaptive_max_pool2d`).
 * @param outputSize one number or [height, width], where `null` stands for the input's size
 */
export function adaptiveMaxPool2d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices> = {},
): MaxPooled<Indices> {
  return adapt(2, input, outputSize, options);
}

/**
 * As {@link adaptiveMaxPool1d}, over [N, C, D, H, W] or [C, D, H, W] (`torch.nn.functional.adaptive_max_pool3d`).
 * @param outputSize one number or [depth, height, width], where `null` stands for the input's size
 */
export function adaptiveMaxPool3d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices> = {},
): MaxPooled<Indices> {
  return adapt(3, input, outputSize, options);
}

function slide<Indices extends boolean>(
  dims: number,
  input: Tensor,
  kernel: Size,
  stride: Size,
  options: MaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  const name = `max_pool${dims}d`;
  const { padding, dilation, ceilMode, returnIndices } = readOptions(name, options as MaxPoolOptions<boolean>, {
    padding: 0,
    dilation: 1,
    ceilMode: false,
    returnIndices: false,
  });
  const pooling = slidingWindows(name, dims, input, { kernel, stride, padding, dilation, ceilMode });
  return largestOf(backwardName(dims, 'MaxPool_WithIndices'), input, pooling, returnIndices);
}

function adapt<Indices extends boolean>(
  dims: number,
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices>,
): MaxPooled<Indices> {
  const name = `adaptive_max_pool${dims}d`;
  const { returnIndices } = readOptions(name, options as AdaptiveMaxPoolOptions<boolean>, { returnIndices: false });
  const pooling = adaptiveWindows(name, dims, input, outputSize);
  return largestOf(backwardName(dims, 'AdaptiveMaxPool_'), input, pooling, returnIndices);
}

function largestOf<Indices extends boolean>(
  name: string,
  input: Tensor,
  { axes, planes, outputShape }: Pooling,
  returnIndices: boolean,
): MaxPooled<Indices> {
  const { dtype, shape, numel } = input;
  const values = createNumbers(dtype, numelOf(outputShape)) as Floats;
  const keepsPlaces = returnIndices || (isGradEnabled() && input.requiresGrad);
  const places = new Int32Array(keepsPlaces ? values.length : 0);
  maxPool(numbersOf(input) as Floats, axes, values, places);
  const output = record(name, [input], denseOf(values, outputShape, dtype), (g) => {
    const gradient = createNumbers(dtype, numel) as Floats;
    scatterToIndices(numbersOf(g) as Floats, places, planes, gradient);
    return [denseOf(gradient, shape, dtype)];
  });
  const result = returnIndices ? [output, new Tensor(denseOf(places, outputShape, 'int64'))] : output;
  return result as MaxPooled<Indices>;
}
