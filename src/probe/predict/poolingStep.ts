import type { Activation } from '../../gaussian/activations.js';
import { expectation } from '../../gaussian/expectation.js';
import { gaussHermite } from '../../gaussian/gaussRule.js';
import { erfc } from '../../numerics/erf.js';
import { areFinite, type Channels, meanOverChannels, normalOf } from './channels.js';
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
const COMMON = gaussHermite(24);

/**
 * The maximum of a window of normal elements, followed or preceded by a function that does not decrease.
 *
 * *Method:* equally correlated normals have a part in common and parts of their own. The largest of n independent ones has the density
 * n·Φⁿ⁻¹·φ.
 * @param activation the function of the elements. The moments of `input` are those before it, where the elements are normal.
 */
export function maxPoolStep({ input, correlations, size }: Pool, activation: Activation): Step {
  if (!areFinite(input)) return unknown('not finite');
  const mean = (f: (x: number) => number) =>
    meanOverChannels(input.means.length, (c) => {
      const { mean, variance } = normalOf(input, c);
      const common = variance * Math.min(1, Math.max(0, correlations[c]));
      const own = variance - common;
      const density = (z: number) => (size === 1 ? 1 : size * (erfc(-z / Math.SQRT2) / 2) ** (size - 1));
      return COMMON.nodes.reduce((sum, node, i) => {
        const centre = mean + Math.sqrt(common) * node;
        const largest = expectation(
          (x) => f(x) * density((x - centre) / Math.sqrt(own)),
          { mean: centre, variance: own },
          { ...activation, bends: [...activation.bends, centre + Math.sqrt(2 * own * Math.log(size))] },
        );
        return sum + COMMON.weights[i] * (own === 0 ? f(centre) : largest);
      }, 0);
    });
  return known(
    mean(activation.value),
    mean((x) => activation.value(x) ** 2),
  );
}
