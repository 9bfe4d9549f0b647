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
import { readImages, type Size, type Windows, windowsOver } from './windows.js';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export interface ConvolutionOptions {
  /** Step of the kernel; 1 when absent. */
  stride?: Size | undefined;
  /** Zeros around the input, `'same'` for as many as keep its size, `'valid'` for none; 0 when absent. */
  padding?: Size | 'same' | 'valid' | undefined;
  /** Distance between the kernel's elements; 1 when absent. */
  dilation?: Size | undefined;
  /** Groups of channels that do not see each other; 1 when absent. */
  groups?: number | undefined;
}

/**
 * One-dimensional cross-correlation (`torch.nn.functional.conv1d`).
 * @param input [N, C, L] or [C, L]
 * @param weight [out, C / groups, kernel]
 * @param bias [out]
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError for mixed dtypes
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
 * Two-dimensional cross-correlation (`torch.nn.functional.conv2d`).
 * @param input [N, C, H, W] or [C, H, W]
 * @param weight [out, C / groups, kernelHeight, kernelWidth]
 * @param bias [out]
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError for mixed dtypes
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
 * Three-dimensional cross-correlation (`torch.nn.functional.conv3d`).
 * @param input [N, C, D, H, W] or [C, D, H, W]
 * @param weight [out, C / groups, kernelDepth, kernelHeight, kernelWidth]
 * @param bias [out]
 * @throws ShapeError or ArgumentError where the sizes do not fit · DTypeError for mixed dtypes
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

/** Adds a gradient of one operand to `sums`, given that of the output. */
type AddGradient = (gradient: Floats, sums: Floats) => void;

/**
 * The output as a tensor, recorded; also that of a transposed convolution.
 * @param shape of the output of one image
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
 * A convolution's way over its images.
 * @param weight [out, channels / groups, …kernel], also that of the convolution behind a transposed one
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

/** An output that starts as the bias of each channel, or as zeros. */
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

/** The sum of each channel over all images: the gradient of a bias. */
function channelSums(gradient: Floats, channels: number, channelSize: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let c = 0, at = 0; at < gradient.length; c = c + 1 === channels ? 0 : c + 1) {
    let sum = 0;
    for (const end = at + channelSize; at < end; at++) sum += gradient[at];
    sums[c] += sum;
  }
  return sums;
}

/** The elements of a floating dtype as numbers. */
export function floatsOf(dense: Dense): Floats {
  return numbersOf(dense) as Floats;
}

/** Refuses a weight of other dimensions, and one that the groups do not divide. */
export function checkWeight(name: string, dims: number, weight: Tensor, groups: number): void {
  if (weight.ndim !== dims + 2) {
    throw new ShapeError(`${name} takes a weight of ${dims + 2} dimensions, found ${formatShape(weight.shape)}`);
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
 * Refuses a bias that has not one element for each output channel.
 * @param given what the message starts with
 */
export function checkBias(given: string, bias: Tensor | null, outputs: number): void {
  if (bias && (bias.ndim !== 1 || bias.numel !== outputs)) {
    throw new ShapeError(
      `${given}, expected bias to be 1-dimensional with ${outputs} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    );
  }
}

/** PyTorch's words for operands of different dtypes, and for dtypes without fractions. */
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
