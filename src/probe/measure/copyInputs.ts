import { isPlainObject } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { Tensor } from '../../tensor/Tensor.js';

/**
 * Inputs whose float tensors are copies that require gradients, in nested arrays and plain objects. A container that occurs twice, or
 * in itself, has one copy.
 */
export function copyInputs(inputs: readonly unknown[]): { readonly copies: unknown[]; readonly tensors: Tensor[] } {
  const tensors: Tensor[] = [];
  const containers = new Map<object, object>();
  const copyOf = (value: unknown): unknown => {
    if (value instanceof Tensor) {
      const copy = value.detach().clone();
      if (isFloatDType(copy.dtype)) copy.requiresGrad = true;
      tensors.push(copy);
      return copy;
    }
    if (!Array.isArray(value) && !isPlainObject(value)) return value;
    const known = containers.get(value);
    if (known) return known;
    const copy: object = Array.isArray(value) ? new Array<unknown>(value.length) : {};
    containers.set(value, copy);
    for (const [key, item] of Object.entries(value)) {
      Object.defineProperty(copy, key, { value: copyOf(item), writable: true, enumerable: true, configurable: true });
    }
    return copy;
  };
  return { copies: inputs.map(copyOf), tensors };
}
