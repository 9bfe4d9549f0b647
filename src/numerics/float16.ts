const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/**
 * The bit pattern of a number in IEEE binary16, rounded to nearest even. A number that is too large becomes infinity,
 * and NaN becomes the quiet NaN 0x7e00.
 *
 * The number is rounded to float32 first, as in PyTorch's conversion from double.
 */
export function toFloat16Bits(x: number): number {
  float32[0] = x;
  const bits = bits32[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴ the numbers of binary16 are multiples of 2⁻²⁴. That is the last place of float32 in [½, 1), so adding
    // ½ rounds.
    float32[0] = Math.abs(float32[0]) + 0.5;
    return sign | (bits32[0] - 0x3f000000);
  }
  if (magnitude >= 0x47800000) return magnitude > 0x7f800000 ? 0x7e00 : sign | 0x7c00;
  // Subtracting 0x38000000 changes the bias of the exponent from 127 to 15. A carry out of the significand may give
  // infinity, as it should.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** The nearest number of IEEE binary16, ties to even, with one rounding. AArch64 converts a double in this way. */
export function roundToFloat16(x: number): number {
  const size = Math.abs(x);
  if (!(size < 65520)) return x * Infinity;
  // The distance between the numbers of binary16 around x: 2⁻¹⁰ times the power of two below it, but at least 2⁻²⁴.
  const unit = 2 ** (7 - Math.clz32(Math.max(size * 2 ** 14, 1)));
  // Above 2⁵² the doubles are the integers, so the sum is rounded to an integer.
  const magnitude = (size / unit + 2 ** 52 - 2 ** 52) * unit;
  return x < 0 || Object.is(x, -0) ? -magnitude : magnitude;
}

/** The number that a bit pattern of IEEE binary16, in [0, 0xffff], represents. */
export function fromFloat16Bits(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const significand = bits & 1023;
  let magnitude: number;
  if (exponent === 0) magnitude = significand * 2 ** -24;
  else if (exponent === 31) magnitude = significand === 0 ? Infinity : NaN;
  else {
    bits32[0] = ((exponent + 112) << 23) | (significand << 13);
    magnitude = float32[0];
  }
  return bits & 0x8000 ? -magnitude : magnitude;
}
