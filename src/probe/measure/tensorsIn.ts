import { isPlainObject } from '../../errors.js';
import { Tensor } from '../../tensor/Tensor.js';

/** The tensors of a value, in order: the value itself, or those in nested arrays and plain objects. Each container counts once. */
export function tensorsIn(value: unknown): Tensor[] {
  const found: Tensor[] = [];
  const seen = new Set<unknown>();
  // A list instead of recursion, so that the depth is not limited.
  const pending = [value];
  while (pending.length > 0) {
    const part = pending.pop();
    if (part instanceof Tensor) found.push(part);
    else if ((Array.isArray(part) || isPlainObject(part)) && !seen.has(part)) {
      seen.add(part);
      const parts: unknown[] = Object.values(part);
      for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]);
    }
  }
  return found;
}
