import { ArgumentError, describeValue } from '../errors.js';
import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { drawNormals } from '../kernels/draw/drawNormals.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { writeNumber } from '../numerics/numbers.js';
import { drawNormal } from './drawNormal.js';
import type { Generator } from './Generator.js';

/**
 * Fills `data` with N(mean, std²) (`torch.Tensor.normal_` on contiguous tensors).
 *
 * Fewer than 16 elements are drawn one by one in double. More elements are drawn in groups of 16; if the last group is
 * not full, the last 16 elements are drawn again. float16 and bfloat16 are computed in float32 and rounded. float64
 * agrees with PyTorch to a relative error of about 1e-15, because PyTorch uses log, sin and cos of the C library there.
 * @throws ArgumentError, before it draws, as {@link checkNormal} does
 */
export function fillNormal(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
  generator: Generator,
): void {
  checkNormal(mean, std);
  const n = data.length;
  if (n < NORMAL_GROUP) {
    for (let i = 0; i < n; i++) writeNumber(data, dtype, i, drawNormal(mean, std, generator));
    return;
  }
  const rest = n % NORMAL_GROUP;
  drawNormals(generator, data.subarray(0, n - rest), dtype, mean, std);
  if (rest === 0) return;
  // float32 and float64 draw the words of the whole tensor before the first group is made; the other dtypes draw group
  // by group.
  generator.advance(wordsOfRest(dtype, rest));
  drawNormals(generator, data.subarray(n - NORMAL_GROUP), dtype, mean, std);
}

/** Words that a large fill passes over for the `rest` elements after its last full group, which are drawn again. */
export function wordsOfRest(dtype: FloatDType, rest: number): number {
  if (dtype === 'float64') return 2 * rest;
  return dtype === 'float32' ? rest : 0;
}

/**
 * Checks the parameters of a normal distribution.
 * @throws ArgumentError unless mean is finite, and std is finite and ≥ 0
 */
export function checkNormal(mean: number, std: number): void {
  if (!(Number.isFinite(std) && std >= 0)) {
    throw new ArgumentError(`normal expects std >= 0.0, but found std ${describeValue(std)}; give a finite std ≥ 0`);
  }
  if (!Number.isFinite(mean)) {
    throw new ArgumentError(`normal expects a finite mean, but found mean ${describeValue(mean)}`);
  }
}
