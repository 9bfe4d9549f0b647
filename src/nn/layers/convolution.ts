import { type ReadArguments, readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { conv1d, conv2d, conv3d } from '../functional/convolution.js';
import { pad } from '../functional/padding.js';
import { paddingOf, reachOf, type Size } from '../functional/windows.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { expandSizes } from '../sizePerDimension.js';
import { CONV_DEFAULTS, CONV_REQUIRED, type ConvOptions, ConvolutionLayer } from './ConvolutionLayer.js';

const CONV: Signature<ConvOptions> = { required: CONV_REQUIRED, defaults: CONV_DEFAULTS };

/** A convolution of one to three spatial dimensions, with its padding. */
abstract class Conv extends ConvolutionLayer {
  /** `[outChannels, inChannels / groups, …kernelSize]` */
  weight: Parameter;
  /** `[outChannels]`, or null without a bias */
  bias: Parameter | null;

  constructor(
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    settings: ReadArguments<ConvOptions>,
  ) {
    super(dims, inChannels, outChannels, kernelSize, settings);
    // Checks the padding before anything is drawn: its words, and that `'same'` has stride 1.
    this.sides();
    const { bias, dtype, generator } = settings;
    this.weight = createParameter([outChannels, inChannels / this.groups, ...this.kernelSize], dtype);
    this.bias = this.optionalParameter('bias', bias, [outChannels], dtype);
    this.resetParameters(generator);
  }

  protected convolve(conv: typeof conv2d, input: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros') return conv(input, weight, bias, { stride, padding, dilation, groups });
    return conv(pad(input, this.sides(), { mode: paddingMode }), weight, bias, { stride, dilation, groups });
  }

  /** The padding before and after each dimension, from the last dimension to the first one. */
  private sides(): number[] {
    const dilation = expandSizes('dilation', this.dilation, this.kernelSize.length);
    const [before, after] = paddingOf(this.padding, reachOf(this.kernelSize, dilation), this.stride);
    return before.flatMap((size, d) => [after[d], size]).reverse();
  }
}

/**
 * A one-dimensional cross-correlation (`torch.nn.Conv1d`).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√fanIn, where fanIn = inChannels / groups · kernelSize.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.Conv1d(16, 33, 3, { stride: 2 });
 * console.log(layer.forward(zeros([20, 16, 50])).shape); // [ 20, 33, 24 ]
 * ```
 */
export class Conv1d extends Conv {
  /**
   * @param inChannels Channels of the input, ≥ 0.
   * @param outChannels Channels of the output, ≥ 0.
   * @param kernelSize Size of the kernel, ≥ 1: one number or `[length]`.
   * @param options `stride`, `padding`, `dilation`, `groups`, `bias`, `paddingMode`, `dtype`, `generator`; see
   *   {@link ConvOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `groups` does not divide the channels.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options?: ConvOptions) {
    super(1, inChannels, outChannels, kernelSize, readArguments('nn.Conv1d', arguments, CONV));
  }

  /**
   * @param input `[N, inChannels, L]` or `[inChannels, L]`
   * @returns `[N, outChannels, L_out]` or `[outChannels, L_out]`, where L_out = ⌊(L + 2·padding − dilation·(kernelSize
   *   − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if the channels do not match or the kernel is larger than the padded input.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Conv1d.forward', arguments, ['input']);
    return this.convolve(conv1d, input);
  }
}

/**
 * A two-dimensional cross-correlation (`torch.nn.Conv2d`).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√fanIn, where fanIn = inChannels / groups · kernel
 * height · kernel width.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.Conv2d(3, 6, 5, { padding: 2 });
 * console.log(String(layer)); // Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
 * console.log(layer.forward(zeros([1, 3, 32, 32])).shape); // [ 1, 6, 32, 32 ]
 * ```
 */
export class Conv2d extends Conv {
  /**
   * @param inChannels Channels of the input, ≥ 0.
   * @param outChannels Channels of the output, ≥ 0.
   * @param kernelSize Size of the kernel, ≥ 1: one number or `[height, width]`.
   * @param options `stride`, `padding`, `dilation`, `groups`, `bias`, `paddingMode`, `dtype`, `generator`; see
   *   {@link ConvOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `groups` does not divide the channels.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options?: ConvOptions) {
    super(2, inChannels, outChannels, kernelSize, readArguments('nn.Conv2d', arguments, CONV));
  }

  /**
   * @param input `[N, inChannels, H, W]` or `[inChannels, H, W]`
   * @returns `[N, outChannels, H_out, W_out]` or `[outChannels, H_out, W_out]`; each size is computed as in
   *   {@link Conv1d}.
   * @throws ShapeError if the channels do not match or the kernel is larger than the padded input.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Conv2d.forward', arguments, ['input']);
    return this.convolve(conv2d, input);
  }
}

/**
 * A three-dimensional cross-correlation (`torch.nn.Conv3d`).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√fanIn, where fanIn = inChannels / groups · the product
 * of the kernel's sizes.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.Conv3d(4, 8, 3);
 * console.log(layer.forward(zeros([1, 4, 8, 16, 16])).shape); // [ 1, 8, 6, 14, 14 ]
 * ```
 */
export class Conv3d extends Conv {
  /**
   * @param inChannels Channels of the input, ≥ 0.
   * @param outChannels Channels of the output, ≥ 0.
   * @param kernelSize Size of the kernel, ≥ 1: one number or `[depth, height, width]`.
   * @param options `stride`, `padding`, `dilation`, `groups`, `bias`, `paddingMode`, `dtype`, `generator`; see
   *   {@link ConvOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `groups` does not divide the channels.
   */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options?: ConvOptions) {
    super(3, inChannels, outChannels, kernelSize, readArguments('nn.Conv3d', arguments, CONV));
  }

  /**
   * @param input `[N, inChannels, D, H, W]` or `[inChannels, D, H, W]`
   * @returns `[N, outChannels, D_out, H_out, W_out]` or `[outChannels, D_out, H_out, W_out]`; each size is computed as
   *   in {@link Conv1d}.
   * @throws ShapeError if the channels do not match or the kernel is larger than the padded input.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Conv3d.forward', arguments, ['input']);
    return this.convolve(conv3d, input);
  }
}
