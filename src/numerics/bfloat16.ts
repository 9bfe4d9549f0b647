const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/**
 * The bit pattern of a number in bfloat16, rounded to nearest even. A number that is too large becomes
 * infinity, and NaN becomes the quiet NaN 0x7fc0.
 *
 * The number is rounded to float32 first, as in PyTorch's conversion from double.
 */
export function toBfloat16Bits(x: number): number {
  float32[0] = x;
  const bits = bits32[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** The number that a bit pattern of bfloat16, in [0, 0xffff], represents. */
export function fromBfloat16Bits(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0];
}
