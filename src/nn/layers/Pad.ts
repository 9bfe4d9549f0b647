import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatPython } from '../formatPython.js';
import { type PadMode, pad } from '../functional/padding.js';
import { Module } from '../Module.js';
import { sizePerDimension } from '../sizePerDimension.js';

/** One size for all sides, or one size for each side. */
export type Padding = number | readonly number[];

const PAD: Signature<object> = { required: ['padding'], defaults: {}, endsInArray: true };

/** Adds elements around the last dimensions of its input; a negative size removes elements. */
export abstract class Pad extends Module {
  /** `[left, right]`, `[left, right, top, bottom]` or `[left, right, top, bottom, front, back]` */
  readonly padding: readonly number[];
  protected readonly mode: PadMode;

  /** @param args The arguments of the constructor of the subclass. */
  constructor(padding: Padding, dims: number, mode: PadMode, args: ArrayLike<unknown>, signature = PAD) {
    super();
    readArguments(`nn.${new.target.name}`, args, signature);
    this.padding = sizePerDimension('padding', padding, 2 * dims, -Infinity);
    this.mode = mode;
  }

  /**
   * @param input A tensor in the shape that the description of the class gives.
   * @returns The shape of the input; each padded dimension grows by its two sizes.
   * @throws ShapeError if the padding does not fit the input.
   */
  override forward(input: Tensor): Tensor {
    if (arguments.length > 1) refuseSurplus(`nn.${this.constructor.name}.forward`, arguments, ['input']);
    return pad(input, this.padding, { mode: this.mode });
  }

  override extraRepr(): string {
    return formatPython(this.padding);
  }
}
