import type { UniformLaw } from '../laws/Law.js';
import { uniformLaw } from '../laws/uniform.js';
import { wordsOfUniform } from '../random/wordsOfUniform.js';
import type { Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { FRAGMENT } from './findInStream.js';
import { type UniformCandidate, uniformCandidates } from './uniformCandidates.js';

/** The words of a tensor, if it was drawn from a candidate. */
export interface UniformReading {
  readonly candidate: UniformCandidate;
  /** The lower 24 bits of the word of each element, −1 for an element that no word gives. */
  readonly words: Int32Array;
  /** Whether a word gives each element. */
  readonly isWhole: boolean;
}

/**
 * The reading of a float32 tensor that explains the most elements; undefined if no candidate explains one.
 * @param forms the forms of all tensors by name
 */
export function readUniform(
  name: string,
  tensor: Tensor,
  forms: ReadonlyMap<string, { readonly shape: Shape }>,
): UniformReading | undefined {
  if (tensor.dtype !== 'float32') return undefined;
  let best: UniformReading | undefined;
  let most = 0;
  for (const candidate of uniformCandidates(name, tensor.shape, forms)) {
    const words = wordsOfUniform(tensor.data as Float32Array, candidate.bound);
    const explained = words.reduce((count, word) => count + (word < 0 ? 0 : 1), 0);
    if (explained <= most) continue;
    best = { candidate, words, isWhole: explained === words.length };
    most = explained;
    if (best.isWhole) break;
  }
  return best;
}

/** Fragments at the front, in the middle and at the end of a tensor, so that one is found if other elements are changed. */
export function fragmentsOfUniform({ words }: UniformReading): { at: number; words: Int32Array; tolerance: number }[] {
  const last = words.length - FRAGMENT;
  if (last < 0) return [];
  const all = [...new Set([0, last >>> 1, last])].map((at) => ({
    at,
    words: words.slice(at, at + FRAGMENT),
    tolerance: 0,
  }));
  return all.filter((fragment) => fragment.words.every((word) => word >= 0));
}

/** The law of a candidate, and its use. */
export function lawOfUniform({ bound, use }: UniformCandidate): { readonly law: UniformLaw; readonly use: string } {
  return { law: uniformLaw(-bound, bound), use };
}
