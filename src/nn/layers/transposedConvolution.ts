import { ArgumentError, describeValue, ShapeError } from '../../errors.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';
import { convTranspose1d, convTranspose2d, convTranspose3d, leastOutput } from '../functional/transposedConvolution.js';
import { readImages, type Size } from '../functional/windows.js';
import { LAYER_DEFAULTS } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { expandSizes } from '../sizePerDimension.js';
import { CONV_REQUIRED, type ConvOptions, ConvolutionLayer, storedSizes } from './ConvolutionLayer.js';

/** Options of {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}. */
export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding' | 'paddingMode'> {
  /** Elements removed from each side of the output, ≥ 0: one number, or one for each spatial dimension. Default: 0. */
  padding?: Size | undefined;
  /**
   * Elements added at the far end of each dimension of the output, ≥ 0 and less than `stride` or `dilation`: one
   * number, or one for each spatial dimension. Default: 0.
   */
  outputPadding?: Size | undefined;
  /** Only `'zeros'` is possible, as in PyTorch. Default: `'zeros'`. */
  paddingMode?: 'zeros' | undefined;
}

const CONV_TRANSPOSE: Signature<ConvTransposeOptions> = {
  required: CONV_REQUIRED,
  defaults: {
    stride: 1,
    padding: 0,
    outputPadding: 0,
    groups: 1,
    bias: true,
    dilation: 1,
    paddingMode: 'zeros',
    ...LAYER_DEFAULTS,
  },
};

/** The option of the `forward` of transposed convolutions, which may also be given by position. */
export interface ConvTransposeInputs {
  /** Requested size of the output; null means the size that `outputPadding` gives. Default: null. */
  outputSize?: readonly number[] | null | undefined;
}

const FORWARD: Signature<ConvTransposeInputs> = {
  required: ['input'],
  byPosition: ['outputSize'],
  defaults: { outputSize: null },
};

/** A transposed convolution of one to three spatial dimensions. */
abstract class ConvTranspose extends ConvolutionLayer {
  declare readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  /** `[inChannels, outChannels / groups, …kernelSize]` */
  weight: Parameter;
  /** `[outChannels]`, or null without a bias */
  bias: Parameter | null;

  constructor(
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    settings: ReadArguments<ConvTransposeOptions>,
  ) {
    const { outputPadding, bias, dtype, generator } = settings;
    super(dims, inChannels, outChannels, kernelSize, settings);
    if (this.paddingMode !== 'zeros') {
      throw new ArgumentError(`Only "zeros" padding mode is supported for ConvTranspose${dims}d`);
    }
    this.outputPadding = storedSizes('outputPadding', outputPadding, dims, 0);
    this.weight = createParameter([inChannels, outChannels / this.groups, ...this.kernelSize], dtype);
    this.bias = this.optionalParameter('bias', bias, [outChannels], dtype);
    this.resetParameters(generator);
  }

  protected convolve(conv: typeof convTranspose2d, args: ArrayLike<unknown>, input: Tensor): Tensor {
    const { outputSize } = readArguments(`nn.${this.constructor.name}.forward`, args, FORWARD);
    const { weight, bias, stride, padding, dilation, groups } = this;
    const outputPadding = outputSize === null ? this.outputPadding : this.paddingTo(outputSize, input);
    return conv(input, weight, bias, { stride, padding, outputPadding, groups, dilation });
  }

  override extraRepr(): string {
    return this.formatWith(this.outputPadding);
  }

  /** The output padding that gives an output of the requested size. */
  private paddingTo(outputSize: readonly number[], input: Tensor): number[] {
    const { kernelSize } = this;
    const dims = kernelSize.length;
    const [stride, padding, dilation] = [this.stride, this.padding, this.dilation].map((sizes) =>
      expandSizes('size', sizes, dims, 0),
    );
    const { spatial } = readImages(`conv_transpose${dims}d`, checkTensor('forward', input).shape, dims);
    if (!Array.isArray(outputSize)) {
      throw new ArgumentError(`output_size must be an array of sizes, found ${describeValue(outputSize)}`);
    }
    const wanted = outputSize.length === input.ndim ? outputSize.slice(-dims) : outputSize;
    if (wanted.length !== dims) {
      throw new ArgumentError(
        `ConvTranspose${dims}D: for ${input.ndim}D input, output_size must have ${dims} or ${input.ndim} elements (got ${outputSize.length})`,
      );
    }
    const least = leastOutput(spatial, kernelSize, stride, padding, dilation);
    const most = least.map((size, d) => size + stride[d] - 1);
    if (Array.from(wanted).some((size, d) => !Number.isInteger(size) || size < least[d] || size > most[d])) {
      throw new ShapeError(
        `requested an output size of ${formatShape(wanted)}, but valid sizes range from ${formatShape(least)} to ` +
          `${formatShape(most)} (for an input of ${formatShape(spatial)})`,
      );
    }
    return wanted.map((size, d) => size - least[d]);
  }
}

/**
 * A one-dimensional transposed convolution (`torch.nn.ConvTranspose1d`; Zeiler et al. 2010).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√fanIn, where fanIn = outChannels / groups ·
 * kernelSize.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.ConvTranspose1d(16, 8, 4, { stride: 2, padding: 1 });
 * console.log(layer.forward(zeros([1, 16, 10])).shape); // [ 1, 8, 20 ]
 * ```
 */
export class ConvTranspose1d extends ConvTranspose {
  /**
   * @param inChannels Channels of the input, ≥ 0.
   * @param outChannels Channels of the output, ≥ 0.
   * @param kernelSize Size of the kernel, ≥ 1: one number or `[length]`.
   * @param options `stride`, `padding`, `outputPadding`, `groups`, `bias`, `dilation`, `dtype`, `generator`; see
   *   {@link ConvTransposeOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `groups` does not divide the channels.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options?: ConvTransposeOptions) {
    super(1, inChannels, outChannels, kernelSize, readArguments('nn.ConvTranspose1d', arguments, CONV_TRANSPOSE));
  }

  /**
   * @param input `[N, inChannels, L]` or `[inChannels, L]`
   * @param outputSize Requested size of the output: its last dimension or all dimensions. It replaces `outputPadding`.
   * @returns `[N, outChannels, L_out]` or `[outChannels, L_out]`, where L_out = (L − 1)·stride − 2·padding +
   *   dilation·(kernelSize − 1) + outputPadding + 1
   * @throws ShapeError if the channels do not match or the layer cannot give the requested size.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor, outputSize?: readonly number[] | null | ConvTransposeInputs): Tensor {
    return this.convolve(convTranspose1d, arguments, input);
  }
}

/**
 * A two-dimensional transposed convolution (`torch.nn.ConvTranspose2d`; Zeiler et al. 2010).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√fanIn, where fanIn = outChannels / groups · kernel
 * height · kernel width.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.ConvTranspose2d(16, 8, 4, { stride: 2, padding: 1 });
 * console.log(layer.forward(zeros([1, 16, 10, 10])).shape); // [ 1, 8, 20, 20 ]
 * ```
 */
export class ConvTranspose2d extends ConvTranspose {
  /**
   * @param inChannels Channels of the input, ≥ 0.
   * @param outChannels Channels of the output, ≥ 0.
   * @param kernelSize Size of the kernel, ≥ 1: one number or `[height, width]`.
   * @param options `stride`, `padding`, `outputPadding`, `groups`, `bias`, `dilation`, `dtype`, `generator`; see
   *   {@link ConvTransposeOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `groups` does not divide the channels.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options?: ConvTransposeOptions) {
    super(2, inChannels, outChannels, kernelSize, readArguments('nn.ConvTranspose2d', arguments, CONV_TRANSPOSE));
  }

  /**
   * @param input `[N, inChannels, H, W]` or `[inChannels, H, W]`
   * @param outputSize Requested size of the output: its last two dimensions or all dimensions. It replaces
   *   `outputPadding`.
   * @returns `[N, outChannels, H_out, W_out]` or `[outChannels, H_out, W_out]`; each size is computed as in
   *   {@link ConvTranspose1d}.
   * @throws ShapeError if the channels do not match or the layer cannot give the requested size.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor, outputSize?: readonly number[] | null | ConvTransposeInputs): Tensor {
    return this.convolve(convTranspose2d, arguments, input);
  }
}

/**
 * A three-dimensional transposed convolution (`torch.nn.ConvTranspose3d`; Zeiler et al. 2010).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√fanIn, where fanIn = outChannels / groups · the
 * product of the kernel's sizes.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.ConvTranspose3d(8, 4, 2, { stride: 2 });
 * console.log(layer.forward(zeros([1, 8, 4, 8, 8])).shape); // [ 1, 4, 8, 16, 16 ]
 * ```
 */
export class ConvTranspose3d extends ConvTranspose {
  /**
   * @param inChannels Channels of the input, ≥ 0.
   * @param outChannels Channels of the output, ≥ 0.
   * @param kernelSize Size of the kernel, ≥ 1: one number or `[depth, height, width]`.
   * @param options `stride`, `padding`, `outputPadding`, `groups`, `bias`, `dilation`, `dtype`, `generator`; see
   *   {@link ConvTransposeOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `groups` does not divide the channels.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options?: ConvTransposeOptions) {
    super(3, inChannels, outChannels, kernelSize, readArguments('nn.ConvTranspose3d', arguments, CONV_TRANSPOSE));
  }

  /**
   * @param input `[N, inChannels, D, H, W]` or `[inChannels, D, H, W]`
   * @param outputSize Requested size of the output: its last three dimensions or all dimensions. It replaces
   *   `outputPadding`.
   * @returns `[N, outChannels, D_out, H_out, W_out]` or `[outChannels, D_out, H_out, W_out]`; each size is computed as
   *   in {@link ConvTranspose1d}.
   * @throws ShapeError if the channels do not match or the layer cannot give the requested size.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor, outputSize?: readonly number[] | null | ConvTransposeInputs): Tensor {
    return this.convolve(convTranspose3d, arguments, input);
  }
}
