import type { FloatDType, Storage } from './DType.js';
import { drawKernels } from './kernelPath.js';
import { storeFront } from './storeFront.js';
import type { WordSource } from './WordSource.js';

const { fround } = Math;

/**
 * Fills `data`, whole groups of 16, with N(mean, std²) by Box–Muller, from words in order: one an element, two for float64.
 *
 * Halves are computed in float32 and rounded.
 */
export function drawNormals(
  source: WordSource,
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
): void {
  const kernels = drawKernels(data.length);
  for (let start = 0; start < data.length; start += kernels.capacity) {
    const count = Math.min(kernels.capacity, data.length - start);
    if (data instanceof Float64Array) {
      source.fillWords(kernels.words, 2 * count);
      kernels.normalDouble(count, mean, std);
      storeFront(kernels.doubles, count, data, start);
      continue;
    }
    source.fillWords(kernels.words, count);
    kernels.normal(count, fround(mean), fround(std));
    if (data instanceof Float32Array) storeFront(kernels.numbers, count, data, start);
    else {
      kernels.encode(dtype === 'float16' ? 'float16' : 'bfloat16', count);
      storeFront(kernels.halves, count, data, start);
    }
  }
}
