import type { Activation } from '../../gaussian/activations.js';
import { expectation, type Normal } from '../../gaussian/expectation.js';

/** The band is this many standard deviations of the logarithm of the second moment wide, on either side. */
const SIGMAS = 4;
/** The least relative half-width of a band: the formulas leave out small dependences. */
const FLOOR = 0.05;
/** The rounding error of a number in half precision, relative to the number. */
const ROUNDING = { float16: 2 ** -11, bfloat16: 2 ** -8 } as const;
/** The smallest number with full precision. */
const SMALLEST_NORMAL = { float16: 2 ** -14, bfloat16: 2 ** -126 } as const;

/** A dtype of half precision. */
export type HalfDType = keyof typeof ROUNDING;

/**
 * The relative variance that one layer of finite width adds to the second moment of the values: (E φ⁴ / (E φ²)² − 1) / n (Hanin
 * & Nica 2018). It is 5/n for ReLU and 2/n without an activation.
 * @param activation the function whose values the layer's weights multiply
 * @param width n: the number of channels. Positions and samples share the weights, so they do not count.
 * @param input the distribution before the activation. Default: N(0, 1).
 */
export function relativeVariance(
  activation: Activation,
  width: number,
  input: Normal = { mean: 0, variance: 1 },
): number {
  const { value } = activation;
  const scale = Math.sqrt(expectation((x) => value(x) ** 2, input, activation));
  if (scale === 0) return 0;
  // Values of any size: neither their fourth power nor its expectation overflows or vanishes.
  return (expectation((x) => (value(x) / scale) ** 4, input, activation) - 1) / width;
}

/**
 * The least and the largest standard deviation that agree with a prediction: four standard deviations of the logarithm of the second
 * moment, at least 5 %, and more for half precision.
 * @param std the predicted standard deviation, ≥ 0
 * @param relativeVariances the relative variances of the layers up to here (theory), or of the layer alone (step)
 * @param dtype the dtype of the values, if it has half precision
 */
export function bandOf(
  std: number,
  relativeVariances: Iterable<number>,
  dtype?: HalfDType,
): readonly [low: number, high: number] {
  let variance = 0;
  for (const part of relativeVariances) variance += part;
  // The logarithm of the standard deviation is half of that of the second moment.
  const width = Math.max((SIGMAS * Math.sqrt(variance)) / 2, Math.log1p(FLOOR));
  const factor = Math.exp(width) * (1 + (dtype ? ROUNDING[dtype] : 0));
  return [std / factor, std * factor];
}

/** Whether values of this standard deviation lose bits, or vanish, because the numbers of the dtype end. */
export function underflows(std: number, dtype: HalfDType): boolean {
  return std < SMALLEST_NORMAL[dtype];
}
