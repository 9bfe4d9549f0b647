import { addToFloat32 } from '../../numerics/fma.js';

const { fround } = Math;

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** Returns the exponent of the lowest set bit of a float32: x is an odd integer times 2 to this power. Returns 1000 for 0. */
function lowestBit(x: number): number {
  if (x === 0) return 1000;
  scratch[0] = x;
  const field = (scratchBits[0] >>> 23) & 255;
  const significand = field === 0 ? scratchBits[0] & 0x7fffff : (scratchBits[0] & 0x7fffff) | 0x800000;
  return Math.max(field, 1) - 150 + (31 - Math.clz32(significand & -significand));
}

/** Whether x·(to − from) + from is exact in double for every x = k·2⁻²⁴ in [0, 1). `from` and `to` are float32. */
export function isExactInDouble(from: number, to: number): boolean {
  const range = fround(to - from);
  const highest = Math.max(Math.abs(from), Math.abs(from) + range);
  if (highest === 0) return true;
  // The product and the sum are multiples of 2^lowest, and smaller than 2^(log2(highest) + 2). They need 53 bits or fewer.
  const lowest = Math.min(lowestBit(range) - 24, lowestBit(from));
  return Math.log2(highest) + 2 - lowest <= 53;
}

/**
 * Computes float32 uniforms: out[offset + i] = fma(x, to − from, from) with x = (words[i] mod 2²⁴)·2⁻²⁴.
 *
 * *Method*: the product is exact in double. If the sum is exact too ({@link isExactInDouble}), storing it rounds once. Otherwise
 * {@link addToFloat32} corrects the halfway cases.
 * @param from a float32, as is `to`
 * @param isOpen whether a result that rounds to `to` becomes `from`
 */
export function uniformFloat32(
  words: Int32Array,
  count: number,
  out: Float32Array,
  offset: number,
  from: number,
  to: number,
  isOpen: boolean,
): void {
  const scale = fround(to - from) * 2 ** -24;
  const upper = isOpen ? to : NaN;
  if (isExactInDouble(from, to)) {
    for (let i = 0; i < count; i++) {
      const value = fround((words[i] & 0xffffff) * scale + from);
      out[offset + i] = value === upper ? from : value;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const value = addToFloat32((words[i] & 0xffffff) * scale, from);
      out[offset + i] = value === upper ? from : value;
    }
  }
}
