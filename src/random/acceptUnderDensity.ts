import { createStorage, type FloatDType, type Storage } from '../numerics/DType.js';
import { readNumber } from '../numerics/numbers.js';
import { uniformSteps } from './fillSteps.js';
import type { WordStream } from './references/Reference.js';
import { ROUND_TO, type Rounding, roundToCompute } from './roundTo.js';
import { rangesOf, type Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/**
 * Fills `data` with a truncated normal by rejection: it draws candidates from U[a, b), and accepts a candidate if the
 * logarithm of a second uniform is at most the log-density there, relative to the peak of the density in [a, b].
 *
 * Each round draws two whole fills, until every element is accepted. Yields every few milliseconds.
 */
export function* acceptUnderDensity(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  options: TruncatedNormalOptions,
  stream: WordStream,
): Steps {
  const { a, b } = options;
  const round = ROUND_TO[dtype];
  const logDensity = logDensityIn(options, dtype, stream.numbers.round);
  const n = data.length;
  const candidates = createStorage(dtype, n);
  const heights = createStorage(dtype, n);
  /** The indices of the elements that are not accepted yet: the first `left` of the array. */
  const pending = new Uint32Array(n);
  for (const [from, to] of rangesOf(n)) {
    for (let i = from; i < to; i++) pending[i] = i;
    yield;
  }
  let left = n;
  for (let part = 0; left > 0; part += 2) {
    yield* uniformSteps(candidates, dtype, a, b, stream.part(part));
    yield* uniformSteps(heights, dtype, 0, 1, stream.part(part + 1));
    let rejected = 0;
    for (const [from, to] of rangesOf(left)) {
      for (let k = from; k < to; k++) {
        const i = pending[k];
        data[i] = candidates[i];
        const height = round(Math.log(readNumber(heights, dtype, i)));
        if (height > logDensity(readNumber(candidates, dtype, i))) pending[rejected++] = i;
      }
      yield;
    }
    left = rejected;
  }
}

/**
 * The logarithm of the density at a candidate, relative to its peak in [a, b]. Every step is rounded to the dtype.
 * @param rounding how the mean and the peak, which are doubles, become numbers of the dtype
 */
export function logDensityIn(
  { mean, std, a, b }: TruncatedNormalOptions,
  dtype: FloatDType,
  rounding: Rounding,
): (candidate: number) => number {
  const round = ROUND_TO[dtype];
  const mode = Math.max(a, Math.min(mean, b));
  const logPeak = rounding[dtype](-0.5 * ((mode - mean) / std) ** 2);
  const center = rounding[dtype](mean);
  const width = roundToCompute(std, dtype);
  return (candidate) => {
    const z = round(round(candidate - center) / width);
    return round(round(round(z * z) * -0.5) - logPeak);
  };
}
