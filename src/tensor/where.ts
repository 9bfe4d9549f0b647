import { readArguments } from '../readArguments.js';
import { promoteWithNumber, type Scalar } from './promote.js';
import { checkScalar, choice, Tensor } from './Tensor.js';

const WHERE = { required: ['condition', 'input', 'other'], defaults: {} };

/**
 * The elements of `input` at the indices where `condition` is true, and those of `other` elsewhere (`torch.where`). All
 * three are broadcast to their common shape. A number gets the dtype of the other choice unless its kind is higher; two
 * whole numbers give `int64`, and two booleans `bool`.
 * @param condition a `bool` tensor
 * @throws ShapeError if there is no common shape
 * @throws DTypeError if the condition has another dtype; `uint8` is accepted, as in PyTorch
 * @example
 * ```ts
 * import { tensor, where } from 'initree';
 * const x = tensor([-1, 2, -3]);
 * console.log(where(x.gt(0), x, 0).tolist()); // [ 0, 2, 0 ]
 * ```
 */
export function where(condition: Tensor, input: Tensor | Scalar, other: Tensor | Scalar): Tensor {
  readArguments('where', arguments, WHERE);
  if (input instanceof Tensor) return input.where(condition, other);
  checkScalar(input);
  if (!(other instanceof Tensor)) checkScalar(other);
  const dtype = promoteWithNumber(other instanceof Tensor ? other.dtype : promoteWithNumber('bool', other), input);
  return choice(input, dtype).where(condition, other instanceof Tensor ? other : choice(other, dtype));
}
