import type { Activation } from '../../gaussian/activations.js';
import type { Known, Unknown } from './Moments.js';
import type { Reading } from './Reading.js';
import type { Winners } from './stepBackward.js';

/** The predicted moments of a value. */
export interface Forecast extends Known {
  /** The expected square of the deviation of the tensor's mean, over random weights. It is no part of the std. */
  readonly meanVariance: number;
  readonly noise: Noise;
  /** Where the variance of the weights comes from; `null` without weights. */
  readonly source: 'law' | 'sample' | null;
}

/** What an operation adds to the relative variance of the second moment. */
export interface Noise {
  readonly added: number;
  /** An activation replaces what the weights before it added by the relative variance of its own values. */
  readonly activation: { readonly function: Activation; readonly width: number } | null;
}

export const NO_NOISE: Noise = { added: 0, activation: null };

/** Predicts the moments of an operation's value. */
export type ForwardRule = (reading: Reading) => Forecast | Unknown;

/** The gradient that arrives at an operation's value. */
export interface ArrivingGradient {
  readonly meanSquare: number;
  /** The mean square in each channel; a single number speaks of all. */
  readonly channels: ArrayLike<number>;
  /** Set if only the largest elements of windows receive it. */
  readonly winners?: Winners | undefined;
}

/** The predicted mean square of a gradient at an operand. */
interface GradientForecast {
  readonly meanSquare: number;
  readonly noise: number;
  readonly source: 'law' | 'sample' | null;
  readonly reason?: null;
}

/**
 * Predicts the mean square of the gradient at the elements of an operand.
 * @returns `null` if no gradient passes to this operand
 */
export type BackwardRule = (
  reading: Reading,
  operand: number,
  gradient: ArrivingGradient,
) => GradientForecast | Unknown | null;
