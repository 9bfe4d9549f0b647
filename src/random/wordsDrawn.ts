import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';

/** Words of the stream that a uniform fill of n elements takes. */
export function uniformWords(n: number, dtype: FloatDType): number {
  return dtype === 'float64' ? 2 * n : n;
}

/**
 * Words of the stream that a normal fill of n elements takes, and whether it leaves a cached sample behind.
 * @param cached whether one is there before
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
  return { words: 4 * Math.ceil(fresh / 2), cached: fresh % 2 === 1 };
}

/** Words of the stream that a permutation of n takes. */
export function randpermWords(n: number): number {
  return n < RANDPERM_DOUBLE ? Math.max(n - 1, 0) : 2 * n;
}

/** From ⌊(2³² − 1)/20⌋ on PyTorch draws two words an element, so that the remainder's bias stays small. */
export const RANDPERM_DOUBLE = Math.floor((2 ** 32 - 1) / 20);
