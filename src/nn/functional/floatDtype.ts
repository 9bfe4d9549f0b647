import { DTypeError } from '../../errors.js';
import { type FloatDType, isFloatDType } from '../../kernels/DType.js';
import type { Tensor } from '../../tensor/Tensor.js';

/** The dtype of an operand that must hold real numbers; `name` is the operation's, for the message. */
export function floatDtype(name: string, { dtype }: Tensor): FloatDType {
  if (isFloatDType(dtype)) return dtype;
  throw new DTypeError(`"${name}" not implemented for '${dtype}': convert it with to('float32') before`);
}
