import { normalLaw } from '../laws/normal.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';

/** N(mean, std²). */
export function normal(mean = 0, std = 1): Initializer {
  return defineInitializer('normal', { mean, std }, () => normalLaw(mean, std));
}

/**
 * Fills `tensor` with draws from N(mean, std²) (`torch.nn.init.normal_`).
 * @throws ArgumentError if std is negative or a number is not finite · DTypeError for integers
 */
export function normal_<T extends Tensor>(tensor: T, mean = 0, std = 1, options?: DrawOptions): T {
  return normal(mean, std).fill(tensor, options);
}
