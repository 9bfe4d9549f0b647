import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/**
 * eˣ divided by its sum along a dimension (`torch.nn.functional.softmax`).
 * @param input Any shape.
 * @param dim The dimension; a negative number counts from the end.
 * @returns The shape of the input.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.softmax(tensor([1, 1, 2]), 0))); // tensor([0.2119, 0.2119, 0.5761])
 * ```
 */
export function softmax(input: Tensor, dim: number): Tensor {
  return checkTensor('softmax', input).softmax(dim);
}

/**
 * The logarithm of {@link softmax}, without underflow or overflow (`torch.nn.functional.log_softmax`).
 * @param input Any shape.
 * @param dim The dimension; a negative number counts from the end.
 * @returns The shape of the input.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return checkTensor('log_softmax', input).logSoftmax(dim);
}

/**
 * The {@link softmax} of −x (`torch.nn.functional.softmin`).
 * @param input Any shape.
 * @param dim The dimension; a negative number counts from the end.
 * @returns The shape of the input.
 * @throws ShapeError if there is no such dimension.
 * @throws DTypeError if the dtype is not floating.
 */
export function softmin(input: Tensor, dim: number): Tensor {
  return softmax(checkTensor('softmin', input).neg(), dim);
}
