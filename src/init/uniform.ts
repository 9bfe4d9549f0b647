import { uniformLaw } from '../laws/uniform.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that draws from the uniform distribution U[a, b), for tensors of any shape. `law()` and `fill()` report a
 * wrong `a` or `b`.
 * @param a lower bound, included. Default: 0.
 * @param b upper bound, excluded, ≥ a. Default: 1.
 */
export function uniform(a = 0, b = 1): Initializer {
  return defineInitializer('uniform', { a, b }, () => uniformLaw(a, b));
}

/**
 * Fills `tensor`, of any shape, with draws from U[a, b), and returns it (`torch.nn.init.uniform_`).
 * @param a lower bound, included. Default: 0.
 * @param b upper bound, excluded, ≥ a. Default: 1.
 * @param options `generator`. Default: the default generator.
 * @throws ArgumentError if a > b or a bound is not a finite number of the dtype
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.uniform_(zeros([3]), -1, 1)); // tensor([-0.0075,  0.5364, -0.8230])
 * ```
 */
export function uniform_<T extends Tensor>(tensor: T, a = 0, b = 1, options?: DrawOptions): T {
  return uniform(a, b).fill(tensor, options);
}
