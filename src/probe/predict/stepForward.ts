import { activationMoments } from '../../gaussian/activationMoments.js';
import type { Activation } from '../../gaussian/activations.js';
import { areFinite, type Channels, meanOfMoments, meanOverChannels, normalOf } from './channels.js';
import { known, type Moments, type Step, unknown } from './Moments.js';

/** An activation of inputs that are normal in each channel: E φ and E φ², on average over the channels. */
export function activationStep(activation: Activation, input: Channels): Step {
  if (!areFinite(input)) return unknown('not finite');
  return meanOfMoments(input.means.length, (c) => activationMoments(activation, normalOf(input, c)));
}

/** A normalisation and its affine map. */
export interface Normalization {
  /** E[γ²]; 1 without a scale. */
  readonly scaleSquare: number;
  /** The moments of β; 0 without a shift. */
  readonly shift: Moments;
  /**
   * The share of the second moment that ε leaves: the mean of v / (v + ε) over the normalised groups, where v is a group's variance
   * (RMS normalisation: its mean square). With running statistics: the mean of (x − m)² / (v + ε). Default: 1.
   */
  readonly kept?: number | undefined;
}

/** A normalisation: E[γ²]·kept + E[β²]. */
export function normalizationStep({ scaleSquare, shift, kept = 1 }: Normalization): Step {
  return known(shift.mean, scaleSquare * kept + shift.meanSquare);
}

/** The share of the second moment that ε leaves: the mean of v / (v + ε). */
export function keptByEps(variances: ArrayLike<number>, eps: number): number {
  return meanOverChannels(variances.length, (group) => variances[group] / (variances[group] + eps) || 0);
}

/**
 * A weighted sum of two tensors: a²·E[x₁²] + b²·E[x₂²] + 2ab·E[x₁x₂].
 * @param product the measured E[x₁x₂]; for independent operands the product of their means
 * @param factors a and b. Default: 1 and 1. A difference has 1 and −1.
 */
export function additionStep(
  first: Moments,
  second: Moments,
  product: number,
  [a, b]: readonly [number, number] = [1, 1],
): Step {
  const meanSquare = a * a * first.meanSquare + b * b * second.meanSquare + 2 * a * b * product;
  return known(a * first.mean + b * second.mean, meanSquare);
}

/** A concatenation: the means over the parts, weighted by their numbers of elements. Padding is a part of zeros. */
export function concatenationStep(parts: readonly (Moments & { readonly count: number })[]): Step {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const mean = (figure: 'mean' | 'meanSquare') =>
    parts.reduce((sum, part) => sum + part.count * part[figure], 0) / total;
  return known(mean('mean'), mean('meanSquare'));
}

/**
 * Dropout in training: E[x²] / (1 − p); the kept elements are divided by 1 − p.
 * @param p the probability of a zero, in [0, 1]
 */
export function dropoutStep({ mean, meanSquare }: Moments, p: number): Step {
  return p === 1 ? known(0, 0) : known(mean, meanSquare / (1 - p));
}

/** Rows of a table, such as an embedding's: the moments of its elements. */
export function lookupStep({ mean, variance }: { readonly mean: number; readonly variance: number }): Step {
  return known(mean, variance + mean * mean);
}
