import { ArgumentError, describeValue } from '../../errors.js';
import { calculateFanInAndFanOut } from '../../init/fan.js';
import type { Initializer } from '../../init/Initializer.js';
import { kaimingUniform } from '../../init/kaiming.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import type { ReadArguments } from '../../readArguments.js';
import { formatPython, formatSettings } from '../formatPython.js';
import type { PadMode } from '../functional/padding.js';
import type { Size } from '../functional/windows.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import type { Parameter } from '../Parameter.js';
import { expandSizes, sizePerDimension } from '../sizePerDimension.js';
import { biasDefault } from './linear.js';

/**
 * The elements that surround the input of a convolution: zeros, the input mirrored at its edge (`'reflect'`), copies of
 * the edge (`'replicate'`), or the opposite end (`'circular'`).
 */
export type PaddingMode = 'zeros' | Exclude<PadMode, 'constant'>;

const PADDING_MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** Options of `Conv1d`, `Conv2d` and `Conv3d`. */
export interface ConvOptions extends LayerOptions {
  /** Step of the kernel, ≥ 1: one number, or one for each spatial dimension. Default: 1. */
  stride?: Size | undefined;
  /**
   * Elements on each side of the input, ≥ 0: one number, or one for each spatial dimension. `'same'` keeps the size of
   * the input and requires stride 1; `'valid'` adds no elements. Default: 0.
   */
  padding?: Size | 'same' | 'valid' | undefined;
  /**
   * Distance between neighbouring elements of the kernel, ≥ 1: one number, or one for each spatial dimension.
   * Default: 1.
   */
  dilation?: Size | undefined;
  /**
   * Number of groups, ≥ 1, which divides `inChannels` and `outChannels`. Each group of output channels reads only
   * one group of input channels. Default: 1.
   */
  groups?: number | undefined;
  /** Whether the layer learns a bias. Default: true. */
  bias?: boolean | undefined;
  /** The elements that the padding consists of. Default: `'zeros'`. */
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

/** The arguments that every convolution requires. */
export const CONV_REQUIRED = ['inChannels', 'outChannels', 'kernelSize'];

/** The settings that convolutions and transposed convolutions share. */
export abstract class ConvolutionLayer extends Layer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  /** One size for each spatial dimension, or a list of one size for all, as it was given; so are the next two. */
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  abstract weight: Parameter;
  abstract bias: Parameter | null;

  /** @param dims Number of spatial dimensions, 1 to 3. */
  constructor(
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    { stride, padding, dilation, groups, paddingMode }: ReadArguments<ConvOptions>,
  ) {
    super();
    this.inChannels = checkWhole('inChannels', inChannels, 0);
    this.outChannels = checkWhole('outChannels', outChannels, 0);
    if (!Number.isInteger(groups) || groups < 1) {
      throw new ArgumentError(`groups must be a positive integer, found ${describeValue(groups)}`);
    }
    if (inChannels % groups !== 0)
      throw new ArgumentError(`in_channels must be divisible by groups, found ${inChannels} and ${groups}`);
    if (outChannels % groups !== 0)
      throw new ArgumentError(`out_channels must be divisible by groups, found ${outChannels} and ${groups}`);
    this.kernelSize = sizePerDimension('kernelSize', kernelSize, dims);
    this.stride = storedSizes('stride', stride, dims);
    this.padding = typeof padding === 'string' ? padding : storedSizes('padding', padding, dims, 0);
    this.dilation = storedSizes('dilation', dilation, dims);
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

/** A size for each spatial dimension. A list of one size for all stays as it is, because PyTorch prints it so. */
export function storedSizes(name: string, value: Size, dims: number, least = 1): readonly number[] {
  const all = expandSizes(name, value, dims, least);
  return typeof value === 'number' ? all : [...value];
}
