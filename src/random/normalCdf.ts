import { erf, erfc } from '../kernels/erf.js';

/** Φ(x), the standard normal's probability of at most x, as PyTorch's truncated normal computes it. */
export function normalCdf(x: number): number {
  return (1 + erf(x / Math.sqrt(2))) / 2;
}

/** 1 − Φ(x), relatively accurate far out. */
function upperTail(x: number): number {
  return erfc(x / Math.sqrt(2)) / 2;
}

/** The standard normal's probability of [a, b], relatively accurate on either side. */
export function normalMass(a: number, b: number): number {
  if (a > 0) return upperTail(a) - upperTail(b);
  return b < 0 ? normalMass(-b, -a) : 1 - upperTail(b) - upperTail(-a);
}

/** φ(x), the standard normal's density. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}
