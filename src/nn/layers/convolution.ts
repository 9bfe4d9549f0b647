import { ArgumentError } from '../../errors.js';
import { calculateFanInAndFanOut } from '../../init/fan.js';
import type { Initializer } from '../../init/Initializer.js';
import { kaimingUniform } from '../../init/kaiming.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize, sizePerDimension } from '../checkSize.js';
import { formatPython, formatSettings } from '../formatPython.js';
import { conv2d } from '../functional/convolution.js';
import { Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { biasDefault } from './linear.js';

/** Options of {@link Conv2d}. */
export interface ConvOptions extends LayerOptions {
  /** Step of the kernel; 1 when absent. */
  stride?: number | readonly number[] | undefined;
  /** Zeros around the input, `'same'` for as many as keep its size (stride 1 only), `'valid'` for none; 0 when absent. */
  padding?: number | readonly number[] | 'same' | 'valid' | undefined;
  /** Distance between the kernel's elements; 1 when absent. */
  dilation?: number | readonly number[] | undefined;
  /** Number of groups that do not see each other; divides both channel counts; 1 when absent. */
  groups?: number | undefined;
  /** Whether a bias is learned; true when absent. */
  bias?: boolean | undefined;
}

/**
 * Two-dimensional cross-correlation (`torch.nn.Conv2d`). Default initialisation: weight and bias U(±1/√fanIn) with
 * fanIn = inChannels / groups · ∏kernelSize.
 * @param kernelSize one number or [height, width]
 */
export class Conv2d extends Layer {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  /** [outChannels, inChannels / groups, height, width] */
  weight: Parameter;
  /** [outChannels] */
  bias: Parameter | null;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: ConvOptions = {},
  ) {
    super();
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, dtype, generator } = options;
    this.inChannels = checkSize('inChannels', inChannels, 0);
    this.outChannels = checkSize('outChannels', outChannels, 0);
    this.groups = checkSize('groups', groups);
    if (inChannels % groups !== 0) throw new ArgumentError('in_channels must be divisible by groups');
    if (outChannels % groups !== 0) throw new ArgumentError('out_channels must be divisible by groups');
    this.kernelSize = sizePerDimension('kernelSize', kernelSize, 2);
    this.stride = sizePerDimension('stride', stride, 2);
    this.dilation = sizePerDimension('dilation', dilation, 2);
    this.padding = checkPadding(padding, this.stride);
    this.weight = createParameter([outChannels, inChannels / groups, ...this.kernelSize], dtype);
    this.bias = bias ? createParameter([outChannels], dtype) : null;
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    const weight: [string, Initializer] = ['weight', kaimingUniform({ a: Math.sqrt(5) })];
    const [fanIn] = calculateFanInAndFanOut(this.weight);
    return fanIn === 0 ? [weight] : [weight, ['bias', biasDefault(this.weight)]];
  }

  /** @param input [N, inChannels, H, W] or [inChannels, H, W] */
  override forward(input: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    return conv2d(input, this.weight, this.bias, { stride, padding, dilation, groups });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, groups } = this;
    const settings: Parameters<typeof formatSettings>[0] = {
      kernel_size: kernelSize,
      stride,
      ...(padding === 'valid' || (padding !== 'same' && padding.every((size) => size === 0)) ? {} : { padding }),
      ...(dilation.every((size) => size === 1) ? {} : { dilation }),
      ...(groups === 1 ? {} : { groups }),
      ...(this.bias ? {} : { bias: false }),
    };
    return `${formatPython(this.inChannels)}, ${formatPython(this.outChannels)}, ${formatSettings(settings)}`;
  }
}

function checkPadding(padding: NonNullable<ConvOptions['padding']>, stride: readonly number[]): Conv2d['padding'] {
  if (typeof padding !== 'string') return sizePerDimension('padding', padding, stride.length, 0);
  if (padding !== 'same' && padding !== 'valid') {
    throw new ArgumentError(`Invalid padding string '${String(padding)}', should be one of 'valid', 'same'`);
  }
  if (padding === 'same' && stride.some((step) => step !== 1)) {
    throw new ArgumentError("padding='same' is not supported for strided convolutions");
  }
  return padding;
}
