import { findSeed, type SeededPosition } from '../random/findSeed.js';
import { recoverBlock, WORDS_TO_RECOVER } from '../random/recoverState.js';

/** What the words of a tensor say about the seed. */
export type SolvedSeed =
  /** The seed, and the number of words before the tensor. */
  | (SeededPosition & { readonly kind: 'seed' })
  /** The words are successive words of the Mersenne Twister, but no seed leads to them within the given distance. */
  | { readonly kind: 'noSeed' }
  /** No run of words is long enough, or the words do not follow from one another. */
  | { readonly kind: 'noStream' };

/**
 * The seed whose stream has the words of a tensor, computed from the first run of words that follow from one another.
 * @param words the lower 24 bits of each word, −1 where there is no word
 * @param within the largest number of words between the beginning of the stream and the first of the run
 */
export function solveSeed(words: Int32Array, within: number): SolvedSeed {
  let start = 0;
  for (let i = 0; i < words.length; i++) {
    if (words[i] < 0) start = i + 1;
    if (i - start + 1 < WORDS_TO_RECOVER) continue;
    const block = recoverBlock(words, start);
    if (block === undefined) {
      start++;
      continue;
    }
    const found = findSeed(block, within);
    // Elements before the run may be changed, so the tensor begins `start` words before it.
    return found && found.words >= start
      ? { kind: 'seed', seed: found.seed, words: found.words - start }
      : { kind: 'noSeed' };
  }
  return { kind: 'noStream' };
}
