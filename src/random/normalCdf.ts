import { erf } from '../numerics/erf.js';

/** Φ(x), the probability that a standard normal is at most x, computed as PyTorch's truncated normal does. */
export function normalCdf(x: number): number {
  return (1 + erf(x / Math.sqrt(2))) / 2;
}
