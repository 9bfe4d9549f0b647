import type { TruncationMethod } from '../laws/Law.js';
import { truncatedNormalLaw } from '../laws/truncatedNormal.js';
import type { DrawOptions } from '../random/DrawOptions.js';
import { type ReadArguments, readArguments, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { defineInitializer, type Initializer } from './Initializer.js';
import { fillInPlace, inPlaceOf } from './inPlace.js';

/** Settings of {@link truncNormal} and {@link truncNormalTf}. */
export interface TruncNormalSettings {
  /** Mean of the normal distribution before truncation, finite. Default: 0. */
  mean?: number | undefined;
  /** Standard deviation of the normal distribution before truncation, > 0. Default: 1. */
  std?: number | undefined;
  /** Lower bound. Default: −2. */
  a?: number | undefined;
  /** Upper bound, ≥ a. Default: 2. */
  b?: number | undefined;
  /** How the distribution is truncated. Default: `'rejection'`, PyTorch's method. */
  method?: TruncationMethod | undefined;
}

const TRUNCATED: Signature<TruncNormalSettings> = {
  byPosition: ['mean', 'std', 'a', 'b'],
  defaults: { mean: 0, std: 1, a: -2, b: 2, method: 'rejection' },
};
const IN_PLACE = inPlaceOf(TRUNCATED);

/**
 * An initialiser, for tensors of any shape, that draws from N(mean, std²) truncated to [a, b]. The bounds are values, not
 * numbers of standard deviations.
 * @param mean mean before truncation, finite. Default: 0.
 * @param std standard deviation before truncation, > 0. Default: 1.
 * @param a lower bound. Default: −2.
 * @param b upper bound, ≥ a. Default: 2.
 * @param settings `mean` (default: 0), `std` (default: 1), `a` (default: −2), `b` (default: 2) and `method` (default:
 *   `'rejection'`). The rejection draws again until every element is accepted. `law()` and `fill()` refuse a fill for which
 *   more than 1,000 rounds are expected that draw more than 10⁹ elements together (a round counts as 500 at least); its
 *   bounds are far from the mean, or nearer to each other than numbers of the dtype. `method: 'inverse'` draws once.
 * @throws ArgumentError for an unknown option. `law()` and `fill()` report a wrong value of an option.
 */
export function truncNormal(
  mean?: number | TruncNormalSettings,
  std?: number | TruncNormalSettings,
  a?: number | TruncNormalSettings,
  b?: number | TruncNormalSettings,
  settings?: TruncNormalSettings,
): Initializer {
  return ofTruncNormal(readArguments('init.truncNormal', arguments, TRUNCATED));
}

function ofTruncNormal({ mean, std, a, b, method }: ReadArguments<TruncNormalSettings>): Initializer {
  return defineInitializer('truncNormal', { mean, std, a, b, method }, () =>
    truncatedNormalLaw({ mean, std, a, b, method, scale: 1, shift: 0 }),
  );
}

/**
 * An initialiser, for tensors of any shape, that draws from N(0, 1) truncated to [a, b], then multiplies by `std` and adds
 * `mean`. The bounds are numbers of standard deviations, as in TensorFlow (timm's `trunc_normal_tf_`).
 * @param mean mean before truncation, finite. Default: 0.
 * @param std standard deviation before truncation, > 0. Default: 1.
 * @param a lower bound. Default: −2.
 * @param b upper bound, ≥ a. Default: 2.
 * @param settings `mean` (default: 0), `std` (default: 1), `a` (default: −2), `b` (default: 2) and `method` (default:
 *   `'rejection'`)
 * @throws ArgumentError for an unknown option. `law()` and `fill()` report a wrong value of an option.
 */
export function truncNormalTf(
  mean?: number | TruncNormalSettings,
  std?: number | TruncNormalSettings,
  a?: number | TruncNormalSettings,
  b?: number | TruncNormalSettings,
  settings?: TruncNormalSettings,
): Initializer {
  return ofTruncNormalTf(readArguments('init.truncNormalTf', arguments, TRUNCATED));
}

function ofTruncNormalTf({ mean, std, a, b, method }: ReadArguments<TruncNormalSettings>): Initializer {
  return defineInitializer('truncNormalTf', { mean, std, a, b, method }, () =>
    truncatedNormalLaw({ mean: 0, std: 1, a, b, method, scale: std, shift: mean }),
  );
}

/**
 * Fills `tensor`, of any shape, with draws from N(mean, std²) truncated to [a, b], and returns it
 * (`torch.nn.init.trunc_normal_`). Prints a warning if the mean lies more than two standard deviations outside the bounds.
 * @param mean mean before truncation, finite. Default: 0.
 * @param std standard deviation before truncation, > 0. Default: 1.
 * @param a lower bound. Default: −2.
 * @param b upper bound, ≥ a. Default: 2.
 * @param options `mean` (default: 0), `std` (default: 1), `a` (default: −2), `b` (default: 2), `method` (default:
 *   `'rejection'`), and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ArgumentError unless std > 0, a ≤ b, and mean and std are finite; and if so few draws would be accepted that the
 *   fill would not end, as {@link truncNormal} says
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * const t = init.truncNormal_(zeros([1000]), { std: 0.02, a: -0.04, b: 0.04 });
 * console.log(t.min().item() >= -0.0401, t.max().item() <= 0.0401); // true true
 * ```
 */
export function truncNormal_<T extends Tensor | null>(
  tensor: T,
  mean?: number | (TruncNormalSettings & DrawOptions),
  std?: number | (TruncNormalSettings & DrawOptions),
  a?: number | (TruncNormalSettings & DrawOptions),
  b?: number | (TruncNormalSettings & DrawOptions),
  options?: TruncNormalSettings & DrawOptions,
): T {
  return fillInPlace('init.truncNormal_', tensor, arguments, IN_PLACE, ofTruncNormal);
}

/**
 * Fills `tensor`, of any shape, with draws from a normal distribution truncated at `a` and `b` standard deviations, and
 * returns it (timm's `trunc_normal_tf_`).
 * @param mean mean before truncation, finite. Default: 0.
 * @param std standard deviation before truncation, > 0. Default: 1.
 * @param a lower bound. Default: −2.
 * @param b upper bound, ≥ a. Default: 2.
 * @param options `mean` (default: 0), `std` (default: 1), `a` (default: −2), `b` (default: 2), `method` (default:
 *   `'rejection'`), and `generator` (default: the default generator)
 * @returns `tensor`; `null` as it is, and then nothing is drawn
 * @throws ArgumentError unless a ≤ b, and mean and std are finite; and if so few draws would be accepted that the fill
 *   would not end, as {@link truncNormal} says
 * @throws DTypeError if the dtype is not a floating dtype
 * @example
 * ```ts
 * import { init, manualSeed, zeros } from 'initree';
 * manualSeed(0);
 * const t = init.truncNormalTf_(zeros([1000]), { std: 0.02 });
 * console.log(t.abs().max().item() <= 0.0401); // true
 * ```
 */
export function truncNormalTf_<T extends Tensor | null>(
  tensor: T,
  mean?: number | (TruncNormalSettings & DrawOptions),
  std?: number | (TruncNormalSettings & DrawOptions),
  a?: number | (TruncNormalSettings & DrawOptions),
  b?: number | (TruncNormalSettings & DrawOptions),
  options?: TruncNormalSettings & DrawOptions,
): T {
  return fillInPlace('init.truncNormalTf_', tensor, arguments, IN_PLACE, ofTruncNormalTf);
}
