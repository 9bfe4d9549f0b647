import { type DType, isFloatDType } from '../kernels/DType.js';
import { getDefaultDtype } from './defaultDtype.js';

const INTEGERS: readonly DType[] = ['bool', 'uint8', 'int32', 'int64'];

/** The dtype of an operation on two tensors: PyTorch's promotion between the dtypes that exist here. */
export function promoteDtypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if (isFloatDType(a) && isFloatDType(b)) return a === 'float64' || b === 'float64' ? 'float64' : 'float32';
  if (isFloatDType(a)) return a;
  if (isFloatDType(b)) return b;
  return INTEGERS[Math.max(INTEGERS.indexOf(a), INTEGERS.indexOf(b))];
}

/** The dtype of an operation on a tensor and a number, which counts only by its kind. */
export function promoteWithNumber(dtype: DType, value: number): DType {
  if (isFloatDType(dtype)) return dtype;
  if (!Number.isInteger(value)) return getDefaultDtype();
  return dtype === 'bool' ? 'int64' : dtype;
}

/** The dtype of results that are real numbers by nature, such as quotients and square roots. */
export function floatDtypeOf(dtype: DType): DType {
  return isFloatDType(dtype) ? dtype : getDefaultDtype();
}
