import { ArgumentError, describeValue, ShapeError } from '../../errors.js';
import { readOptions } from '../../readOptions.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';
import { sizePerDimension } from '../checkSize.js';
import { convTranspose1d, convTranspose2d, convTranspose3d, leastOutput } from '../functional/transposedConvolution.js';
import { readImages, type Size } from '../functional/windows.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { CONV_DEFAULTS, type ConvOptions, ConvolutionLayer } from './convolution.js';

/** Options of {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}. */
export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding' | 'paddingMode'> {
  /** Elements taken off each side of the output; 0 when absent. */
  padding?: Size | undefined;
  /** Elements added at the far sides of the output, fewer than stride or dilation; 0 when absent. */
  outputPadding?: Size | undefined;
  /** Only `'zeros'`, as in PyTorch. */
  paddingMode?: 'zeros' | undefined;
}

abstract class ConvTranspose extends ConvolutionLayer {
  declare readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  /** [inChannels, outChannels / groups, …kernelSize] */
  weight: Parameter;
  /** [outChannels] */
  bias: Parameter | null;

  constructor(dims: number, inChannels: number, outChannels: number, kernelSize: Size, given: ConvTransposeOptions) {
    const { outputPadding, ...options } = readOptions(new.target.name, given, { ...CONV_DEFAULTS, outputPadding: 0 });
    super(dims, inChannels, outChannels, kernelSize, options);
    if (this.paddingMode !== 'zeros') {
      throw new ArgumentError(`Only "zeros" padding mode is supported for ConvTranspose${dims}d`);
    }
    const { bias, dtype, generator } = options;
    this.outputPadding = sizePerDimension('outputPadding', outputPadding, dims, 0);
    this.weight = createParameter([inChannels, outChannels / this.groups, ...this.kernelSize], dtype);
    this.bias = bias ? createParameter([outChannels], dtype) : null;
    this.resetParameters(generator);
  }

  protected convolve(conv: typeof convTranspose2d, input: Tensor, outputSize: readonly number[] | undefined): Tensor {
    const { weight, bias, stride, padding, dilation, groups } = this;
    const outputPadding = outputSize === undefined ? this.outputPadding : this.paddingTo(outputSize, input);
    return conv(input, weight, bias, { stride, padding, outputPadding, groups, dilation });
  }

  override extraRepr(): string {
    return this.formatWith(this.outputPadding);
  }

  /** The output padding that gives an output of the wanted size. */
  private paddingTo(outputSize: readonly number[], input: Tensor): number[] {
    const { kernelSize, stride, padding, dilation } = this;
    const dims = kernelSize.length;
    const { spatial } = readImages(`conv_transpose${dims}d`, checkTensor('forward', input).shape, dims);
    if (!Array.isArray(outputSize)) {
      throw new ArgumentError(`output_size is an array of sizes, found ${describeValue(outputSize)}`);
    }
    const wanted = outputSize.length === input.ndim ? outputSize.slice(-dims) : outputSize;
    if (wanted.length !== dims) {
      throw new ArgumentError(
        `ConvTranspose${dims}D: for ${input.ndim}D input, output_size must have ${dims} or ${input.ndim} elements (got ${outputSize.length})`,
      );
    }
    const least = leastOutput(spatial, kernelSize, stride, padding, dilation);
    const most = least.map((size, d) => size + stride[d] - 1);
    if (wanted.some((size, d) => !Number.isInteger(size) || size < least[d] || size > most[d])) {
      throw new ShapeError(
        `requested an output size of ${formatShape(wanted)}, but valid sizes range from ${formatShape(least)} to ` +
          `${formatShape(most)} (for an input of ${formatShape(spatial)})`,
      );
    }
    return wanted.map((size, d) => size - least[d]);
  }
}

/**
 * One-dimensional transposed convolution (`torch.nn.ConvTranspose1d`; Zeiler et al. 2010). Default initialisation: weight
 * and bias U(±1/√fanIn) with fanIn = outChannels / groups · kernelSize.
 */
export class ConvTranspose1d extends ConvTranspose {
  /** @param kernelSize one number or [length] */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvTransposeOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param input [N, inChannels, L] or [inChannels, L]
   * @param outputSize wanted size of the output, of its last dimension or of all; decides in place of `outputPadding`
   */
  override forward(input: Tensor, outputSize?: readonly number[]): Tensor {
    return this.convolve(convTranspose1d, input, outputSize);
  }
}

/**
 * Two-dimensional transposed convolution (`torch.nn.ConvTranspose2d`; Zeiler et al. 2010). Default initialisation: weight
 * and bias U(±1/√fanIn) with fanIn = outChannels / groups · ∏kernelSize.
 */
export class ConvTranspose2d extends ConvTranspose {
  /** @param kernelSize one number or [height, width] */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvTransposeOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param input [N, inChannels, H, W] or [inChannels, H, W]
   * @param outputSize wanted size of the output, of its last two dimensions or of all; decides in place of `outputPadding`
   */
  override forward(input: Tensor, outputSize?: readonly number[]): Tensor {
    return this.convolve(convTranspose2d, input, outputSize);
  }
}

/** Three-dimensional transposed convolution (`torch.nn.ConvTranspose3d`), initialised as {@link ConvTranspose2d}. */
export class ConvTranspose3d extends ConvTranspose {
  /** @param kernelSize one number or [depth, height, width] */
  constructor(inChannels: number, outChannels: number, kernelSize: Size, options: ConvTransposeOptions = {}) {
    super(3, inChannels, outChannels, kernelSize, options);
  }

  /**
   * @param input [N, inChannels, D, H, W] or [inChannels, D, H, W]
   * @param outputSize wanted size of the output, of its last three dimensions or of all; decides in place of `outputPadding`
   */
  override forward(input: Tensor, outputSize?: readonly number[]): Tensor {
    return this.convolve(convTranspose3d, input, outputSize);
  }
}
