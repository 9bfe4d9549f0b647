import { constantLaw } from '../laws/constant.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** Every element `value`. */
export function constant(value: number): Initializer {
  return defineInitializer('constant', { value }, () => constantLaw(value));
}

/** Every element 1. */
export function ones(): Initializer {
  return defineInitializer('ones', {}, () => constantLaw(1));
}

/** Every element 0. */
export function zeros(): Initializer {
  return defineInitializer('zeros', {}, () => constantLaw(0));
}

/** Fills `tensor` with `value` (`torch.nn.init.constant_`). */
export function constant_<T extends Tensor>(tensor: T, value: number): T {
  return constant(value).fill(tensor);
}

/** Fills `tensor` with ones (`torch.nn.init.ones_`). */
export function ones_<T extends Tensor>(tensor: T): T {
  return ones().fill(tensor);
}

/** Fills `tensor` with zeros (`torch.nn.init.zeros_`). */
export function zeros_<T extends Tensor>(tensor: T): T {
  return zeros().fill(tensor);
}
