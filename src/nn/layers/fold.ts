import { type ReadArguments, readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { type FoldOptions, fold, unfold } from '../functional/fold.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';
import { sizePerDimension } from '../sizePerDimension.js';

const UNFOLD: Signature<FoldOptions> = {
  required: ['kernelSize'],
  defaults: { dilation: 1, padding: 0, stride: 1 },
};

const FOLD: Signature<FoldOptions> = { ...UNFOLD, required: ['outputSize', 'kernelSize'] };

/** The settings that {@link Unfold} and {@link Fold} share: how blocks slide over an image. */
abstract class SlidingBlocks extends Module {
  readonly kernelSize: Size;
  readonly dilation: Size;
  readonly padding: Size;
  readonly stride: Size;

  constructor(kernelSize: Size, { dilation, padding, stride }: ReadArguments<FoldOptions>) {
    super();
    sizePerDimension('kernelSize', kernelSize, 2);
    sizePerDimension('dilation', dilation, 2);
    sizePerDimension('padding', padding, 2, 0);
    sizePerDimension('stride', stride, 2);
    this.kernelSize = kernelSize;
    this.dilation = dilation;
    this.padding = padding;
    this.stride = stride;
  }

  protected options(): FoldOptions {
    const { dilation, padding, stride } = this;
    return { dilation, padding, stride };
  }

  override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    return formatSettings({ kernel_size: kernelSize, dilation, padding, stride });
  }
}

/**
 * The sliding blocks of images as columns (`torch.nn.Unfold`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Unfold([2, 3]).forward(zeros([2, 5, 3, 4])).shape); // [ 2, 30, 4 ]
 * ```
 */
export class Unfold extends SlidingBlocks {
  /**
   * @param kernelSize Size of a block, ≥ 1: one number or `[height, width]`.
   * @param options `dilation` (≥ 1, default: 1), `padding` (≥ 0, default: 0), `stride` (≥ 1, default: 1); see
   *   {@link FoldOptions}.
   * @throws ArgumentError if a size is out of its range or an option is unknown.
   */
  constructor(kernelSize: Size, options?: FoldOptions) {
    super(kernelSize, readArguments('nn.Unfold', arguments, UNFOLD));
  }

  /**
   * @param input `[N, C, H, W]` or `[C, H, W]`
   * @returns `[N, C·kernel height·kernel width, blocks]`, without N if the input has no N
   * @throws ShapeError if the shape does not match or if no block fits into the image.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Unfold.forward', arguments, ['input']);
    return unfold(input, this.kernelSize, this.options());
  }
}

/**
 * Images from sliding blocks, where overlapping elements are added (`torch.nn.Fold`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Fold([4, 5], 2).forward(zeros([1, 12, 12])).shape); // [ 1, 3, 4, 5 ]
 * ```
 */
export class Fold extends SlidingBlocks {
  readonly outputSize: Size;

  /**
   * @param outputSize Size of an image, ≥ 1: one number or `[height, width]`.
   * @param kernelSize Size of a block, ≥ 1: one number or `[height, width]`.
   * @param options `dilation` (≥ 1, default: 1), `padding` (≥ 0, default: 0), `stride` (≥ 1, default: 1); see
   *   {@link FoldOptions}.
   * @throws ArgumentError if a size is out of its range or an option is unknown.
   */
  constructor(outputSize: Size, kernelSize: Size, options?: FoldOptions) {
    super(kernelSize, readArguments('nn.Fold', arguments, FOLD));
    sizePerDimension('outputSize', outputSize, 2);
    this.outputSize = outputSize;
  }

  /**
   * @param input `[N, C·kernel height·kernel width, blocks]`, or without N
   * @returns `[N, C, height, width]`, without N if the input has no N
   * @throws ShapeError if the number of blocks or their size does not match the image.
   * @throws DTypeError if the dtype is not floating.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Fold.forward', arguments, ['input']);
    return fold(input, this.outputSize, this.kernelSize, this.options());
  }

  override extraRepr(): string {
    return `${formatSettings({ output_size: this.outputSize })}, ${super.extraRepr()}`;
  }
}
