import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { buildWindowMap, gatherWindows, scatterWindows, type WindowMap } from '../../kernels/im2col.js';
import { multiplyMatrices, rowMajor, transposeOf } from '../../kernels/matmul.js';
import { createNumbers } from '../../kernels/numbers.js';
import { type Dense, denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { record, type Tensor } from '../../tensor/Tensor.js';
import { readImages, type Size, windowsOver } from './windows.js';

/** Options of {@link conv2d}. */
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

type Floats = Float32Array | Float64Array;

/** One convolution, checked: sizes of its matrices and where its windows lie. */
interface Plan {
  readonly batch: number;
  readonly groups: number;
  /** Output channels of a group. */
  readonly rows: number;
  /** Input channels of a group times the kernel's elements. */
  readonly depth: number;
  /** Output positions. */
  readonly positions: number;
  /** Elements of one group of one image. */
  readonly imageSize: number;
  /** Where the windows of a group lie; `null` where each position sees one element, its own. */
  readonly windows: WindowMap | null;
  readonly outputShape: Shape;
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

function convolve(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
): Tensor {
  const plan = planConvolution(name, dims, input, weight, bias, options);
  const output = forward(
    plan,
    numbersOf(input) as Floats,
    numbersOf(weight) as Floats,
    bias && (numbersOf(bias) as Floats),
  );
  const value = denseOf(output, plan.outputShape, input.dtype);
  const wants = { input: input.requiresGrad, weight: weight.requiresGrad, bias: bias?.requiresGrad ?? false };
  const inputs = bias ? [input, weight, bias] : [input, weight];
  return record('ConvolutionBackward0', inputs, value, (g) => {
    const gradient = numbersOf(g) as Floats;
    return [
      wants.input ? gradientOfInput(plan, gradient, input, weight) : null,
      wants.weight ? gradientOfWeight(plan, gradient, input, weight) : null,
      bias && wants.bias ? gradientOfBias(plan, gradient, bias) : null,
    ];
  });
}

function planConvolution(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvolutionOptions,
): Plan {
  const { batch, channels, spatial } = readImages(name, input.shape, dims);
  const [out, perGroup, ...kernel] = weight.shape;
  if (kernel.length !== dims) {
    throw new ShapeError(`${name} takes a weight of ${dims + 2} dimensions, found ${formatShape(weight.shape)}`);
  }
  if (!Number.isInteger(groups) || groups < 1)
    throw new ArgumentError(`non-positive groups is not supported: ${groups}`);
  if (out % groups !== 0) {
    throw new ShapeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0 and divisible by it, found ${formatShape(weight.shape)}`,
    );
  }
  if (channels !== perGroup * groups) {
    throw new ShapeError(
      `Given groups=${groups}, weight of size ${formatShape(weight.shape)}, expected input${formatShape(input.shape)} ` +
        `to have ${perGroup * groups} channels, but got ${channels} channels instead`,
    );
  }
  if (bias && (bias.ndim !== 1 || bias.numel !== out)) {
    throw new ShapeError(
      `Given weight of size ${formatShape(weight.shape)}, expected bias to be 1-dimensional with ${out} elements, but got ` +
        `bias of size ${formatShape(bias.shape)} instead`,
    );
  }
  checkDtypes(input, weight, bias);
  const { geometry, output } = windowsOver(spatial, { kernel, stride, padding, dilation });
  const shape = [out, ...output];
  const isOne = (sizes: Shape) => sizes.every((size) => size === 1);
  const pointwise = isOne(geometry.kernel) && isOne(geometry.stride) && geometry.padding.every((size) => size === 0);
  return {
    batch,
    groups,
    rows: out / groups,
    depth: perGroup * numelOf(kernel),
    positions: numelOf(output),
    imageSize: perGroup * numelOf(spatial),
    windows: pointwise ? null : buildWindowMap({ ...geometry, channels: perGroup }),
    outputShape: input.ndim === dims + 1 ? shape : [batch, ...shape],
  };
}

function forward(plan: Plan, image: Floats, weight: Floats, bias: Floats | null): Floats {
  const { rows, depth, positions } = plan;
  const output = sameKind(image, plan.batch * plan.groups * rows * positions);
  if (bias) {
    for (let at = 0; at < output.length; at += positions) {
      output.fill(bias[(at / positions) % (plan.groups * rows)], at, at + positions);
    }
  }
  forEachMatrix(plan, image, (windows, from, group, index) => {
    const filters = rowMajor(weight, depth, group * rows * depth);
    const to = rowMajor(output, positions, index * rows * positions);
    multiplyMatrices(rows, depth, positions, filters, rowMajor(windows, positions, from), to, bias !== null);
  });
  return output;
}

function gradientOfInput(plan: Plan, gradient: Floats, input: Dense, weight: Dense): Dense {
  const { rows, depth, positions, imageSize, windows } = plan;
  const weights = numbersOf(weight) as Floats;
  const result = sameKind(weights, numelOf(input.shape));
  const buffer = windows ? sameKind(weights, windows.size) : result;
  for (let index = 0; index < plan.batch * plan.groups; index++) {
    const filters = transposeOf(rowMajor(weights, depth, (index % plan.groups) * rows * depth));
    const own = rowMajor(gradient, positions, index * rows * positions);
    const at = index * imageSize;
    multiplyMatrices(depth, rows, positions, filters, own, rowMajor(buffer, positions, windows ? 0 : at));
    if (windows) scatterWindows(buffer, result, at, windows);
  }
  return denseOf(result, input.shape, input.dtype);
}

function gradientOfWeight(plan: Plan, gradient: Floats, input: Dense, weight: Dense): Dense {
  const { rows, depth, positions } = plan;
  const result = sameKind(gradient, numelOf(weight.shape));
  forEachMatrix(plan, numbersOf(input) as Floats, (windows, from, group, index) => {
    const own = rowMajor(gradient, positions, index * rows * positions);
    const seen = transposeOf(rowMajor(windows, positions, from));
    multiplyMatrices(rows, positions, depth, own, seen, rowMajor(result, depth, group * rows * depth), true);
  });
  return denseOf(result, weight.shape, weight.dtype);
}

function gradientOfBias({ positions, groups, rows }: Plan, gradient: Floats, bias: Dense): Dense {
  const sums = new Float64Array(groups * rows);
  for (let at = 0; at < gradient.length; at += positions) {
    let sum = 0;
    for (let i = at; i < at + positions; i++) sum += gradient[i];
    sums[(at / positions) % sums.length] += sum;
  }
  return denseOf(sums, bias.shape, bias.dtype);
}

/** Calls `visit` with the matrix of windows of every group of every image, in one buffer that is used again. */
function forEachMatrix(
  plan: Plan,
  image: Floats,
  visit: (windows: Floats, from: number, group: number, index: number) => void,
): void {
  const { batch, groups, imageSize, windows } = plan;
  const buffer = windows ? sameKind(image, windows.size) : image;
  for (let index = 0; index < batch * groups; index++) {
    if (windows) gatherWindows(image, index * imageSize, buffer, windows);
    visit(buffer, windows ? 0 : index * imageSize, index % groups, index);
  }
}

function sameKind(like: Floats, length: number): Floats {
  return createNumbers(like instanceof Float64Array ? 'float64' : 'float32', length) as Floats;
}

/** PyTorch's words for operands of different dtypes. */
function checkDtypes(input: Tensor, weight: Tensor, bias: Tensor | null): void {
  if (input.dtype !== weight.dtype) {
    throw new DTypeError(`Input type (${input.dtype}) and weight type (${weight.dtype}) should be the same`);
  }
  if (bias && bias.dtype !== input.dtype) {
    throw new DTypeError(`Input type (${input.dtype}) and bias type (${bias.dtype}) should be the same`);
  }
}
