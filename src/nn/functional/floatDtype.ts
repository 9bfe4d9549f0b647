import { DTypeError } from '../../errors.js';
import { type FloatDType, isFloatDType } from '../../numerics/DType.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/**
 * The dtype of an operand, which must be floating.
 * @param name Name of the operation, for the message.
 * @throws ArgumentError if the operand is not a tensor.
 * @throws DTypeError if its dtype is not floating.
 */
export function floatDtype(name: string, operand: Tensor): FloatDType {
  const { dtype } = checkTensor(name, operand);
  if (isFloatDType(dtype)) return dtype;
  throw new DTypeError(`"${name}" not implemented for '${dtype}': convert it with to('float32') before`);
}
