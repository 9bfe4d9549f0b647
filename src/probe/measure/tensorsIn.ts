import { isPlainObject } from '../../errors.js';
import { Tensor } from '../../tensor/Tensor.js';

/** The tensors of a value, in order: the value itself, or those in nested arrays and plain objects. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return isPlainObject(value) ? Object.values(value).flatMap(tensorsIn) : [];
}
