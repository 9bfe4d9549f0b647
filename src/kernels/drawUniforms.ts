import { toBfloat16Bits } from './bfloat16.js';
import type { DrawKernels } from './DrawKernels.js';
import type { FloatDType, HalfDType, Storage } from './DType.js';
import { toFloat16Bits } from './float16.js';
import { drawKernels } from './kernelPath.js';
import { storeFront } from './storeFront.js';
import type { WordSource } from './WordSource.js';

const { fround } = Math;

/**
 * Fills `data` with U[from, to), from words in order: one an element, two for float64.
 *
 * Halves are computed in float32 and rounded; a value that rounds to `to` becomes `from`.
 */
export function drawUniforms(
  source: WordSource,
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
): void {
  const kernels = drawKernels(data.length);
  for (let start = 0; start < data.length; start += kernels.capacity) {
    const count = Math.min(kernels.capacity, data.length - start);
    if (data instanceof Float64Array) {
      source.fillWords(kernels.words, 2 * count);
      kernels.uniformDouble(count, from, to);
      storeFront(kernels.doubles, count, data, start);
      continue;
    }
    source.fillWords(kernels.words, count);
    kernels.uniform(count, fround(from), fround(to), dtype === 'float32');
    if (data instanceof Float32Array) storeFront(kernels.numbers, count, data, start);
    else {
      encodeBelow(kernels, dtype === 'float16' ? 'float16' : 'bfloat16', count, from, to);
      storeFront(kernels.halves, count, data, start);
    }
  }
}

/** Turns the numbers into halves, and those that round to `to` into `from`. */
function encodeBelow(kernels: DrawKernels, dtype: HalfDType, count: number, from: number, to: number): void {
  const encode = dtype === 'float16' ? toFloat16Bits : toBfloat16Bits;
  const high = encode(to);
  kernels.encode(dtype, count);
  // +0 and −0 are equal.
  kernels.replaceHalves(count, (high & 0x7fff) === 0 ? 0x7fff : 0xffff, high, encode(from));
}
