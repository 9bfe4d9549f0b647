import { slopeMeanSquare } from '../../gaussian/activationMoments.js';
import type { Activation } from '../../gaussian/activations.js';
import { areFinite, type Channels, meanOverChannels, normalOf } from './channels.js';
import { known, type Step, unknown } from './Moments.js';
import { momentsOfLargest } from './poolingStep.js';

/*
 * Steps from the gradient of a value to that of an operand. Gradients are predicted by their mean square; their mean is 0.
 * Linear layers and convolutions have `weightedSum`, with the outputs that use an input as its terms.
 */

/** Windows of whose elements only the largest receive a gradient. */
export interface Winners {
  /** The mean number of elements of a window. */
  readonly size: number;
  /** The correlation of two elements of a window before the activation, for each channel. */
  readonly correlations: ArrayLike<number>;
}

/**
 * An activation: E φ′² at the measured inputs times the mean square of the arriving gradient, channel by channel.
 * @param gradient the mean square of the arriving gradient in each channel
 * @param winners the windows of the maximum that follows; then E φ′² is that of the largest elements. Default: no maximum follows.
 */
export function activationGradient(
  activation: Activation,
  input: Channels,
  gradient: ArrayLike<number>,
  winners?: Winners,
): Step {
  if (!areFinite(input)) return unknown('not finite');
  const factor = (c: number) => {
    const normal = normalOf(input, c);
    if (winners === undefined) return slopeMeanSquare(activation, normal);
    const { size, correlations } = winners;
    return momentsOfLargest(activation.slope, normal, { size, correlation: correlations[c] }, activation).meanSquare;
  };
  return known(
    0,
    meanOverChannels(input.means.length, (c) => factor(c) * gradient[c]),
  );
}

/** A normalisation, as its gradient sees it. */
export interface NormalizationGradient {
  /** γ² of each channel; 1 without a scale. */
  readonly scaleSquares: ArrayLike<number>;
  /** v + ε of each channel or group: the measured variance (RMS normalisation: mean square) or the running one. */
  readonly variances: ArrayLike<number>;
  /** The mean square of the arriving gradient in each channel. */
  readonly gradient: ArrayLike<number>;
  /** m: the number of elements that are normalised together. Infinity: running statistics, which are constants. */
  readonly count: number;
  /** How many directions the gradient loses: 2 (mean and scale), or 1 (RMS normalisation: scale only). Default: 2. */
  readonly lost?: 1 | 2;
}

/**
 * A normalisation: E[γ²·g²]·E[1/(v + ε)]·(1 − 2/m). Where there is one variance for each channel, both are taken channel by channel.
 */
export function normalizationGradient(norm: NormalizationGradient): Step {
  const { scaleSquares, variances, gradient, count, lost = 2 } = norm;
  const scaled = (c: number) => scaleSquares[scaleSquares.length === 1 ? 0 : c] * gradient[c];
  const inverse = (group: number) => 1 / variances[group];
  for (let group = 0; group < variances.length; group++) if (variances[group] === 0) return unknown('not positive');
  const whole =
    variances.length === gradient.length
      ? meanOverChannels(gradient.length, (c) => scaled(c) * inverse(c))
      : meanOverChannels(gradient.length, scaled) * meanOverChannels(variances.length, inverse);
  return known(0, whole * Math.max(0, 1 - lost / count));
}

/**
 * A mean over windows: each input receives g / n from every window that covers it. The gradients of different windows count
 * as uncorrelated.
 * @param size the divisor n of the mean
 * @param windows the mean number of windows that cover an input (`countTaps`)
 */
export function averagePoolGradient(meanSquare: number, size: number, windows: number): Step {
  return known(0, (meanSquare * windows) / (size * size));
}

/**
 * A maximum over windows: the gradient of each output goes to one input.
 * @param outputsPerInput the number of outputs over that of inputs
 */
export function maxPoolGradient(meanSquare: number, outputsPerInput: number): Step {
  return known(0, meanSquare * outputsPerInput);
}

/**
 * Dropout in training: E[g²] / (1 − p).
 * @param p the probability of a zero, in [0, 1]
 */
export function dropoutGradient(meanSquare: number, p: number): Step {
  return known(0, p === 1 ? 0 : meanSquare / (1 - p));
}

/**
 * A value with several consumers: the sum of their gradients' mean squares and of the measured cross terms.
 * @param crossTerms twice the sum of E[gᵢ·gⱼ] over all pairs. Default: 0, for independent gradients.
 */
export function sumOfGradients(meanSquares: readonly number[], crossTerms = 0): Step {
  return known(
    0,
    meanSquares.reduce((sum, meanSquare) => sum + meanSquare, crossTerms),
  );
}
