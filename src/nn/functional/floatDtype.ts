import { DTypeError } from '../../errors.js';
import { type FloatDType, isFloatDType } from '../../numerics/DType.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';

/**
 * The dtype of an operand that must hold real numbers.
 * @param name of the operation, for the message
 * @throws ArgumentError for what is no tensor · DTypeError for other dtypes
 */
export function floatDtype(name: string, operand: Tensor): FloatDType {
  const { dtype } = checkTensor(name, operand);
  if (isFloatDType(dtype)) return dtype;
  throw new DTypeError(`"${name}" not implemented for '${dtype}': convert it with to('float32') before`);
}
