import { ArgumentError, ShapeError } from '../../errors.js';
import { addConvolution, addFilterGradient, addImageGradient } from '../../kernels/image/convolution.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { expandSizes } from '../sizePerDimension.js';
import { checkBias, checkDtypes, checkWeight } from './checkConvolution.js';
import { checkOutput } from './checkOutput.js';
import { checkTensors } from './checkTensors.js';
import { floatsOf } from './floatsOf.js';
import type { BiasOption } from './linear.js';
import { filled, planConvolution, recordConvolution } from './recordConvolution.js';
import { reachOf, readImages, type Size, threeSizes, windowsOver } from './windows.js';

/** Options of {@link convTranspose1d}, {@link convTranspose2d} and {@link convTranspose3d}. */
export interface TransposedConvolutionOptions extends BiasOption {
  /** Distance in the output between neighbouring elements of the input, ≥ 1. Default: 1. */
  stride?: Size | undefined;
  /** Elements removed from each side of the output, ≥ 0. Default: 0. */
  padding?: Size | undefined;
  /**
   * Elements added at the far end of each dimension of the output, ≥ 0 and less than `stride` or `dilation`. Default: 0.
   */
  outputPadding?: Size | undefined;
  /** Number of groups, ≥ 1. Each group of output channels reads only one group of input channels. Default: 1. */
  groups?: number | undefined;
  /** Distance between neighbouring elements of the kernel, ≥ 1. Default: 1. */
  dilation?: Size | undefined;
}

const TRANSPOSED_CONVOLUTION: Signature<TransposedConvolutionOptions> = {
  required: ['input', 'weight'],
  byPosition: ['bias'],
  defaults: { bias: null, stride: 1, padding: 0, outputPadding: 0, groups: 1, dilation: 1 },
};

/**
 * A one-dimensional transposed convolution (`torch.nn.functional.conv_transpose1d`; Zeiler et al. 2010).
 * @param input `[N, C, L]` or `[C, L]`
 * @param weight `[C, out / groups, length]`
 * @param bias `[out]`, or null; or the options. Default: null.
 * @param options `bias`, `stride`, `padding`, `outputPadding`, `groups`, `dilation`; see {@link TransposedConvolutionOptions}.
 * @returns `[N, out, L_out]` or `[out, L_out]`, where L_out = (L − 1)·stride − 2·padding + dilation·(length − 1) +
 *   outputPadding + 1
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | TransposedConvolutionOptions,
  options?: TransposedConvolutionOptions,
): Tensor {
  return convolveTransposed(
    'conv_transpose1d',
    1,
    input,
    weight,
    readArguments('F.convTranspose1d', arguments, TRANSPOSED_CONVOLUTION),
  );
}

/**
 * A two-dimensional transposed convolution (`torch.nn.functional.conv_transpose2d`; Zeiler et al. 2010).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param weight `[C, out / groups, height, width]`
 * @param bias `[out]`, or null; or the options. Default: null.
 * @param options `bias`, `stride`, `padding`, `outputPadding`, `groups`, `dilation`; see {@link TransposedConvolutionOptions}.
 * @returns `[N, out, H_out, W_out]` or `[out, H_out, W_out]`; each size is computed as in {@link convTranspose1d}.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * const [input, weight] = [zeros([1, 16, 10, 10]), zeros([16, 8, 4, 4])];
 * console.log(F.convTranspose2d(input, weight, null, { stride: 2 }).shape); // [ 1, 8, 22, 22 ]
 * ```
 */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | TransposedConvolutionOptions,
  options?: TransposedConvolutionOptions,
): Tensor {
  return convolveTransposed(
    'conv_transpose2d',
    2,
    input,
    weight,
    readArguments('F.convTranspose2d', arguments, TRANSPOSED_CONVOLUTION),
  );
}

/**
 * A three-dimensional transposed convolution (`torch.nn.functional.conv_transpose3d`; Zeiler et al. 2010).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param weight `[C, out / groups, depth, height, width]`
 * @param bias `[out]`, or null; or the options. Default: null.
 * @param options `bias`, `stride`, `padding`, `outputPadding`, `groups`, `dilation`; see {@link TransposedConvolutionOptions}.
 * @returns `[N, out, D_out, H_out, W_out]` or `[out, D_out, H_out, W_out]`; each size is computed as in
 *   {@link convTranspose1d}.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function convTranspose3d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | TransposedConvolutionOptions,
  options?: TransposedConvolutionOptions,
): Tensor {
  return convolveTransposed(
    'conv_transpose3d',
    3,
    input,
    weight,
    readArguments('F.convTranspose3d', arguments, TRANSPOSED_CONVOLUTION),
  );
}

/** The gradient of a convolution with respect to its image: the input of one is the output of the other. */
function convolveTransposed(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  settings: ReadArguments<TransposedConvolutionOptions>,
): Tensor {
  const { bias, groups } = settings;
  checkTensors(name, { input, weight }, { bias });
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
  const stride = expandSizes('stride', settings.stride, dims);
  const padding = expandSizes('padding', settings.padding, dims, 0);
  const dilation = expandSizes('dilation', settings.dilation, dims);
  const extra = expandSizes('outputPadding', settings.outputPadding, dims, 0);
  checkOutputPadding(extra, stride, dilation);
  const least = leastOutput(spatial, kernel, stride, padding, dilation);
  const size = least.map((length, d) => length + extra[d]);
  if (size.some((length) => length < 1)) {
    throw new ShapeError(
      `Given input size per channel: (${spatial.join(' x ')}). Calculated output size per channel: (${size.join(' x ')}). Output size is too small`,
    );
  }
  checkOutput(name, [...input.shape.slice(0, -1 - dims), outputs, ...size], dims);
  const { geometry } = windowsOver(size, { kernel, stride, padding, dilation });
  // With an output padding of at least a stride, more windows would fit than the input has elements.
  const windows = { geometry: { ...geometry, output: threeSizes(spatial, 1) }, output: spatial };
  const plan = planConvolution(batch, groups, weight.shape, size, windows);
  const output = filled(input.dtype, batch, outputs, numelOf(size), bias);
  addImageGradient(plan, output, floatsOf(weight), floatsOf(input));
  return recordConvolution(
    input,
    weight,
    bias,
    output,
    [outputs, ...size],
    {
      input: (gradient, sums) => addConvolution(plan, gradient, floatsOf(weight), sums),
      weight: (gradient, sums) => addFilterGradient(plan, gradient, sums, floatsOf(input)),
    },
    { kind: 'conv_transpose', values: { stride, padding, dilation, groups } },
  );
}

/** The sizes of the output without output padding. Each argument has one size for each spatial dimension. */
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
