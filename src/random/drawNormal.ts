import { unitFloat64 } from '../kernels/draw/uniformFloat64.js';
import { fma } from '../numerics/fma.js';
import { log1p } from '../numerics/log1p.js';
import { sinCos } from '../numerics/sinCos.js';
import type { Generator } from './Generator.js';

const TWO_PI = 2 * Math.PI;

/** The words of the stream that a pair of samples needs: two for each of its two uniforms in double. */
export const WORDS_OF_PAIR = 4;

/**
 * Draws one sample of N(mean, std²) in double, as small normal fills do (`at::normal_distribution<double>`).
 *
 * Samples come in pairs (Box–Muller). The first one draws the words of the pair and caches the second one in the
 * generator; the next call uses the cached sample and draws nothing.
 */
export function drawNormal(mean: number, std: number, generator: Generator): number {
  const cached = generator.cachedNormal;
  if (cached !== undefined) {
    generator.cachedNormal = undefined;
    return fma(cached, std, mean);
  }
  const u1 = unitFloat64(generator.nextWord(), generator.nextWord());
  const u2 = unitFloat64(generator.nextWord(), generator.nextWord());
  const r = Math.sqrt(-2 * log1p(-u2));
  const { sin, cos } = sinCos(TWO_PI * u1);
  generator.cachedNormal = r * sin;
  return fma(r * cos, std, mean);
}
