/**
 * Philox4x32-10 (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, 2011). It maps a counter of 128 bits and a key of
 * 64 bits to 128 random bits, as the reference's `philox4x32_R(10, counter, key)` does.
 *
 * *Method:* each of ten rounds computes two products of 32×32 bits. The upper half of a product comes from four products of 16×16
 * bits.
 */

// Local names, as in boxMullerFloat32.
const { imul } = Math;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** The fractional parts of the golden ratio and of √3, times 2³². They are added to the key after each round. */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Writes the four words of one counter to `out`. */
export function philox4x32(counter: Uint32Array, key0: number, key1: number, out: Int32Array): void {
  let c0 = counter[0];
  let c1 = counter[1];
  let c2 = counter[2];
  let c3 = counter[3];
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = imul(MULTIPLIER_0, c0);
    const low1 = imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = imul(aHigh, bLow) + (imul(aLow, bLow) >>> 16);
  const carried = imul(aLow, bHigh) + (middle & 0xffff);
  return (imul(aHigh, bHigh) + (middle >>> 16) + (carried >>> 16)) | 0;
}
