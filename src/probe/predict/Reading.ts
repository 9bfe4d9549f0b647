import type { Activation } from '../../gaussian/activations.js';
import type { MeasuredOperand, MeasuredOperation } from '../measure/Measurement.js';
import type { Channels } from './channels.js';
import type { Moments } from './Moments.js';
import type { ParameterMoments } from './weightedSum.js';

/** The moments of a weight or a bias, and where they come from. */
export interface WeightReading extends ParameterMoments {
  readonly source: 'law' | 'sample';
}

/**
 * An operation as the rules of prediction read it. The moments of its operands are measured ones for a step, and those of the
 * chain for the theory; the rules do not know which.
 */
export interface Reading {
  readonly operation: MeasuredOperation;
  /** The moments of an operand, channel by channel. */
  readonly channels: (operand: number) => Channels;
  /** The moments of an operand that the operation uses as weights: by their law, where there is one. */
  readonly weight: (operand: number) => WeightReading;
  /** The activation whose value an operand is, with the moments before it; `null` if it is another value. */
  readonly activated: (operand: number) => { readonly activation: Activation; readonly channels: Channels } | null;
  /** E[x₁x₂] of the first two operands. */
  readonly product: () => number;
  /** Whether the moments are those of the chain. */
  readonly isTheory: boolean;
}

/** The moments of all channels together. */
export function overall({ means, meanSquares }: Channels): Moments {
  let mean = 0;
  let meanSquare = 0;
  for (let c = 0; c < means.length; c++) {
    mean += means[c];
    meanSquare += meanSquares[c];
  }
  return { mean: mean / means.length, meanSquare: meanSquare / means.length };
}

export const numelOf = ({ shape }: { readonly shape: readonly number[] }): number =>
  shape.reduce((n, size) => n * size, 1);

/** The law of a parameter if it is known; otherwise the moments of its elements. */
export function readWeight(operand: MeasuredOperand, laws: ReadonlyMap<string, ParameterMoments>): WeightReading {
  const law = operand.from.kind === 'parameter' ? laws.get(operand.from.path) : undefined;
  if (law) return { ...law, source: 'law' };
  const { meanSquare } = operand;
  const mean = operand.channels ? overall(operand.channels).mean : 0;
  // A mean within its standard error is that of a sample whose distribution has the mean 0.
  const isChance = mean ** 2 * numelOf(operand) < CHANCE ** 2 * (meanSquare - mean ** 2);
  return isChance
    ? { mean: 0, variance: meanSquare, source: 'sample' }
    : { mean, variance: meanSquare - mean ** 2, source: 'sample' };
}

/** The number of standard errors up to which a mean counts as 0. */
const CHANCE = 4;
