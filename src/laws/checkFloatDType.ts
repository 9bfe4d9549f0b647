import { DTypeError } from '../errors.js';
import { type DType, type FloatDType, isFloatDType } from '../numerics/DType.js';

/**
 * Returns `dtype` if laws of this kind, which draw, can fill tensors of it.
 * @throws DTypeError if `dtype` is not a floating dtype
 */
export function checkFloatDType(kind: string, dtype: DType): FloatDType {
  if (isFloatDType(dtype)) return dtype;
  throw new DTypeError(`${kind} not implemented for '${dtype}': expected a floating dtype`);
}
