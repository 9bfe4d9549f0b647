import type { FloatDType, HalfDType, Storage } from '../../numerics/DType.js';
import { chooseDrawKernels } from './chooseDrawKernels.js';
import { copyFromWorkspace } from './copyFromWorkspace.js';
import type { DrawKernels } from './DrawKernels.js';
import type { WordSource } from './WordSource.js';

/** The steps that turn words into the numbers of one distribution, in the workspace of the kernels. */
export interface WordLaw {
  /** The number of words that are turned into numbers together. A last group is drawn wholly. Default: 1. */
  readonly group?: number;
  /** Turns pairs of words into float64 numbers. */
  readonly doubles: (kernels: DrawKernels, count: number) => void;
  /** Turns words into float32 numbers. */
  readonly floats: (kernels: DrawKernels, count: number) => void;
  /** Rounds the float32 numbers to a 16-bit dtype. */
  readonly halves: (kernels: DrawKernels, count: number, dtype: HalfDType) => void;
}

/**
 * Fills `data` in order. Each element consumes one word, and two for float64. Numbers of a 16-bit dtype are computed in
 * float32 and rounded.
 */
export function drawNumbers(source: WordSource, data: Storage<FloatDType>, dtype: FloatDType, law: WordLaw): void {
  const kernels = chooseDrawKernels(data.length);
  const { group = 1 } = law;
  const draw = (words: number) => source.fillWords(kernels.words, Math.ceil(words / group) * group);
  for (let start = 0; start < data.length; start += kernels.capacity) {
    const count = Math.min(kernels.capacity, data.length - start);
    if (data instanceof Float64Array) {
      draw(2 * count);
      law.doubles(kernels, count);
      copyFromWorkspace(kernels.doubles, count, data, start);
      continue;
    }
    draw(count);
    law.floats(kernels, count);
    if (data instanceof Float32Array) copyFromWorkspace(kernels.numbers, count, data, start);
    else {
      law.halves(kernels, count, dtype === 'float16' ? 'float16' : 'bfloat16');
      copyFromWorkspace(kernels.halves, count, data, start);
    }
  }
}
