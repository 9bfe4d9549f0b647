import { DTypeError, formatValue } from '../errors.js';
import { type DType, type FloatDType, isFloatDType } from '../numerics/DType.js';
import { refuseSurplus } from '../readArguments.js';

let defaultDtype: FloatDType = 'float32';

/** The dtype of parameters, and of tensors of numbers, if the caller names none (`torch.get_default_dtype`); at first `float32`. */
export function getDefaultDtype(): FloatDType {
  refuseSurplus('getDefaultDtype', arguments, []);
  return defaultDtype;
}

/**
 * Sets the default dtype (`torch.set_default_dtype`).
 * @throws DTypeError if `dtype` is not a floating-point dtype
 * @example
 * ```ts
 * import { setDefaultDtype, zeros } from 'initree';
 * setDefaultDtype('float64');
 * console.log(zeros([1]).dtype); // float64
 * setDefaultDtype('float32');
 * ```
 */
export function setDefaultDtype(dtype: FloatDType): void {
  refuseSurplus('setDefaultDtype', arguments, ['dtype']);
  if (!isFloatDType(dtype as DType)) {
    throw new DTypeError(`only floating-point types are supported as the default type, found ${formatValue(dtype)}`);
  }
  defaultDtype = dtype;
}
