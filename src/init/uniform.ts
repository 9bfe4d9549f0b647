import { uniformLaw } from '../laws/uniform.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** U[a, b). */
export function uniform(a = 0, b = 1): Initializer {
  return defineInitializer('uniform', { a, b }, () => uniformLaw(a, b));
}

/**
 * Fills `tensor` with draws from U[a, b) (`torch.nn.init.uniform_`).
 * @throws ArgumentError if a > b or a bound is not finite · DTypeError for integers
 */
export function uniform_<T extends Tensor>(tensor: T, a = 0, b = 1, options?: DrawOptions): T {
  return uniform(a, b).fill(tensor, options);
}
