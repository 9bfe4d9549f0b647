import { Generator } from '../random/Generator.js';

/** The length of a fragment: 96 bits, or 83 with a tolerance of 4, so that no fragment occurs in a stream by chance. */
export const FRAGMENT = 4;

/** Words of a stream that are drawn together. */
const PART = 1 << 16;
/** The bits of a word that a float32 uniform shows. */
export const SHOWN = 0xffffff;

/** Some successive words of a tensor, whose place in a stream is sought. */
export interface Fragment<Owner> {
  readonly owner: Owner;
  /** The index of the first word in the tensor. */
  readonly at: number;
  /** The lower 24 bits of {@link FRAGMENT} words. */
  readonly words: Int32Array;
  /** The largest difference to the words of the stream, modulo 2²⁴; 0 if the words are exact. */
  readonly tolerance: number;
}

/** A fragment in the stream. */
export interface Place<Owner> {
  readonly fragment: Fragment<Owner>;
  /** The number of words of the stream before the tensor of the fragment. */
  readonly fromWord: number;
}

/**
 * The positions of tensors in the stream of a seed. The search ends when every owner is found.
 * @param fragments one fragment of each owner or more; the first that occurs decides
 * @param most the number of words to search
 * @returns the place of each owner that was found
 */
export function findInStream<Owner>(
  seed: number,
  fragments: readonly Fragment<Owner>[],
  most: number,
): Map<Owner, Place<Owner>> {
  const byWord = new Map<number, Fragment<Owner>[]>();
  // One bit for each word that a fragment begins with. Nearly all words of the stream need no more than this.
  const isFirst = new Uint8Array((SHOWN + 1) / 8);
  for (const fragment of fragments) {
    const { words, tolerance } = fragment;
    for (let difference = -tolerance; difference <= tolerance; difference++) {
      const first = (words[0] + difference) & SHOWN;
      isFirst[first >>> 3] |= 1 << (first & 7);
      byWord.set(first, [...(byWord.get(first) ?? []), fragment]);
    }
  }
  const sought = new Set(fragments.map(({ owner }) => owner));
  const found = new Map<Owner, Place<Owner>>();
  const generator = new Generator(seed);
  const words = new Int32Array(PART + FRAGMENT - 1);
  generator.fillWords(words.subarray(PART), FRAGMENT - 1);
  for (let start = 0; start < most && found.size < sought.size; start += PART) {
    words.copyWithin(0, PART);
    const fresh = words.subarray(FRAGMENT - 1);
    generator.fillWords(fresh, PART);
    for (let i = 0; i < PART; i++) {
      const word = words[i] & SHOWN;
      if (((isFirst[word >>> 3] >>> (word & 7)) & 1) === 0) continue;
      for (const fragment of byWord.get(word) ?? []) {
        const fromWord = start + i - fragment.at;
        if (fromWord < 0 || found.has(fragment.owner) || !isAt(fragment, words, i)) continue;
        found.set(fragment.owner, { fragment, fromWord });
      }
    }
  }
  return found;
}

/** Whether the words from an index on are those of a fragment. */
function isAt({ words: own, tolerance }: Fragment<unknown>, words: Int32Array, index: number): boolean {
  return own.every((word, k) => ((words[index + k] - word + tolerance) & SHOWN) <= 2 * tolerance);
}
