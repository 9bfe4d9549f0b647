import type { FloatDType, Storage } from '../numerics/DType.js';
import { erfinv } from '../numerics/erfinv.js';
import { readNumber, writeNumber } from '../numerics/numbers.js';
import { uniformSteps } from './fillSteps.js';
import type { Generator } from './Generator.js';
import { normalCdf } from './normalCdf.js';
import { ROUND_TO } from './roundTo.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** Elements transformed between two pauses: some milliseconds' work. */
const PIECE = 2 ** 14;

/**
 * The truncated normal of PyTorch ≤ 2.11: uniforms between Φ's values at the bounds through the inverse of Φ, each step
 * rounded to the dtype. One uniform fill, whatever is drawn. Yields every few milliseconds.
 */
export function* fillByInverse(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  { mean, std, a, b }: TruncatedNormalOptions,
  generator: Generator,
): Steps {
  const round = ROUND_TO[dtype];
  const low = round(a);
  const high = round(b);
  // PyTorch rounds what it adds to halves to the dtype first, but multiplies by float32.
  const factor = std * Math.sqrt(2);
  const scale = dtype === 'float64' ? factor : Math.fround(factor);
  const center = round(mean);
  yield* uniformSteps(data, dtype, 2 * normalCdf((a - mean) / std) - 1, 2 * normalCdf((b - mean) / std) - 1, generator);
  for (let i = 0; i < data.length; i++) {
    const value = round(round(round(erfinv(readNumber(data, dtype, i))) * scale) + center);
    writeNumber(data, dtype, i, Math.min(high, Math.max(low, value)));
    if (i % PIECE === PIECE - 1) yield;
  }
}
