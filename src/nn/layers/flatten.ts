import { ArgumentError, describeValue } from '../../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { flatten, unflatten } from '../functional/flatten.js';
import { Module } from '../Module.js';

/** Options of {@link Flatten}, which may also be given by position. */
export interface FlattenOptions {
  /** First dimension to join; a negative number counts from the end. Default: 1. */
  startDim?: number | undefined;
  /** Last dimension to join; a negative number counts from the end. Default: −1. */
  endDim?: number | undefined;
}

const FLATTEN: Signature<FlattenOptions> = {
  byPosition: ['startDim', 'endDim'],
  defaults: { startDim: 1, endDim: -1 },
};

const UNFLATTEN: Signature<object> = { required: ['dim', 'unflattenedSize'], defaults: {}, endsInArray: true };

/**
 * Joins the dimensions from `startDim` to `endDim` into one dimension (`torch.nn.Flatten`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Flatten().forward(zeros([32, 1, 5, 5])).shape); // [ 32, 25 ]
 * ```
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /**
   * @param startDim First dimension to join; a negative number counts from the end. Default: 1.
   * @param endDim Last dimension to join; a negative number counts from the end. Default: −1.
   */
  constructor(startDim?: number | FlattenOptions, endDim?: number | FlattenOptions) {
    super();
    const settings = readArguments('nn.Flatten', arguments, FLATTEN);
    this.startDim = settings.startDim;
    this.endDim = settings.endDim;
  }

  /**
   * @param input Any shape that has these dimensions.
   * @returns The shape of the input with one dimension in place of the joined dimensions.
   * @throws ShapeError if the input does not have these dimensions.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Flatten.forward', arguments, ['input']);
    return flatten(input, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return formatSettings({ start_dim: this.startDim, end_dim: this.endDim });
  }
}

/**
 * Splits one dimension into several dimensions (`torch.nn.Unflatten`).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Unflatten(1, [2, -1, 5]).forward(zeros([2, 50])).shape); // [ 2, 2, 5, 5 ]
 * ```
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly sizes: Shape;

  /**
   * @param dim The dimension to split; a negative number counts from the end.
   * @param sizes The new sizes, whose product is the size of the dimension. One size may be −1, which is then inferred.
   * @throws ArgumentError if `sizes` is not an array of integers.
   */
  constructor(dim: number, sizes: Shape) {
    super();
    readArguments('nn.Unflatten', arguments, UNFLATTEN);
    if (!Array.isArray(sizes) || !Array.from(sizes).every(Number.isSafeInteger)) {
      throw new ArgumentError(`unflattened_size must be tuple of ints, but found ${describeValue(sizes)}`);
    }
    this.dim = dim;
    this.sizes = [...sizes];
  }

  /**
   * @param input Any shape that has the dimension.
   * @returns The shape of the input with `sizes` in place of the dimension.
   * @throws ShapeError if the product of `sizes` is not the size of the dimension.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Unflatten.forward', arguments, ['input']);
    return unflatten(input, this.dim, this.sizes);
  }

  override extraRepr(): string {
    return formatSettings({ dim: this.dim, unflattened_size: this.sizes });
  }
}
