import { addToFloat32 } from '../../numerics/fma.js';
import { logf } from '../../numerics/logf.js';
import { sinCosf } from '../../numerics/sinCosf.js';

// Local names, as in boxMullerFloat32.
const { fround, sqrt } = Math;

const TWO_PI = 2 * Math.PI;
const TWO_PI_FLOAT = fround(TWO_PI);

/** Computes √(−2·ln u) in float32 with glibc's `logf`. It is −0 for u = 1. */
function radius(u: number): number {
  return fround(sqrt(-2 * logf(u)));
}

/**
 * Box–Muller on whole groups of 16 with the C library's functions, as PyTorch's scalar template `normal_fill_16` computes. For j in 0 … 7,
 * out[j] = fma(round(r·cos θ), std, mean) and out[j + 8] = fma(round(r·sin θ), std, mean), with r of u = 1 − k·2⁻²⁴ for the 24 bits k of words[j],
 * and θ = round(2π·k·2⁻²⁴) for those of words[j + 8]. Here 2π is a double.
 * @param mean a float32, as is `std`
 */
export function boxMullerGroups(words: Int32Array, count: number, out: Float32Array, mean: number, std: number): void {
  for (let group = 0; group < count; group += 16) {
    for (let i = group; i < group + 8; i++) {
      const r = radius(1 - (words[i] & 0xffffff) * 2 ** -24);
      const { sin, cos } = sinCosf(fround(TWO_PI * ((words[i + 8] & 0xffffff) * 2 ** -24)));
      out[i] = addToFloat32(fround(r * cos) * std, mean);
      out[i + 8] = addToFloat32(fround(r * sin) * std, mean);
    }
  }
}

/**
 * Returns the number in (0, 1] that PyTorch's stateless generator makes of a word for a normal: float32(w)·2⁻³² + 2⁻³³, rounded once. The
 * product is exact.
 */
export function pairUniform(word: number): number {
  return fround(fround(word >>> 0) * 2 ** -32 + 2 ** -33);
}

/**
 * Box–Muller on pairs of words with the C library's functions, as PyTorch's stateless generator computes (`torch.func._random.normal`). For
 * even i, out[i] = round(round(r·cos θ)·std) + mean and out[i + 1] the same of the sine, with r of {@link pairUniform} of words[i], and
 * θ = round(2π·u) for that of words[i + 1]. Here 2π is a float32. Nothing is fused.
 * @param count an even number
 * @param mean a float32, as is `std`
 */
export function boxMullerPairs(words: Int32Array, count: number, out: Float32Array, mean: number, std: number): void {
  for (let i = 0; i < count; i += 2) {
    const r = radius(pairUniform(words[i]));
    const { sin, cos } = sinCosf(fround(TWO_PI_FLOAT * pairUniform(words[i + 1])));
    out[i] = fround(fround(r * cos) * std) + mean;
    out[i + 1] = fround(fround(r * sin) * std) + mean;
  }
}
