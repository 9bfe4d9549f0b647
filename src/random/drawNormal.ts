import { unitFloat64 } from '../kernels/draw/uniformFloat64.js';
import { fma } from '../numerics/fma.js';
import { log1p } from '../numerics/log1p.js';
import { sinCos } from '../numerics/sinCos.js';
import type { Generator } from './Generator.js';

const TWO_PI = 2 * Math.PI;

/**
 * One sample of N(mean, std²) in double, as small normal fills draw (`at::normal_distribution<double>`): the cached
 * sample where there is one, otherwise four words that make this one and the next cached one.
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
