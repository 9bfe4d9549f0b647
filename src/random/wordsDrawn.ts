import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import { WORDS_OF_PAIR } from './drawNormal.js';

/** The number of words of the stream that a uniform fill of n elements draws. */
export function uniformWords(n: number, dtype: FloatDType): number {
  return dtype === 'float64' ? 2 * n : n;
}

/**
 * The number of words of the stream that a normal fill of n elements draws, and whether a sample is cached after it.
 * @param cached whether a sample is cached before it
 */
export function normalWords(n: number, dtype: FloatDType, cached: boolean): { words: number; cached: boolean } {
  if (n >= NORMAL_GROUP) {
    const rest = n % NORMAL_GROUP;
    const redrawn = rest === 0 ? 0 : NORMAL_GROUP;
    if (dtype === 'float32') return { words: n + redrawn, cached };
    if (dtype === 'float64') return { words: 2 * (n + redrawn), cached };
    return { words: n - rest + redrawn, cached };
  }
  if (n === 0) return { words: 0, cached };
  const fresh = cached ? n - 1 : n;
  return { words: WORDS_OF_PAIR * Math.ceil(fresh / 2), cached: fresh % 2 === 1 };
}

/** The number of words of the stream that a permutation of n elements draws. */
export function randpermWords(n: number): number {
  return n < RANDPERM_DOUBLE ? Math.max(n - 1, 0) : 2 * n;
}

/**
 * For this n and above, ⌊(2³² − 1)/20⌋, PyTorch draws two words for each element to keep the bias of the remainder
 * small.
 */
export const RANDPERM_DOUBLE = Math.floor((2 ** 32 - 1) / 20);
