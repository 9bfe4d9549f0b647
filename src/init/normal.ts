import { normalLaw } from '../laws/normal.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/**
 * An initialiser that draws from the normal distribution N(mean, std²), for tensors of any shape. `law()` and `fill()`
 * report a wrong `mean` or `std`.
 * @param mean finite. Default: 0.
 * @param std standard deviation, finite and ≥ 0. Default: 1.
 */
export function normal(mean = 0, std = 1): Initializer {
  return defineInitializer('normal', { mean, std }, () => normalLaw(mean, std));
}

/**
 * Fills `tensor`, of any shape, with draws from N(mean, std²), and returns it (`torch.nn.init.normal_`).
 * @param mean finite. Default: 0.
 * @param std standard deviation, finite and ≥ 0. Default: 1.
 * @param options `generator`. Default: the default generator.
 * @throws ArgumentError if std is negative or a number is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.normal_(zeros([3]), 0, 0.02)); // tensor([ 0.0308, -0.0059, -0.0436])
 * ```
 */
export function normal_<T extends Tensor>(tensor: T, mean = 0, std = 1, options?: DrawOptions): T {
  return normal(mean, std).fill(tensor, options);
}
