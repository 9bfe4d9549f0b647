import { ArgumentError, ShapeError } from '../../errors.js';
import { addConvolution, addFilterGradient, addImageGradient } from '../../kernels/image/convolution.js';
import { readOptions } from '../../readOptions.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { sizePerDimension } from '../checkSize.js';
import { checkTensors } from './checkTensors.js';
import {
  checkBias,
  checkDtypes,
  checkWeight,
  filled,
  floatsOf,
  planConvolution,
  recordConvolution,
} from './convolution.js';
import { reachOf, readImages, type Size, threeSizes, windowsOver } from './windows.js';

/** Options of {@link convTranspose1d}, {@link convTranspose2d} and {@link convTranspose3d}. */
export interface TransposedConvolutionOptions {
  /** Distance that neighbours of the input have in the output; 1 when absent. */
  stride?: Size | undefined;
  /** Rows and columns taken off each side of the output; 0 when absent. */
  padding?: Size | undefined;
  /** Rows and columns added at the far sides of the output, fewer than stride or dilation; 0 when absent. */
  outputPadding?: Size | undefined;
  /** Groups of channels that do not see each other; 1 when absent. */
  groups?: number | undefined;
  /** Distance between the kernel's elements; 1 when absent. */
  dilation?: Size | undefined;
}

/**
 * One-dimensional transposed convolution (`torch.nn.functional.conv_transpose1d`).
 * @param input [N, C, L] or [C, L]
 * @param weight [C, out / groups, kernel]
 * @param bias [out]
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError for mixed dtypes
 */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: TransposedConvolutionOptions = {},
): Tensor {
  return convolveTransposed('conv_transpose1d', 1, input, weight, bias, options);
}

/**
 * Two-dimensional transposed convolution (`torch.nn.functional.conv_transpose2d`).
 * @param input [N, C, H, W] or [C, H, W]
 * @param weight [C, out / groups, kernelHeight, kernelWidth]
 * @param bias [out]
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError for mixed dtypes
 */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: TransposedConvolutionOptions = {},
): Tensor {
  return convolveTransposed('conv_transpose2d', 2, input, weight, bias, options);
}

/**
 * Three-dimensional transposed convolution (`torch.nn.functional.conv_transpose3d`).
 * @param input [N, C, D, H, W] or [C, D, H, W]
 * @param weight [C, out / groups, kernelDepth, kernelHeight, kernelWidth]
 * @param bias [out]
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError for mixed dtypes
 */
export function convTranspose3d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: TransposedConvolutionOptions = {},
): Tensor {
  return convolveTransposed('conv_transpose3d', 3, input, weight, bias, options);
}

/** The gradient of a convolution by its image: its input is that convolution's output, and the other way round. */
function convolveTransposed(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: TransposedConvolutionOptions,
): Tensor {
  checkTensors(name, { input, weight }, { bias });
  const settings = readOptions(name, options, { stride: 1, padding: 0, outputPadding: 0, groups: 1, dilation: 1 });
  const { groups } = settings;
  const { batch, channels, spatial } = readImages(name, input.shape, dims);
  checkWeight(name, dims, weight, groups);
  const [inputs, perGroup, ...kernel] = weight.shape;
  const given = `Given transposed=1, weight of size ${formatShape(weight.shape)}`;
  if (channels !== inputs) {
    throw new ShapeError(
      `${given}, expected input${formatShape(input.shape)} to have ${inputs} channels, but got ${channels} channels instead`,
    );
  }
  const outputs = perGroup * groups;
  checkBias(given, bias, outputs);
  checkDtypes(name, input, weight, bias);
  const stride = sizePerDimension('stride', settings.stride, dims);
  const padding = sizePerDimension('padding', settings.padding, dims, 0);
  const dilation = sizePerDimension('dilation', settings.dilation, dims);
  const extra = sizePerDimension('outputPadding', settings.outputPadding, dims, 0);
  checkOutputPadding(extra, stride, dilation);
  const least = leastOutput(spatial, kernel, stride, padding, dilation);
  const size = least.map((length, d) => length + extra[d]);
  if (size.some((length) => length < 1)) {
    throw new ShapeError(
      `Given input size per channel: (${spatial.join(' x ')}). Calculated output size per channel: (${size.join(' x ')}). Output size is too small`,
    );
  }
  const { geometry } = windowsOver(size, { kernel, stride, padding, dilation });
  // With output padding of a stride or more there would be room for more windows than the input has elements.
  const windows = { geometry: { ...geometry, output: threeSizes(spatial, 1) }, output: spatial };
  const plan = planConvolution(batch, groups, weight.shape, size, windows);
  const output = filled(input.dtype, batch, outputs, numelOf(size), bias);
  addImageGradient(plan, output, floatsOf(weight), floatsOf(input));
  return recordConvolution(input, weight, bias, output, [outputs, ...size], {
    input: (gradient, sums) => addConvolution(plan, gradient, floatsOf(weight), sums),
    weight: (gradient, sums) => addFilterGradient(plan, gradient, sums, floatsOf(input)),
  });
}

/** Sizes of the output without output padding; all arguments are of the spatial dimensions. */
export function leastOutput(spatial: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape): number[] {
  const reach = reachOf(kernel, dilation);
  return spatial.map((size, d) => (size - 1) * stride[d] - 2 * padding[d] + reach[d]);
}

function checkOutputPadding(extra: Shape, stride: Shape, dilation: Shape): void {
  if (extra.every((size, d) => size < stride[d] || size < dilation[d])) return;
  throw new ArgumentError(
    `output padding must be smaller than either stride or dilation, but got output_padding: [${extra.join(', ')}], ` +
      `stride: [${stride.join(', ')}], dilation: [${dilation.join(', ')}]`,
  );
}
