import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { type MaxPooled, type MaxPoolOptions, maxPool1d, maxPool2d, maxPool3d } from '../functional/maxPooling.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';

const MAX_POOL: Signature<MaxPoolOptions<boolean>> = {
  required: ['kernelSize'],
  byPosition: ['stride'],
  defaults: { stride: null, padding: 0, dilation: 1, returnIndices: false, ceilMode: false },
};

/** The settings that max pooling layers share. */
abstract class MaxPool<Indices extends boolean> extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly dilation: Size;
  readonly returnIndices: Indices;
  readonly ceilMode: boolean;

  /**
   * @param kernelSize Size of the window, ≥ 1: one number, or one for each spatial dimension.
   * @param stride Step from window to window, ≥ 1: one number, or one for each spatial dimension; or the options.
   *   Default: null, which means `kernelSize`.
   * @param options `stride`, `padding` (≥ 0 and at most half of `kernelSize`, default: 0), `dilation` (≥ 1, default: 1),
   *   `returnIndices` (default: false), `ceilMode` (default: false); see {@link MaxPoolOptions}.
   * @throws ArgumentError if an option is unknown. `forward` checks the sizes.
   */
  constructor(kernelSize: Size, stride?: Size | null | MaxPoolOptions<Indices>, options?: MaxPoolOptions<Indices>) {
    super();
    const settings = readArguments(`nn.${new.target.name}`, arguments, MAX_POOL);
    this.kernelSize = kernelSize;
    this.stride = settings.stride ?? kernelSize;
    this.padding = settings.padding;
    this.dilation = settings.dilation;
    this.returnIndices = settings.returnIndices as Indices;
    this.ceilMode = settings.ceilMode;
  }

  protected options(): MaxPoolOptions<Indices> {
    const { stride, padding, dilation, returnIndices, ceilMode } = this;
    return { stride, padding, dilation, returnIndices, ceilMode };
  }

  /**
   * @param input A tensor in the shape that the description of the class gives.
   * @returns The output, or `[output, indices]` with `returnIndices`. Each spatial size is ⌊(size + 2·padding −
   *   dilation·(kernelSize − 1) − 1) / stride⌋ + 1; with `ceilMode` it is rounded up.
   * @throws ShapeError if the shape does not match or the output would be empty.
   * @throws ArgumentError if a size is out of its range.
   * @throws DTypeError if the dtype is not floating.
   */
  abstract override forward(input: Tensor): MaxPooled<Indices>;

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return formatSettings({ kernel_size: kernelSize, stride, padding, dilation, ceil_mode: ceilMode });
  }
}

/**
 * The largest element of each window of `[N, C, L]` or `[C, L]` (`torch.nn.MaxPool1d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.MaxPool1d(3, 2).forward(zeros([20, 16, 50])).shape); // [ 20, 16, 24 ]
 * ```
 */
export class MaxPool1d<Indices extends boolean = false> extends MaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    refuseSurplus('nn.MaxPool1d.forward', arguments, ['input']);
    return maxPool1d(input, this.kernelSize, this.options());
  }
}

/**
 * The largest element of each window of `[N, C, H, W]` or `[C, H, W]` (`torch.nn.MaxPool2d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.MaxPool2d(2).forward(zeros([1, 6, 28, 28])).shape); // [ 1, 6, 14, 14 ]
 * const [output, indices] = new nn.MaxPool2d(2, 2, { returnIndices: true }).forward(zeros([1, 6, 28, 28]));
 * console.log(output.shape, indices.dtype); // [ 1, 6, 14, 14 ] int64
 * ```
 */
export class MaxPool2d<Indices extends boolean = false> extends MaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    refuseSurplus('nn.MaxPool2d.forward', arguments, ['input']);
    return maxPool2d(input, this.kernelSize, this.options());
  }
}

/**
 * The largest element of each window of `[N, C, D, H, W]` or `[C, D, H, W]` (`torch.nn.MaxPool3d`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.MaxPool3d([1, 2, 2]).forward(zeros([1, 4, 8, 16, 16])).shape); // [ 1, 4, 8, 8, 8 ]
 * ```
 */
export class MaxPool3d<Indices extends boolean = false> extends MaxPool<Indices> {
  override forward(input: Tensor): MaxPooled<Indices> {
    refuseSurplus('nn.MaxPool3d.forward', arguments, ['input']);
    return maxPool3d(input, this.kernelSize, this.options());
  }
}
