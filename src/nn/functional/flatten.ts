import { describeValue, ShapeError } from '../../errors.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { checkHasDimensions } from '../../tensor/alongDimension.js';
import { formatShape, numelOf, resolveDim, type Shape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/** Options of {@link flatten}. */
export interface FlattenOptions {
  /** First dimension to join; a negative number counts from the end. Default: 0. */
  startDim?: number | undefined;
  /** Last dimension to join; a negative number counts from the end. Default: −1. */
  endDim?: number | undefined;
}

const FLATTEN: Signature<FlattenOptions> = {
  required: ['input'],
  byPosition: ['startDim', 'endDim'],
  defaults: { startDim: 0, endDim: -1 },
};
const UNFLATTEN: Signature<object> = { required: ['input', 'dim', 'sizes'], defaults: {} };

/**
 * Joins the dimensions from `startDim` to `endDim` into one dimension (`torch.flatten`). The result shares the elements
 * of the input.
 * @param input Any shape.
 * @param startDim First dimension to join, or the options; a negative number counts from the end. Default: 0.
 * @param endDim Last dimension to join, or the options; a negative number counts from the end. Default: −1.
 * @param options `startDim` (default: 0), `endDim` (default: −1).
 * @returns The shape of the input with one dimension in place of the joined dimensions.
 * @throws ShapeError if the input does not have these dimensions.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.flatten(zeros([32, 1, 5, 5]), 1).shape); // [ 32, 25 ]
 * ```
 */
export function flatten(
  input: Tensor,
  startDim?: number | FlattenOptions,
  endDim?: number | FlattenOptions,
  options?: FlattenOptions,
): Tensor {
  const settings = readArguments('F.flatten', arguments, FLATTEN);
  return checkTensor('flatten', input).flatten(settings.startDim, settings.endDim);
}

/**
 * Splits one dimension into several dimensions (`torch.unflatten`). The result shares the elements of the input.
 * @param input Any shape that has the dimension.
 * @param dim The dimension to split; a negative number counts from the end.
 * @param sizes The new sizes, whose product is the size of the dimension. One size may be −1, which is then inferred.
 * @returns The shape of the input with `sizes` in place of the dimension.
 * @throws ShapeError if the product of `sizes` is not the size of the dimension.
 */
export function unflatten(input: Tensor, dim: number, sizes: Shape): Tensor {
  readArguments('F.unflatten', arguments, UNFLATTEN);
  checkHasDimensions('unflatten', checkTensor('unflatten', input));
  if (!Array.isArray(sizes)) throw new ShapeError(`unflatten: sizes must be an array, found ${describeValue(sizes)}`);
  const { shape } = input;
  const d = resolveDim(dim, shape.length);
  if (sizes.length === 0) throw new ShapeError('unflatten: sizes must be non-empty');
  const refusal = () =>
    new ShapeError(
      `unflatten: Provided sizes ${formatShape(sizes)} don't multiply up to the size of dim ${d} (${shape[d]}) in the input tensor`,
    );
  const open = sizes.indexOf(-1);
  if (!Array.from(sizes).every((size, i) => Number.isSafeInteger(size) && (size >= 0 || i === open))) throw refusal();
  const known = numelOf(open === -1 ? sizes : sizes.toSpliced(open, 1));
  const fits = open === -1 ? known === shape[d] : shape[d] % known === 0;
  if (!fits) throw refusal();
  return input.view(shape.toSpliced(d, 1, ...(open === -1 ? sizes : sizes.with(open, shape[d] / known))));
}
