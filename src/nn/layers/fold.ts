import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { sizePerDimension } from '../checkSize.js';
import { formatSettings } from '../formatPython.js';
import { type FoldOptions, fold, unfold } from '../functional/fold.js';
import type { Size } from '../functional/windows.js';
import { Module } from '../Module.js';

/** What both directions have in common: how the blocks slide over the image. */
abstract class SlidingBlocks extends Module {
  readonly kernelSize: Size;
  readonly dilation: Size;
  readonly padding: Size;
  readonly stride: Size;

  constructor(kernelSize: Size, options: FoldOptions) {
    super();
    const { dilation, padding, stride } = readOptions(new.target.name, options, { dilation: 1, padding: 0, stride: 1 });
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

/** Sliding blocks of an image as columns (`torch.nn.Unfold`). */
export class Unfold extends SlidingBlocks {
  /** @param kernelSize size of a block, one number or [height, width] */
  constructor(kernelSize: Size, options: FoldOptions = {}) {
    super(kernelSize, options);
  }

  /** @param input [N, C, H, W] or [C, H, W] → [N, C·∏kernelSize, blocks] or without N */
  override forward(input: Tensor): Tensor {
    return unfold(input, this.kernelSize, this.options());
  }
}

/** Images from sliding blocks, which are added up where they overlap (`torch.nn.Fold`). */
export class Fold extends SlidingBlocks {
  readonly outputSize: Size;

  /**
   * @param outputSize size of an image, one number or [height, width]
   * @param kernelSize size of a block, one number or [height, width]
   */
  constructor(outputSize: Size, kernelSize: Size, options: FoldOptions = {}) {
    super(kernelSize, options);
    sizePerDimension('outputSize', outputSize, 2);
    this.outputSize = outputSize;
  }

  /** @param input [N, C·∏kernelSize, blocks] or [C·∏kernelSize, blocks] → [N, C, height, width] or without N */
  override forward(input: Tensor): Tensor {
    return fold(input, this.outputSize, this.kernelSize, this.options());
  }

  override extraRepr(): string {
    return `${formatSettings({ output_size: this.outputSize })}, ${super.extraRepr()}`;
  }
}
