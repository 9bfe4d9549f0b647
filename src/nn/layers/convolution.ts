import { ArgumentError, describeValue } from '../../errors.js';
import { calculateFanInAndFanOut } from '../../init/fan.js';
import type { Initializer } from '../../init/Initializer.js';
import { kaimingUniform } from '../../init/kaiming.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize, sizePerDimension } from '../checkSize.js';
import { formatPython, formatSettings } from '../formatPython.js';
import { conv1d, conv2d, conv3d } from '../functional/convolution.js';
import { type PadMode, pad } from '../functional/padding.js';
import { paddingOf, reachOf, type Size } from '../functional/windows.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { biasDefault } from './linear.js';

/**
 * The elements that surround the input of a convolution: zeros, the input mirrored at its edge (`'reflect'`), copies of
 * the edge (`'replicate'`), or the opposite end (`'circular'`).
 */
export type PaddingMode = 'zeros' | Exclude<PadMode, 'constant'>;

const PADDING_MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}. */
export interface ConvOptions extends LayerOptions {
  /** Step of the kernel, ≥ 1: one number, or one for each spatial dimension. default: 1 */
  stride?: Size | undefined;
  /**
   * Elements on each side of the input, ≥ 0: one number, or one for each spatial dimension. `'same'` keeps the size of
   * the input and requires stride 1; `'valid'` adds no elements. default: 0
   */
  padding?: Size | 'same' | 'valid' | undefined;
  /**
   * Distance between neighbouring elements of the kernel, ≥ 1: one number, or one for each spatial dimension.
   * default: 1
   */
  dilation?: Size | undefined;
  /**
   * Number of groups, ≥ 1, which divides `inChannels` and `outChannels`. Each group of output channels sees one group
   * of input channels only. default: 1
   */
  groups?: number | undefined;
  /** Whether the layer learns a bias. default: true */
  bias?: boolean | undefined;
  /** The elements that the padding consists of. default: `'zeros'` */
  paddingMode?: PaddingMode | undefined;
}

/** The defaults of {@link ConvOptions}. */
export const CONV_DEFAULTS = {
  stride: 1,
  padding: 0,
  dilation: 1,
  groups: 1,
  bias: true,
  paddingMode: 'zeros',
  ...LAYER_DEFAULTS,
} as const;

/** The settings that convolutions and transposed convolutions share. */
export abstract class ConvolutionLayer extends Layer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  abstract weight: Parameter;
  abstract bias: Parameter | null;

  /** @param dims Number of spatial dimensions, 1 to 3. */
  constructor(dims: number, inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions) {
    super();
    const { stride, padding, dilation, groups, paddingMode } = readOptions(new.target.name, options, CONV_DEFAULTS);
    this.inChannels = checkSize('inChannels', inChannels, 0);
    this.outChannels = checkSize('outChannels', outChannels, 0);
    if (!Number.isInteger(groups) || groups < 1) {
      throw new ArgumentError(`groups must be a positive integer, found ${describeValue(groups)}`);
    }
    if (inChannels % groups !== 0) throw new ArgumentError('in_channels must be divisible by groups');
    if (outChannels % groups !== 0) throw new ArgumentError('out_channels must be divisible by groups');
    this.kernelSize = sizePerDimension('kernelSize', kernelSize, dims);
    this.stride = sizePerDimension('stride', stride, dims);
    this.padding = typeof padding === 'string' ? padding : sizePerDimension('padding', padding, dims, 0);
    this.dilation = sizePerDimension('dilation', dilation, dims);
    this.groups = groups;
    if (!PADDING_MODES.includes(paddingMode)) {
      const modes = PADDING_MODES.map((mode) => `'${mode}'`).join(', ');
      throw new ArgumentError(
        `padding_mode must be one of {${modes}}, but got padding_mode=${describeValue(paddingMode)}`,
      );
    }
    this.paddingMode = paddingMode;
  }

  override defaults(): [string, Initializer][] {
    const weight: [string, Initializer] = ['weight', kaimingUniform({ a: Math.sqrt(5) })];
    const [fanIn] = calculateFanInAndFanOut(this.weight);
    return fanIn === 0 ? [weight] : [weight, ['bias', biasDefault(this.weight)]];
  }

  override extraRepr(): string {
    return this.formatWith([]);
  }

  /** @param outputPadding The output padding of a transposed convolution, otherwise an empty array. */
  protected formatWith(outputPadding: readonly number[]): string {
    const { kernelSize, stride, padding, dilation, groups, paddingMode } = this;
    const isZero = (sizes: readonly number[]) => sizes.every((size) => size === 0);
    const settings: Parameters<typeof formatSettings>[0] = {
      kernel_size: kernelSize,
      stride,
      ...(typeof padding !== 'string' && isZero(padding) ? {} : { padding }),
      ...(dilation.every((size) => size === 1) ? {} : { dilation }),
      ...(isZero(outputPadding) ? {} : { output_padding: outputPadding }),
      ...(groups === 1 ? {} : { groups }),
      ...(this.bias ? {} : { bias: false }),
      ...(paddingMode === 'zeros' ? {} : { padding_mode: paddingMode }),
    };
    return `${formatPython(this.inChannels)}, ${formatPython(this.outChannels)}, ${formatSettings(settings)}`;
  }
}

/** A convolution of one to three spatial dimensions, with its padding. */
abstract class Conv extends ConvolutionLayer {
  /** `[outChannels, inChannels / groups, …kernelSize]` */
  weight: Parameter;
  /** `[outChannels]`, or null without a bias */
  bias: Parameter | null;

  constructor(dims: number, inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions) {
    super(dims, inChannels, outChannels, kernelSize, options);
    // Refuses unknown words and strides that do not go with them, before anything is drawn.
    this.sides();
    const { bias = true, dtype, generator } = options;
    this.weight = createParameter([outChannels, inChannels / this.groups, ...this.kernelSize], dtype);
    this.bias = bias ? createParameter([outChannels], dtype) : null;
    this.resetParameters(generator);
  }

  protected convolve(conv: typeof conv2d, input: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros') return conv(input, weight, bias, { stride, padding, dilation, groups });
    return conv(pad(input, this.sides(), { mode: paddingMode }), weight, bias, { stride, dilation, groups });
  }

  /** The padding before and after each dimension, from the last dimension to the first one. */
  private sides(): number[] {
    const [before, after] = paddingOf(this.padding, reachOf(this.kernelSize, this.dilation), this.stride);
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
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param input `[N, inChannels, L]` or `[inChannels, L]`
   * @returns `[N, outChannels, L_out]` or `[outChannels, L_out]`, where L_out = ⌊(L + 2·padding − dilation·(kernelSize
   *   − 1) − 1) / stride⌋ + 1
   * @throws ShapeError if the channels do not match or the kernel is larger than the padded input.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
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
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param input `[N, inChannels, H, W]` or `[inChannels, H, W]`
   * @returns `[N, outChannels, H_out, W_out]` or `[outChannels, H_out, W_out]`; each size is computed as in
   *   {@link Conv1d}.
   * @throws ShapeError if the channels do not match or the kernel is larger than the padded input.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
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
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions = {}) {
    super(3, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param input `[N, inChannels, D, H, W]` or `[inChannels, D, H, W]`
   * @returns `[N, outChannels, D_out, H_out, W_out]` or `[outChannels, D_out, H_out, W_out]`; each size is computed as
   *   in {@link Conv1d}.
   * @throws ShapeError if the channels do not match or the kernel is larger than the padded input.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
    return this.convolve(conv3d, input);
  }
}
