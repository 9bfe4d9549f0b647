import { erf, erfc } from './erf.js';

/**
 * The inverse of erf in double; ±Infinity at ±1, NaN outside [−1, 1].
 *
 * *Method*: Winitzki's closed formula (2 parts in 1,000), then three steps of Halley on erf, or on erfc in the tail.
 */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Infinity : NaN;
  if (size < 2 ** -28) return y * (Math.sqrt(Math.PI) / 2);
  const log = Math.log1p(-size * size);
  const a = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sqrt(Math.sqrt(a * a - log / 0.147) - a);
  for (let step = 0; step < 3; step++) {
    const error = size < 0.5 ? erf(x) - size : 1 - size - erfc(x);
    const newton = error / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    x -= newton / (1 + x * newton);
  }
  return y < 0 ? -x : x;
}
