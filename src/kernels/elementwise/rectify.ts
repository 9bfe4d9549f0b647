import type { Numbers } from '../../numerics/numbers.js';

/**
 * max(0, x) and its gradient.
 *
 * *Method:* about half of the elements are below zero, in an order that a processor cannot predict, so a branch would cost more
 * than all the rest. For float32 the bits are masked instead.
 */

/** Writes y = x where x is not below 0, and y = 0 elsewhere. −0 and NaN pass, as in PyTorch. */
export function rectify(x: Numbers, y: Numbers): void {
  if (!(x instanceof Float32Array && y instanceof Float32Array)) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? 0 : x[i];
    return;
  }
  const from = bitsOf(x);
  const to = bitsOf(y);
  for (let i = 0; i < to.length; i++) {
    const bits = from[i];
    // The rank is 0 … 0x7f7fffff for numbers below zero, larger for NaN with a sign, and negative for all others.
    const rank = (bits + 0x7fffffff) | 0;
    to[i] = bits & ((rank >> 31) | ~((rank - 0x7f800000) >> 31));
  }
}

/** Writes slope = gradient where y, the result of {@link rectify}, is not 0, and slope = 0 elsewhere. */
export function rectifyGradient(y: Numbers, gradient: Numbers, slope: Numbers): void {
  if (!(y instanceof Float32Array && gradient instanceof Float32Array && slope instanceof Float32Array)) {
    for (let i = 0; i < slope.length; i++) slope[i] = y[i] <= 0 ? 0 : gradient[i];
    return;
  }
  const values = bitsOf(y);
  const from = bitsOf(gradient);
  const to = bitsOf(slope);
  for (let i = 0; i < to.length; i++) {
    const size = values[i] << 1;
    to[i] = from[i] & ((size | -size) >> 31);
  }
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
