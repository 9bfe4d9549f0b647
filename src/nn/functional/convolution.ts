import { ArgumentError, DTypeError, describeValue, ShapeError } from '../../errors.js';
import {
  addConvolution,
  addFilterGradient,
  addImageGradient,
  type ConvolutionPlan,
} from '../../kernels/image/convolution.js';
import { buildWindowMap } from '../../kernels/image/windowMap.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { checkTensors } from './checkTensors.js';
import { floatsOf } from './floatsOf.js';
import { readImages, type Size, type Windows, windowsOver } from './windows.js';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export interface ConvolutionOptions {
  /** Step of the kernel, ≥ 1. Default: 1. */
  stride?: Size | undefined;
  /**
   * Zeros on each side of the input, ≥ 0. `'same'` keeps the size of the input and requires stride 1; `'valid'` adds no
   * zeros. Default: 0.
   */
  padding?: Size | 'same' | 'valid' | undefined;
  /** Distance between neighbouring elements of the kernel, ≥ 1. Default: 1. */
  dilation?: Size | undefined;
  /** Number of groups, ≥ 1. Each group of output channels sees one group of input channels only. Default: 1. */
  groups?: number | undefined;
}

/**
 * A one-dimensional cross-correlation (`torch.nn.functional.conv1d`).
 * @param input `[N, C, L]` or `[C, L]`
 * @param weight `[out, C / groups, length]`
 * @param bias `[out]`, or null. Default: null.
 * @param options `stride`, `padding`, `dilation`, `groups`; see {@link ConvolutionOptions}.
 * @returns `[N, out, L_out]` or `[out, L_out]`, where L_out = ⌊(L + 2·padding − dilation·(length − 1) − 1) / stride⌋ +
 *   1
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return convolve('conv1d', 1, input, weight, bias, options);
}

/**
 * A two-dimensional cross-correlation (`torch.nn.functional.conv2d`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param weight `[out, C / groups, height, width]`
 * @param bias `[out]`, or null. Default: null.
 * @param options `stride`, `padding`, `dilation`, `groups`; see {@link ConvolutionOptions}.
 * @returns `[N, out, H_out, W_out]` or `[out, H_out, W_out]`; each size is computed as in {@link conv1d}.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * const [input, weight] = [zeros([1, 3, 32, 32]), zeros([6, 3, 5, 5])];
 * console.log(F.conv2d(input, weight, null, { padding: 'same' }).shape); // [ 1, 6, 32, 32 ]
 * ```
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return convolve('conv2d', 2, input, weight, bias, options);
}

/**
 * A three-dimensional cross-correlation (`torch.nn.functional.conv3d`).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param weight `[out, C / groups, depth, height, width]`
 * @param bias `[out]`, or null. Default: null.
 * @param options `stride`, `padding`, `dilation`, `groups`; see {@link ConvolutionOptions}.
 * @returns `[N, out, D_out, H_out, W_out]` or `[out, D_out, H_out, W_out]`; each size is computed as in {@link conv1d}.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function conv3d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return convolve('conv3d', 3, input, weight, bias, options);
}

function convolve(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
): Tensor {
  checkTensors(name, { input, weight }, { bias });
  const { stride, padding, dilation, groups } = readOptions(name, options, {
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: 1,
  });
  const { batch, channels, spatial } = readImages(name, input.shape, dims);
  checkWeight(name, dims, weight, groups);
  const [outputs, perGroup, ...kernel] = weight.shape;
  if (channels !== perGroup * groups) {
    throw new ShapeError(
      `Given groups=${groups}, weight of size ${formatShape(weight.shape)}, expected input${formatShape(input.shape)} ` +
        `to have ${perGroup * groups} channels, but got ${channels} channels instead`,
    );
  }
  checkBias(`Given weight of size ${formatShape(weight.shape)}`, bias, outputs);
  checkDtypes(name, input, weight, bias);
  const windows = windowsOver(spatial, { kernel, stride, padding, dilation });
  const plan = planConvolution(batch, groups, weight.shape, spatial, windows);
  const output = filled(input.dtype, batch, outputs, plan.positions, bias);
  addConvolution(plan, floatsOf(input), floatsOf(weight), output);
  return recordConvolution(input, weight, bias, output, [outputs, ...windows.output], {
    input: (gradient, sums) => addImageGradient(plan, sums, floatsOf(weight), gradient),
    weight: (gradient, sums) => addFilterGradient(plan, floatsOf(input), sums, gradient),
  });
}

/** Adds a gradient of one operand to `sums`, given the gradient of the output. */
type AddGradient = (gradient: Floats, sums: Floats) => void;

/**
 * Records the output of a convolution or of a transposed convolution as a tensor.
 * @param shape Shape of the output of one image.
 */
export function recordConvolution(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  output: Floats,
  shape: Shape,
  add: { readonly input: AddGradient; readonly weight: AddGradient },
): Tensor {
  const { dtype } = input;
  const gradientOf = (operand: Tensor, gradient: Floats, addTo: AddGradient): Dense | null => {
    if (!operand.requiresGrad) return null;
    const sums = createNumbers(dtype, operand.numel) as Floats;
    addTo(gradient, sums);
    return denseOf(sums, operand.shape, dtype);
  };
  const value = denseOf(output, [...input.shape.slice(0, -shape.length), ...shape], dtype);
  return record('ConvolutionBackward0', bias ? [input, weight, bias] : [input, weight], value, (g) => {
    const gradient = floatsOf(g);
    return [
      gradientOf(input, gradient, add.input),
      gradientOf(weight, gradient, add.weight),
      bias?.requiresGrad ? denseOf(channelSums(gradient, shape[0], numelOf(shape.slice(1))), bias.shape, dtype) : null,
    ];
  });
}

/**
 * Plans how a convolution moves over its images.
 * @param weight `[out, channels / groups, …kernel]`; for a transposed convolution the weight of the convolution that it
 *   transposes.
 */
export function planConvolution(
  batch: number,
  groups: number,
  weight: Shape,
  spatial: Shape,
  { geometry, output }: Windows,
): ConvolutionPlan {
  const [outputs, channels, ...kernel] = weight;
  const isOne = (sizes: Shape) => sizes.every((size) => size === 1);
  const seesItself = isOne(kernel) && isOne(geometry.stride) && geometry.padding.every((size) => size === 0);
  return {
    batch,
    groups,
    channels,
    rows: outputs / groups,
    depth: channels * numelOf(kernel),
    positions: numelOf(output),
    imageSize: channels * numelOf(spatial),
    windows: seesItself ? null : buildWindowMap(geometry),
  };
}

/** Creates an output that starts as the bias of each channel, or as zeros. */
export function filled(
  dtype: Tensor['dtype'],
  batch: number,
  channels: number,
  channelSize: number,
  bias: Tensor | null,
): Floats {
  const output = createNumbers(dtype, batch * channels * channelSize) as Floats;
  if (bias === null) return output;
  const values = numbersOf(bias);
  for (let c = 0, at = 0; at < output.length; c++, at += channelSize) {
    output.fill(values[c % channels], at, at + channelSize);
  }
  return output;
}

/** The sum of each channel over all images, which is the gradient of a bias. */
function channelSums(gradient: Floats, channels: number, channelSize: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let c = 0, at = 0; at < gradient.length; c = c + 1 === channels ? 0 : c + 1) {
    let sum = 0;
    for (const end = at + channelSize; at < end; at++) sum += gradient[at];
    sums[c] += sum;
  }
  return sums;
}

/**
 * Checks the weight and the groups of a convolution.
 * @throws ShapeError if the weight has another number of dimensions, or if the groups do not divide its outputs.
 * @throws ArgumentError if `groups` is not an integer ≥ 1.
 */
export function checkWeight(name: string, dims: number, weight: Tensor, groups: number): void {
  if (weight.ndim !== dims + 2) {
    throw new ShapeError(`${name} expects a weight of ${dims + 2} dimensions, found ${formatShape(weight.shape)}`);
  }
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError(`non-positive groups is not supported: ${describeValue(groups)}`);
  }
  if (weight.shape[0] % groups !== 0 || weight.shape[0] === 0) {
    throw new ShapeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0 and to be divisible by ${groups} at ` +
        `dimension 0, but got weight of size ${formatShape(weight.shape)} instead`,
    );
  }
}

/**
 * Checks the bias of a convolution.
 * @param given Start of the message.
 * @throws ShapeError if the bias does not have one element for each output channel.
 */
export function checkBias(given: string, bias: Tensor | null, outputs: number): void {
  if (bias && (bias.ndim !== 1 || bias.numel !== outputs)) {
    throw new ShapeError(
      `${given}, expected bias to be 1-dimensional with ${outputs} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    );
  }
}

/**
 * Checks that the operands of a convolution have the same floating dtype.
 * @throws DTypeError in PyTorch's words.
 */
export function checkDtypes(name: string, input: Tensor, weight: Tensor, bias: Tensor | null): void {
  if (input.dtype !== weight.dtype) {
    throw new DTypeError(`Input type (${input.dtype}) and weight type (${weight.dtype}) should be the same`);
  }
  if (bias && bias.dtype !== input.dtype) {
    throw new DTypeError(`Input type (${input.dtype}) and bias type (${bias.dtype}) should be the same`);
  }
  if (!isFloatDType(input.dtype)) {
    throw new DTypeError(`"${name}" not implemented for '${input.dtype}': expected a floating dtype`);
  }
}
