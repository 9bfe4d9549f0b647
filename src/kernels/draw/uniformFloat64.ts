import { fma } from '../../numerics/fma.js';

/**
 * Computes float64 uniforms: out[offset + i] = fma(x, to − from, from) with x = (w mod 2⁵³)·2⁻⁵³, where w has the 64 bits of
 * words[2i] and words[2i + 1]. A result equal to `to` becomes `from`.
 *
 * *Method*: for the interval (−a, a) the result is the product a·(2x − 1), because 2x − 1 is exact. Other intervals use the
 * emulated fma.
 */
export function uniformFloat64(
  words: Int32Array,
  count: number,
  out: Float64Array,
  offset: number,
  from: number,
  to: number,
): void {
  const range = to - from;
  for (let i = 0; i < count; i++) {
    const x = unitFloat64(words[2 * i], words[2 * i + 1]);
    let value: number;
    if (from === 0) value = x * range;
    else if (from === -to) value = to * (2 * x - 1);
    else value = fma(x, range, from);
    out[offset + i] = value === to ? from : value;
  }
}

/** Returns the double in [0, 1) that PyTorch makes of two words, the high one first: the low 53 of their 64 bits, times 2⁻⁵³. */
export function unitFloat64(high: number, low: number): number {
  return (high & 0x1fffff) * 2 ** -21 + (low >>> 0) * 2 ** -53;
}
