import { erfc } from '../numerics/erf.js';
import type { Activation } from './activations.js';
import { expectation, momentsOfValues, type Normal, type ValueMoments } from './expectation.js';

/** A mean so many standard deviations below 0 costs the closed forms the bits that quadrature keeps. */
const FAR_BELOW = -2;

/**
 * The mean and the mean square of an activation of a normal number.
 *
 * *Method:* closed forms for rectifiers (ReLU and its kin), quadrature for all others.
 */
export function activationMoments(activation: Activation, normal: Normal): ValueMoments {
  const { slopeBelow } = activation;
  const positive = slopeBelow === undefined ? null : positivePart(normal);
  if (slopeBelow === undefined || positive === null) return momentsOfValues(activation.value, normal, activation);
  const square = slopeBelow * slopeBelow;
  const { mean, variance } = normal;
  return {
    mean: slopeBelow * mean + (1 - slopeBelow) * positive.mean,
    meanSquare: square * (variance + mean * mean) + (1 - square) * positive.meanSquare,
  };
}

/** The mean square of the derivative of an activation at a normal number. */
export function slopeMeanSquare({ slope, slopeBelow, ...bends }: Activation, normal: Normal): number {
  const positive = slopeBelow === undefined ? null : positivePart(normal);
  if (slopeBelow === undefined || positive === null) return expectation((x) => slope(x) ** 2, normal, bends);
  const square = slopeBelow * slopeBelow;
  return square + (1 - square) * positive.probability;
}

/** max(0, x) of a normal x: the probability that it is not 0, its mean and its mean square; `null` where x is rarely positive. */
function positivePart({ mean, variance }: Normal): (ValueMoments & { readonly probability: number }) | null {
  const std = Math.sqrt(variance);
  const t = mean / std;
  if (!(std > 0 && t >= FAR_BELOW)) return null;
  const probability = erfc(-t / Math.SQRT2) / 2;
  const density = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  return {
    probability,
    mean: mean * probability + std * density,
    meanSquare: (mean * mean + variance) * probability + mean * std * density,
  };
}
