import { uniformLaw } from '../laws/uniform.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { fillInPlace, inPlaceOf } from './inPlace.js';

/** Settings of {@link uniform}. */
export interface UniformSettings {
  /** Lower bound, included. Default: 0. */
  a?: number | undefined;
  /** Upper bound, excluded, ≥ a. Default: 1. */
  b?: number | undefined;
}

const UNIFORM: Signature<UniformSettings> = { byPosition: ['a', 'b'], defaults: { a: 0, b: 1 } };
const IN_PLACE = inPlaceOf(UNIFORM);

/**
 * An initialiser that draws from the uniform distribution U[a, b), for tensors of any shape. `law()` and `fill()` report a
 * wrong `a` or `b`.
 * @param a lower bound, included. Default: 0.
 * @param b upper bound, excluded, ≥ a. Default: 1.
 */
export function uniform(a?: number | UniformSettings, b?: number | UniformSettings): Initializer {
  const read = readArguments('init.uniform', arguments, UNIFORM);
  return defineInitializer('uniform', { a: read.a, b: read.b }, () => uniformLaw(read.a, read.b));
}

/**
 * Fills `tensor`, of any shape, with draws from U[a, b), and returns it (`torch.nn.init.uniform_`).
 * @param a lower bound, included. Default: 0.
 * @param b upper bound, excluded, ≥ a. Default: 1.
 * @param options `a`, `b`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ArgumentError if a > b or a bound is not a finite number of the dtype
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.uniform_(zeros([3]), -1, 1)); // tensor([-0.0075,  0.5364, -0.8230])
 * ```
 */
export function uniform_<T extends Tensor | null>(
  tensor: T,
  a?: number | (UniformSettings & DrawOptions),
  b?: number | (UniformSettings & DrawOptions),
  options?: UniformSettings & DrawOptions,
): T {
  return fillInPlace('init.uniform_', tensor, arguments, IN_PLACE, uniform);
}
