import { boxMullerFloat32 } from '../kernels/boxMullerFloat32.js';
import { boxMullerFloat64 } from '../kernels/boxMullerFloat64.js';
import type { Generator } from './Generator.js';

/** Elements drawn at a time: their words and numbers stay in the first-level cache. */
export const NORMAL_CHUNK = 2048;
const words = new Int32Array(2 * NORMAL_CHUNK);

/**
 * Draws `count` elements of a large normal fill, whole groups of 16 and at most {@link NORMAL_CHUNK}, to out[offset…]:
 * a word an element for Float32Array (the halves too), two for Float64Array.
 */
export function drawNormalGroups(
  out: Float32Array | Float64Array,
  offset: number,
  count: number,
  mean: number,
  std: number,
  generator: Generator,
): void {
  if (out instanceof Float64Array) {
    generator.fillWords(words, 2 * count);
    boxMullerFloat64(words, count, out, offset, mean, std);
  } else {
    generator.fillWords(words, count);
    boxMullerFloat32(words, count, out, offset, Math.fround(mean), Math.fround(std));
  }
}
