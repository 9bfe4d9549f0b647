import { normalLaw } from '../laws/normal.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { readArguments, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { fillInPlace, inPlaceOf } from './inPlace.js';

/** Settings of {@link normal}. */
export interface NormalSettings {
  /** Mean, finite. Default: 0. */
  mean?: number | undefined;
  /** Standard deviation, finite and ≥ 0. Default: 1. */
  std?: number | undefined;
}

const NORMAL: Signature<NormalSettings> = { byPosition: ['mean', 'std'], defaults: { mean: 0, std: 1 } };
const IN_PLACE = inPlaceOf(NORMAL);

/**
 * An initialiser that draws from the normal distribution N(mean, std²), for tensors of any shape. `law()` and `fill()`
 * report a wrong `mean` or `std`.
 * @param mean finite. Default: 0.
 * @param std standard deviation, finite and ≥ 0. Default: 1.
 */
export function normal(mean?: number | NormalSettings, std?: number | NormalSettings): Initializer {
  const read = readArguments('init.normal', arguments, NORMAL);
  return defineInitializer('normal', { mean: read.mean, std: read.std }, () => normalLaw(read.mean, read.std));
}

/**
 * Fills `tensor`, of any shape, with draws from N(mean, std²), and returns it (`torch.nn.init.normal_`).
 * @param mean finite. Default: 0.
 * @param std standard deviation, finite and ≥ 0. Default: 1.
 * @param options `mean`, `std`, and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ArgumentError if std is negative or a number is not finite
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * console.log(init.normal_(zeros([3]), 0, 0.02)); // tensor([ 0.0308, -0.0059, -0.0436])
 * ```
 */
export function normal_<T extends Tensor | null>(
  tensor: T,
  mean?: number | (NormalSettings & DrawOptions),
  std?: number | (NormalSettings & DrawOptions),
  options?: NormalSettings & DrawOptions,
): T {
  return fillInPlace('init.normal_', tensor, arguments, IN_PLACE, normal);
}
