import { known, type Moments, type Step, unknown } from './Moments.js';

/** The distribution of a parameter's elements: by its law, or by its sample. */
export interface ParameterMoments {
  readonly mean: number;
  /** ≥ 0. */
  readonly variance: number;
}

/** A sum of products with weights that are independent of the inputs and of each other. */
export interface WeightedSum {
  /**
   * The number of products in each sum. Linear: the inputs; convolution: channels / groups · the taps that exist
   * (`countTaps`). Backwards: the outputs that use an input.
   */
  readonly terms: number;
  readonly weight: ParameterMoments;
  /** Default: no bias. A gradient has none. */
  readonly bias?: ParameterMoments | undefined;
  /** The measured inputs. */
  readonly input: Moments;
  /** E[(Σx)²] over the inputs of one sum; only weights with a mean need it. Default: unknown. */
  readonly squaredSum?: number | undefined;
}

/**
 * The moments of linear layers and convolutions, forwards and backwards: n·Var[w]·E[x²] + E[w]²·E[(Σx)²] + E[b²], and the cross
 * term 2·E[w]·E[b]·n·E[x].
 */
export function weightedSum({ terms, weight, bias = NONE, input, squaredSum }: WeightedSum): Step {
  const sum = terms * input.mean;
  const fluctuation = terms * weight.variance * input.meanSquare + bias.variance;
  if (weight.mean === 0) return known(bias.mean, fluctuation + bias.mean ** 2);
  if (squaredSum === undefined) return unknown('sum unknown');
  const drift = weight.mean ** 2 * squaredSum + 2 * weight.mean * bias.mean * sum + bias.mean ** 2;
  return known(weight.mean * sum + bias.mean, fluctuation + drift);
}

const NONE: ParameterMoments = { mean: 0, variance: 0 };
