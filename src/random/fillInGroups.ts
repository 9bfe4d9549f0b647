import type { Arithmetic } from '../kernels/draw/Arithmetic.js';
import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { drawNormals } from '../kernels/draw/drawNormals.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { writeNumber } from '../numerics/numbers.js';
import { drawNormal } from './drawNormal.js';
import type { WordStream } from './references/Reference.js';

/**
 * Fills `data` with N(mean, std²) in the way of PyTorch's CPU generator (`torch.Tensor.normal_` on contiguous tensors).
 *
 * Fewer than 16 elements are drawn one by one in double. More elements are drawn in groups of 16; if the last group is
 * not full, the last 16 elements are drawn again. float16 and bfloat16 are computed in float32 and rounded. float64
 * agrees with PyTorch to a relative error of about 1e-15, because PyTorch uses log, sin and cos of the C library there.
 */
export function fillInGroups(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
  stream: WordStream,
  arithmetic: Arithmetic,
): void {
  const n = data.length;
  if (n < NORMAL_GROUP) {
    const round = arithmetic.round[dtype];
    for (let i = 0; i < n; i++) writeNumber(data, dtype, i, round(arithmetic.scale(drawNormal(stream), std, mean)));
    return;
  }
  const rest = n % NORMAL_GROUP;
  drawNormals(stream, data.subarray(0, n - rest), dtype, mean, std, arithmetic);
  if (rest === 0) return;
  // float32 and float64 draw the words of the whole tensor before the first group is made; the other dtypes draw group
  // by group.
  stream.advance(wordsOfRest(dtype, rest));
  drawNormals(stream, data.subarray(n - NORMAL_GROUP), dtype, mean, std, arithmetic);
}

/** Words that a large fill passes over for the `rest` elements after its last full group, which are drawn again. */
export function wordsOfRest(dtype: FloatDType, rest: number): number {
  if (dtype === 'float64') return 2 * rest;
  return dtype === 'float32' ? rest : 0;
}
