import type { Numbers } from '../../numerics/numbers.js';

/**
 * max(0, x) and its gradient.
 *
 * *Method:* half of all elements are below zero, in no order that a processor could foresee, so a branch costs more than
 * all the rest. Of float32 the bits are masked instead.
 */

/** y = x where x is not below 0; −0 and NaN pass, as in PyTorch. */
export function rectify(x: Numbers, y: Numbers): void {
  if (!(x instanceof Float32Array && y instanceof Float32Array)) {
    for (let i = 0; i < y.length; i++) y[i] = x[i] < 0 ? 0 : x[i];
    return;
  }
  const from = bitsOf(x);
  const to = bitsOf(y);
  for (let i = 0; i < to.length; i++) {
    const bits = from[i];
    // From 0 to 0x7f7fffff for what is below zero, down to −∞; above that for NaN with a sign, and negative for the rest.
    const place = (bits + 0x7fffffff) | 0;
    to[i] = bits & ((place >> 31) | ~((place - 0x7f800000) >> 31));
  }
}

/** slope = gradient where y, the result of {@link rectify}, is not 0. */
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
