import type { Activation } from '../../gaussian/activations.js';
import {
  type Bends,
  momentsOfValues,
  type Normal,
  type Scalar,
  type ValueMoments,
} from '../../gaussian/expectation.js';
import { gaussHermite } from '../../gaussian/gaussRule.js';
import { erfc } from '../../numerics/erf.js';
import { areFinite, type Channels, meanOfMoments, meanOverChannels, normalOf } from './channels.js';
import { known, type Step, unknown } from './Moments.js';

/** A pool over windows whose elements have the same moments and correlation within a channel. */
export interface Pool {
  readonly input: Channels;
  /** The measured correlation of two elements of a window, for each channel. Those below 0 count as 0 for a maximum. */
  readonly correlations: ArrayLike<number>;
  /** The mean number of elements that a window covers, ≥ 1; padding does not count (`countTaps`). */
  readonly size: number;
}

/** The mean of a window: μ and μ² + σ²·(1 + (n − 1)·ρ) / n. */
export function averagePoolStep({ input, correlations, size }: Pool): Step {
  if (!areFinite(input)) return unknown('not finite');
  const channels = input.means.length;
  const mean = meanOverChannels(channels, (c) => input.means[c]);
  const meanSquare = meanOverChannels(channels, (c) => {
    const normal = normalOf(input, c);
    return normal.mean ** 2 + (normal.variance * (1 + (size - 1) * correlations[c])) / size;
  });
  return known(mean, meanSquare);
}

/** The rule for the part that all elements of a window have in common. The largest element depends on it smoothly. */
const COMMON = gaussHermite(16);

/**
 * The maximum of a window of normal elements, followed or preceded by a function that does not decrease.
 * @param activation the function of the elements. The moments of `input` are those before it, where the elements are normal.
 */
export function maxPoolStep({ input, correlations, size }: Pool, activation: Activation): Step {
  if (!areFinite(input)) return unknown('not finite');
  return meanOfMoments(input.means.length, (c) =>
    momentsOfLargest(activation.value, normalOf(input, c), { size, correlation: correlations[c] }, activation),
  );
}

/**
 * The mean and the mean square of f at the largest element of a window of normals.
 *
 * *Method:* equally correlated normals have a part in common and parts of their own. The largest of n independent ones has the density
 * n·Φⁿ⁻¹·φ.
 */
export function momentsOfLargest(
  f: Scalar,
  { mean, variance }: Normal,
  { size, correlation }: { readonly size: number; readonly correlation: number },
  bends: Bends,
): ValueMoments {
  const common = variance * Math.min(1, Math.max(0, correlation));
  const own = variance - common;
  const std = Math.sqrt(own);
  let [sum, squares] = [0, 0];
  for (const [i, node] of COMMON.nodes.entries()) {
    const centre = mean + Math.sqrt(common) * node;
    // Where the elements do not differ, the largest is any of them.
    const tilt = (x: number) => (own === 0 ? 1 : size * normalCdf((x - centre) / std) ** (size - 1));
    const largest = momentsOfValues(f, { mean: centre, variance: own }, bends, tilt);
    sum += COMMON.weights[i] * largest.mean;
    squares += COMMON.weights[i] * largest.meanSquare;
  }
  return { mean: sum, meanSquare: squares };
}

/** Φ(z), with a small relative error in the lower tail, too. */
function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}
