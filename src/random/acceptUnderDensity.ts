import { createStorage, type FloatDType, type Storage } from '../numerics/DType.js';
import { readNumber } from '../numerics/numbers.js';
import { uniformSteps } from './fillSteps.js';
import type { Generator } from './Generator.js';
import { ROUND_TO } from './roundTo.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** Elements looked at between two pauses: some milliseconds' work. */
const PIECE = 2 ** 14;

/**
 * Draws U[a, b) and accepts an element where the logarithm of a second uniform is at most the normal's log-density,
 * relative to its peak in [a, b]; each round draws two whole fills until every element is accepted. Yields
 * every few milliseconds.
 */
export function* acceptUnderDensity(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  { mean, std, a, b }: TruncatedNormalOptions,
  generator: Generator,
): Steps {
  const round = ROUND_TO[dtype];
  const mode = Math.max(a, Math.min(mean, b));
  const logPeak = round(-0.5 * ((mode - mean) / std) ** 2);
  const center = round(mean);
  // PyTorch rounds what it adds to halves to the dtype first, but multiplies and divides by float32.
  const width = dtype === 'float64' ? std : Math.fround(std);

  const n = data.length;
  const candidates = createStorage(dtype, n);
  const heights = createStorage(dtype, n);
  const pending = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    pending[i] = i;
    if (i % PIECE === PIECE - 1) yield;
  }
  let left = n;
  while (left > 0) {
    yield* uniformSteps(candidates, dtype, a, b, generator);
    yield* uniformSteps(heights, dtype, 0, 1, generator);
    let rejected = 0;
    for (let k = 0; k < left; k++) {
      if (k % PIECE === PIECE - 1) yield;
      const i = pending[k];
      data[i] = candidates[i];
      const z = round(round(readNumber(candidates, dtype, i) - center) / width);
      const logDensity = round(round(round(z * z) * -0.5) - logPeak);
      if (round(Math.log(readNumber(heights, dtype, i))) > logDensity) pending[rejected++] = i;
    }
    left = rejected;
  }
}
