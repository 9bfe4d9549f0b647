import { DTypeError } from '../errors.js';
import { type DType, type FloatDType, isFloatDType } from '../numerics/DType.js';

let defaultDtype: FloatDType = 'float32';

/** The dtype of tensors made of numbers, and of parameters, where none is given (`torch.get_default_dtype`). */
export function getDefaultDtype(): FloatDType {
  return defaultDtype;
}

/** Sets the default dtype, a floating one (`torch.set_default_dtype`). */
export function setDefaultDtype(dtype: FloatDType): void {
  if (!isFloatDType(dtype as DType)) {
    throw new DTypeError(`only floating-point types are supported as the default type, found ${String(dtype)}`);
  }
  defaultDtype = dtype;
}
