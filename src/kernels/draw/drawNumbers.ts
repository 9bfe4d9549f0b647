import type { FloatDType, HalfDType, Storage } from '../../numerics/DType.js';
import { drawKernels } from '../wasm/kernelPath.js';
import type { DrawKernels } from './DrawKernels.js';
import { storeFront } from './storeFront.js';
import type { WordSource } from './WordSource.js';

/** What becomes of words, in the workspace of the kernels. */
export interface WordLaw {
  /** Pairs of words to float64. */
  readonly doubles: (kernels: DrawKernels, count: number) => void;
  /** Words to float32. */
  readonly floats: (kernels: DrawKernels, count: number) => void;
  /** The float32 numbers to halves. */
  readonly halves: (kernels: DrawKernels, count: number, dtype: HalfDType) => void;
}

/** Fills `data` from words in order, one an element, two for float64; halves are computed in float32 and rounded. */
export function drawNumbers(source: WordSource, data: Storage<FloatDType>, dtype: FloatDType, law: WordLaw): void {
  const kernels = drawKernels(data.length);
  for (let start = 0; start < data.length; start += kernels.capacity) {
    const count = Math.min(kernels.capacity, data.length - start);
    if (data instanceof Float64Array) {
      source.fillWords(kernels.words, 2 * count);
      law.doubles(kernels, count);
      storeFront(kernels.doubles, count, data, start);
      continue;
    }
    source.fillWords(kernels.words, count);
    law.floats(kernels, count);
    if (data instanceof Float32Array) storeFront(kernels.numbers, count, data, start);
    else {
      law.halves(kernels, count, dtype === 'float16' ? 'float16' : 'bfloat16');
      storeFront(kernels.halves, count, data, start);
    }
  }
}
