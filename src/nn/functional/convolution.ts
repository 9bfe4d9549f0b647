import { ShapeError } from '../../errors.js';
import { addConvolution, addFilterGradient, addImageGradient } from '../../kernels/image/convolution.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { formatShape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkBias, checkDtypes, checkWeight } from './checkConvolution.js';
import { checkOutput } from './checkOutput.js';
import { checkTensors } from './checkTensors.js';
import { floatsOf } from './floatsOf.js';
import type { BiasOption } from './linear.js';
import { filled, planConvolution, recordConvolution } from './recordConvolution.js';
import { readImages, type Size, slidingSettings, windowsOver } from './windows.js';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export interface ConvolutionOptions extends BiasOption {
  /** Step of the kernel, ≥ 1. Default: 1. */
  stride?: Size | undefined;
  /**
   * Zeros on each side of the input, ≥ 0. `'same'` keeps the size of the input and requires stride 1; `'valid'` adds no
   * zeros. Default: 0.
   */
  padding?: Size | 'same' | 'valid' | undefined;
  /** Distance between neighbouring elements of the kernel, ≥ 1. Default: 1. */
  dilation?: Size | undefined;
  /** Number of groups, ≥ 1. Each group of output channels reads only one group of input channels. Default: 1. */
  groups?: number | undefined;
}

const CONVOLUTION: Signature<ConvolutionOptions> = {
  required: ['input', 'weight'],
  byPosition: ['bias'],
  defaults: { bias: null, stride: 1, padding: 0, dilation: 1, groups: 1 },
};

/**
 * A one-dimensional cross-correlation (`torch.nn.functional.conv1d`).
 * @param input `[N, C, L]` or `[C, L]`
 * @param weight `[out, C / groups, length]`
 * @param bias `[out]`, or null; or the options. Default: null.
 * @param options `bias`, `stride`, `padding`, `dilation`, `groups`; see {@link ConvolutionOptions}.
 * @returns `[N, out, L_out]` or `[out, L_out]`, where L_out = ⌊(L + 2·padding − dilation·(length − 1) − 1) / stride⌋ +
 *   1
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvolutionOptions,
  options?: ConvolutionOptions,
): Tensor {
  return convolve('conv1d', 1, input, weight, readArguments('F.conv1d', arguments, CONVOLUTION));
}

/**
 * A two-dimensional cross-correlation (`torch.nn.functional.conv2d`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param weight `[out, C / groups, height, width]`
 * @param bias `[out]`, or null; or the options. Default: null.
 * @param options `bias`, `stride`, `padding`, `dilation`, `groups`; see {@link ConvolutionOptions}.
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
  bias?: Tensor | null | ConvolutionOptions,
  options?: ConvolutionOptions,
): Tensor {
  return convolve('conv2d', 2, input, weight, readArguments('F.conv2d', arguments, CONVOLUTION));
}

/**
 * A three-dimensional cross-correlation (`torch.nn.functional.conv3d`).
 * @param input `[N, C, D, H, W]` or `[C, D, H, W]`
 * @param weight `[out, C / groups, depth, height, width]`
 * @param bias `[out]`, or null; or the options. Default: null.
 * @param options `bias`, `stride`, `padding`, `dilation`, `groups`; see {@link ConvolutionOptions}.
 * @returns `[N, out, D_out, H_out, W_out]` or `[out, D_out, H_out, W_out]`; each size is computed as in {@link conv1d}.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 */
export function conv3d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvolutionOptions,
  options?: ConvolutionOptions,
): Tensor {
  return convolve('conv3d', 3, input, weight, readArguments('F.conv3d', arguments, CONVOLUTION));
}

function convolve(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  settings: ReadArguments<ConvolutionOptions>,
): Tensor {
  const { bias, stride, padding, dilation, groups } = settings;
  checkTensors(name, { input, weight }, { bias });
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
  checkOutput(name, [...input.shape.slice(0, -1 - dims), outputs, ...windows.output], dims);
  const plan = planConvolution(batch, groups, weight.shape, spatial, windows);
  const output = filled(input.dtype, batch, outputs, plan.positions, bias);
  addConvolution(plan, floatsOf(input), floatsOf(weight), output);
  return recordConvolution(
    input,
    weight,
    bias,
    output,
    [outputs, ...windows.output],
    {
      input: (gradient, sums) => addImageGradient(plan, sums, floatsOf(weight), gradient),
      weight: (gradient, sums) => addFilterGradient(plan, floatsOf(input), sums, gradient),
    },
    { kind: 'conv', values: { ...slidingSettings(windows.geometry, dims), groups } },
  );
}
