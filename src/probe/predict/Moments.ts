import type { Reason } from './reasons.js';

/** The mean and the mean square of the elements of a tensor. */
export interface Moments {
  readonly mean: number;
  readonly meanSquare: number;
}

/** What a formula of one step gives: moments, or the reason why there are none. */
export type Step = Known | Unknown;

/** Predicted moments. */
export interface Known extends Moments {
  readonly reason: null;
}

/** No prediction. */
export interface Unknown {
  readonly mean: null;
  readonly meanSquare: null;
  readonly reason: Reason;
}

/** The moments as a step; `'not finite'` if one of them is infinite or NaN. */
export function known(mean: number, meanSquare: number): Step {
  if (!Number.isFinite(mean) || !Number.isFinite(meanSquare)) return unknown('not finite');
  return { mean, meanSquare, reason: null };
}

/** A step without a prediction. */
export function unknown(reason: Reason): Unknown {
  return { mean: null, meanSquare: null, reason };
}

/** The standard deviation of elements with these moments; rounding never makes it NaN. */
export function stdOf({ mean, meanSquare }: Moments): number {
  return Math.sqrt(Math.max(0, meanSquare - mean * mean));
}
