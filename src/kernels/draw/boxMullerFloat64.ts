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
      // Adding 0 turns −0 into 0, as the fused step would.
      out[offset + i] = isCentered ? n1 * std + 0 : fma(n1, std, mean);
      out[offset + i + 8] = isCentered ? n2 * std + 0 : fma(n2, std, mean);
    }
  }
}
