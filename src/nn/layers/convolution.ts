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

/** What stands around a convolution's input: zeros, the input mirrored, its edge, or its other end. */
export type PaddingMode = 'zeros' | Exclude<PadMode, 'constant'>;

const PADDING_MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}. */
export interface ConvOptions extends LayerOptions {
  /** Step of the kernel; 1 when absent. */
  stride?: Size | undefined;
  /** Elements around the input, `'same'` for as many as keep its size (stride 1 only), `'valid'` for none; 0 when absent. */
  padding?: Size | 'same' | 'valid' | undefined;
  /** Distance between the kernel's elements; 1 when absent. */
  dilation?: Size | undefined;
  /** Number of groups that do not see each other; divides both channel counts; 1 when absent. */
  groups?: number | undefined;
  /** Whether a bias is learned; true when absent. */
  bias?: boolean | undefined;
  /** What the padding consists of; `'zeros'` when absent. */
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

/** What convolutions and transposed convolutions have in common. */
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

  /** @param dims number of spatial dimensions */
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

  /** @param outputPadding of a transposed convolution, empty for others */
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

/** A convolution with what stands around its input. */
abstract class Conv extends ConvolutionLayer {
  /** [outChannels, inChannels / groups, …kernelSize] */
  weight: Parameter;
  /** [outChannels] */
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

  /** The padding before and after each dimension, from the last one outwards. */
  private sides(): number[] {
    const [before, after] = paddingOf(this.padding, reachOf(this.kernelSize, this.dilation), this.stride);
    return before.flatMap((size, d) => [after[d], size]).reverse();
  }
}

/**
 * One-dimensional cross-correlation (`torch.nn.Conv1d`). Default initialisation: weight and bias U(±1/√fanIn) with
 * fanIn = inChannels / groups · kernelSize.
 */
export class Conv1d extends Conv {
  /** @param kernelSize one number or [length] */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options);
  }

  /** @param input [N, inChannels, L] or [inChannels, L] */
  override forward(input: Tensor): Tensor {
    return this.convolve(conv1d, input);
  }
}

/**
 * Two-dimensional cross-correlation (`torch.nn.Conv2d`). Default initialisation: weight and bias U(±1/√fanIn) with
 * fanIn = inChannels / groups · ∏kernelSize.
 */
export class Conv2d extends Conv {
  /** @param kernelSize one number or [height, width] */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options);
  }

  /** @param input [N, inChannels, H, W] or [inChannels, H, W] */
  override forward(input: Tensor): Tensor {
    return this.convolve(conv2d, input);
  }
}

/** Three-dimensional cross-correlation (`torch.nn.Conv3d`). Default initialisation as of {@link Conv2d}. */
export class Conv3d extends Conv {
  /** @param kernelSize one number or [depth, height, width] */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvOptions = {}) {
    super(3, inChannels, outChannels, kernelSize, options);
  }

  /** @param input [N, inChannels, D, H, W] or [inChannels, D, H, W] */
  override forward(input: Tensor): Tensor {
    return this.convolve(conv3d, input);
  }
}
