import { isPlainObject } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { Tensor } from '../../tensor/Tensor.js';

/** Inputs whose float tensors are copies that require gradients, in nested arrays and plain objects. */
export function copyInputs(inputs: readonly unknown[]): { readonly copies: unknown[]; readonly tensors: Tensor[] } {
  const tensors: Tensor[] = [];
  const copyOf = (value: unknown): unknown => {
    if (value instanceof Tensor) {
      const copy = value.detach().clone();
      if (isFloatDType(copy.dtype)) copy.requiresGrad = true;
      tensors.push(copy);
      return copy;
    }
    if (Array.isArray(value)) return value.map(copyOf);
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
  };
  return { copies: inputs.map(copyOf), tensors };
}
