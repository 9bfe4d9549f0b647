import type { FloatDType, Storage } from '../../numerics/DType.js';
import type { Arithmetic } from './Arithmetic.js';
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
  arithmetic: Arithmetic,
): void {
  drawNumbers(source, data, dtype, {
    doubles: (kernels, count) => arithmetic.normalDouble(kernels, count, mean, std),
    floats: (kernels, count) => arithmetic.normal(kernels, count, fround(mean), fround(std)),
    halves: (kernels, count, half) => kernels.encode(half, count),
  });
}
