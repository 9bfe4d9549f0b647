import { fma } from '../../numerics/fma.js';
import { unitFloat64 } from './uniformFloat64.js';

const TWO_PI = 2 * Math.PI;
// Local names, as in boxMullerFloat32.
const { cos, log, sin, sqrt } = Math;

/**
 * Box–Muller in double on whole groups of 16 numbers of two words each. For j in 0 … 7, out[offset + j] = fma(r·cos θ, std,
 * mean) and out[offset + j + 8] = fma(r·sin θ, std, mean), where r comes from number j of the group, and θ from number j + 8.
 *
 * *Method*: log, sin and cos are those of `Math`. PyTorch uses the C library's, whose last bits differ between machines.
 */
export function boxMullerFloat64(
  words: Int32Array,
  count: number,
  out: Float64Array,
  offset: number,
  mean: number,
  std: number,
): void {
  const isCentered = mean === 0;
  for (let group = 0; group < count; group += 16) {
    for (let i = group; i < group + 8; i++) {
      const u1 = 1 - unitFloat64(words[2 * i], words[2 * i + 1]);
      const u2 = unitFloat64(words[2 * i + 16], words[2 * i + 17]);
      const r = sqrt(-2 * log(u1));
      const theta = TWO_PI * u2;
      const n1 = r * cos(theta);
      const n2 = r * sin(theta);
      // Adding 0 turns −0 into 0, as the fused step would, and adding −0 keeps it.
      out[offset + i] = isCentered ? n1 * std + mean : fma(n1, std, mean);
      out[offset + i + 8] = isCentered ? n2 * std + mean : fma(n2, std, mean);
    }
  }
}

/**
 * Box–Muller in double on pairs of numbers, as PyTorch's stateless generator computes. For even i, out[i] = r·cos θ·std + mean and
 * out[i + 1] the same of the sine, with r of {@link pairUniform64} of number i, and θ = 2π·u for that of number i + 1. Number i is made of
 * words[2i] and words[2i + 1]. Nothing is fused.
 *
 * *Method*: log, sin and cos are those of `Math`. PyTorch uses the C library's, so results may differ by two units in the last place of
 * the standard normal.
 * @param count an even number
 */
export function boxMullerPairsFloat64(
  words: Int32Array,
  count: number,
  out: Float64Array,
  mean: number,
  std: number,
): void {
  for (let i = 0; i < count; i += 2) {
    const r = sqrt(-2 * log(pairUniform64(words[2 * i], words[2 * i + 1])));
    const theta = TWO_PI * pairUniform64(words[2 * i + 2], words[2 * i + 3]);
    out[i] = r * cos(theta) * std + mean;
    out[i + 1] = r * sin(theta) * std + mean;
  }
}

/**
 * Returns the number in (0, 1] that PyTorch's stateless generator makes of two words for a float64 normal: v·2⁻⁶⁴ + 2⁻⁶⁵ for their 64 bits v, the
 * high word first, rounded once.
 */
function pairUniform64(high: number, low: number): number {
  return (high >>> 0) * 2 ** -32 + ((low >>> 0) * 2 ** -64 + 2 ** -65);
}
