import { isPlainObject } from '../../errors.js';
import { Tensor } from '../../tensor/Tensor.js';

/** The tensors of a value, in order: the value itself, or those in nested arrays and plain objects. Each container counts once. */
export function tensorsIn(value: unknown, seen: Set<unknown> = new Set()): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (!(Array.isArray(value) || isPlainObject(value)) || seen.has(value)) return [];
  seen.add(value);
  return Object.values(value).flatMap((part) => tensorsIn(part, seen));
}
