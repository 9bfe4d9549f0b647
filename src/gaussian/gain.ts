import type { Activation } from './activations.js';
import { expectation } from './expectation.js';

/** What a gain keeps from layer to layer: the scale of the activations, or that of the gradients. */
export type Kept = 'activations' | 'gradients';

/**
 * The gain that keeps a scale through an activation φ, for inputs z of N(0, 1): 1/√E φ(z)² for activations, and 1/√E φ′(z)²
 * for gradients. Weights of variance gain²/fan then keep the second moment before the activations at 1, or that of the
 * gradients at what it is.
 * @returns Infinity for an activation that is 0 almost everywhere
 */
export function gainOf({ value, slope, ...bends }: Activation, kept: Kept): number {
  const f = kept === 'activations' ? value : slope;
  return 1 / Math.sqrt(expectation((z) => f(z) ** 2, { mean: 0, variance: 1 }, bends));
}
