import { DTypeError } from '../errors.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import type { Dense } from './Dense.js';
import { getDefaultDtype } from './defaultDtype.js';

const INTEGERS: readonly DType[] = ['bool', 'uint8', 'int32', 'int64'];

/** The smallest of our dtypes that can hold the elements of both (`torch.promote_types`). */
export function promoteDtypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if (isFloatDType(a) && isFloatDType(b)) return a === 'float64' || b === 'float64' ? 'float64' : 'float32';
  if (isFloatDType(a)) return a;
  if (isFloatDType(b)) return b;
  return INTEGERS[Math.max(INTEGERS.indexOf(a), INTEGERS.indexOf(b))];
}

/**
 * The dtype of an operation on two tensors (`torch.result_type`). Next to a tensor with dimensions, a tensor of shape `[]`
 * decides only if its dtype is of a higher kind (bool < integer < floating point).
 */
export function promoteOperands(a: Dense, b: Dense): DType {
  const aIsSingle = a.shape.length === 0;
  if (aIsSingle === (b.shape.length === 0)) return promoteDtypes(a.dtype, b.dtype);
  const [array, single] = aIsSingle ? [b.dtype, a.dtype] : [a.dtype, b.dtype];
  return kindOf(single) > kindOf(array) ? promoteDtypes(array, single) : array;
}

/** A number next to a tensor. A bigint is an integer; a boolean is 0 or 1. */
export type Scalar = number | bigint | boolean;

/**
 * The dtype of an operation on a tensor and a number. The number decides only if its kind is higher. A number is an integer if
 * it is whole and `int64` can hold it.
 */
export function promoteWithNumber(dtype: DType, value: Scalar): DType {
  if (isFloatDType(dtype) || typeof value === 'boolean') return dtype;
  if (typeof value === 'number' && !(Number.isInteger(value) && Math.abs(value) < 2 ** 63)) return getDefaultDtype();
  return dtype === 'bool' ? 'int64' : dtype;
}

/** The dtype of results that are real numbers, such as quotients and square roots: the default dtype for integers. */
export function floatDtypeOf(dtype: DType): DType {
  return isFloatDType(dtype) ? dtype : getDefaultDtype();
}

/** Throws DTypeError if results of one dtype would be stored as elements of a lower kind (bool < integer < floating point). */
export function checkCastable(from: DType, to: DType): void {
  if (kindOf(from) <= kindOf(to)) return;
  throw new DTypeError(`result type ${from} can't be cast to the desired output type ${to}`);
}

function kindOf(dtype: DType): number {
  return dtype === 'bool' ? 0 : isFloatDType(dtype) ? 2 : 1;
}
