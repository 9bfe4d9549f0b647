import type { FloatDType, Storage } from '../numerics/DType.js';
import { erfinv } from '../numerics/erfinv.js';
import { readNumber, writeNumber } from '../numerics/numbers.js';
import { uniformSteps } from './fillSteps.js';
import { normalCdf } from './normalCdf.js';
import type { WordStream } from './references/Reference.js';
import { ROUND_TO, roundToCompute } from './roundTo.js';
import { rangesOf, type Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/**
 * Fills `data` with a truncated normal as PyTorch did up to version 2.11: it draws uniforms between the values of Φ at
 * the bounds, and transforms them by the inverse of Φ. Every step is rounded to the dtype.
 *
 * The number of words is that of one uniform fill. Yields every few milliseconds.
 */
export function* fillByInverse(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  { mean, std, a, b }: TruncatedNormalOptions,
  stream: WordStream,
): Steps {
  const round = ROUND_TO[dtype];
  const low = round(a);
  const high = round(b);
  const center = round(mean);
  const scale = roundToCompute(std * Math.sqrt(2), dtype);
  yield* uniformSteps(data, dtype, 2 * normalCdf((a - mean) / std) - 1, 2 * normalCdf((b - mean) / std) - 1, stream);
  for (const [from, to] of rangesOf(data.length)) {
    for (let i = from; i < to; i++) {
      const value = round(round(round(erfinv(readNumber(data, dtype, i))) * scale) + center);
      writeNumber(data, dtype, i, Math.min(high, Math.max(low, value)));
    }
    yield;
  }
}
