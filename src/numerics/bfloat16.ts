const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/**
 * The bfloat16 bit pattern of a number, rounded to nearest even; too large becomes infinity, NaN the quiet 0x7fc0.
 *
 * The number is rounded to float32 first, as PyTorch's conversion from double does.
 */
export function toBfloat16Bits(x: number): number {
  float32[0] = x;
  const bits = bits32[0];
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** The number that a bfloat16 bit pattern (0 to 0xffff) stands for. */
export function fromBfloat16Bits(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0];
}
