import { erf } from '../numerics/erf.js';

/** Φ(x), the standard normal's probability of at most x, as PyTorch's truncated normal computes it. */
export function normalCdf(x: number): number {
  return (1 + erf(x / Math.sqrt(2))) / 2;
}
