import { erfc } from '../numerics/erf.js';
import type { Activation } from './activations.js';
import { expectation, momentsOfValues, type Normal, type ValueMoments } from './expectation.js';

/** A normal number whose mean is more standard deviations below 0 counts as never positive, as in the quadrature. */
const NEVER = -10;

/**
 * The mean and the mean square of an activation of a normal number.
 *
 * *Method:* closed forms for rectifiers (ReLU and its kin), quadrature for all others.
 */
export function activationMoments(activation: Activation, normal: Normal): ValueMoments {
  const { slopeBelow } = activation;
  if (slopeBelow === undefined) return momentsOfValues(activation.value, normal, activation);
  const positive = positivePart(normal);
  const square = slopeBelow * slopeBelow;
  const { mean, variance } = normal;
  return {
    mean: slopeBelow * mean + (1 - slopeBelow) * positive.mean,
    meanSquare: square * (variance + mean * mean) + (1 - square) * positive.meanSquare,
  };
}

/** The mean square of the derivative of an activation at a normal number. */
export function slopeMeanSquare({ slope, slopeBelow, ...bends }: Activation, normal: Normal): number {
  if (slopeBelow === undefined) return expectation((x) => slope(x) ** 2, normal, bends);
  const square = slopeBelow * slopeBelow;
  return square + (1 - square) * positivePart(normal).probability;
}

/** max(0, x) of a normal x: the probability that x is positive, and the mean and the mean square. */
function positivePart({ mean, variance }: Normal): ValueMoments & { readonly probability: number } {
  const std = Math.sqrt(variance);
  const t = mean / std;
  if (std === 0 || t < NEVER) {
    const value = std === 0 ? Math.max(0, mean) : 0;
    return { probability: value > 0 ? 1 : 0, mean: value, meanSquare: value * value };
  }
  const probability = erfc(-t / Math.SQRT2) / 2;
  const density = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  return {
    probability,
    mean: mean * probability + std * density,
    meanSquare: (mean * mean + variance) * probability + mean * std * density,
  };
}
