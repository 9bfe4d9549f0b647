import { unitFloat64 } from '../kernels/draw/uniformFloat64.js';
import { log1p } from '../numerics/log1p.js';
import { sinCos } from '../numerics/sinCos.js';
import type { WordStream } from './references/Reference.js';

const TWO_PI = 2 * Math.PI;

/** The words of the stream that a pair of samples needs: two for each of its two uniforms in double. */
export const WORDS_OF_PAIR = 4;

/**
 * Draws one sample of N(0, 1) in double, as small normal fills do (`at::normal_distribution<double>`).
 *
 * Samples come in pairs (Box–Muller). The first one draws the words of the pair and caches the second one in the stream;
 * the next call uses the cached sample and draws nothing.
 */
export function drawNormal(stream: WordStream): number {
  const cached = stream.cachedNormal;
  if (cached !== undefined) {
    stream.cachedNormal = undefined;
    return cached;
  }
  const u1 = unitFloat64(stream.nextWord(), stream.nextWord());
  const u2 = unitFloat64(stream.nextWord(), stream.nextWord());
  const r = Math.sqrt(-2 * log1p(-u2));
  const { sin, cos } = sinCos(TWO_PI * u1);
  stream.cachedNormal = r * sin;
  return r * cos;
}
