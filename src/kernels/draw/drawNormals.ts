import type { FloatDType, Storage } from '../../numerics/DType.js';
import { drawNumbers } from './drawNumbers.js';
import type { WordSource } from './WordSource.js';

const { fround } = Math;

/** Fills `data`, in whole groups of 16, with N(mean, std²) by Box–Muller and {@link drawNumbers}. */
export function drawNormals(
  source: WordSource,
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
): void {
  drawNumbers(source, data, dtype, {
    doubles: (kernels, count) => kernels.normalDouble(count, mean, std),
    floats: (kernels, count) => kernels.normal(count, fround(mean), fround(std)),
    halves: (kernels, count, half) => kernels.encode(half, count),
  });
}
