import { Generator } from '../random/Generator.js';

/** The length of a fragment: 96 bits, so that no fragment occurs in a stream by chance. */
export const FRAGMENT = 4;

/** Words of a stream that are drawn together. */
const PART = 1 << 16;
/** The bits of a word that a float32 uniform shows. */
const SHOWN = 0xffffff;

/** Some successive words of a tensor, whose place in a stream is sought. */
export interface Fragment<Owner> {
  readonly owner: Owner;
  /** The index of the first word in the tensor. */
  readonly at: number;
  /** The lower 24 bits of {@link FRAGMENT} words. */
  readonly words: Int32Array;
}

/**
 * The positions of tensors in the stream of a seed. The search ends when every owner is found.
 * @param fragments one fragment of each owner or more; the first that occurs decides
 * @param most the number of words to search
 * @returns for each owner that was found, the number of words before its first element
 */
export function findInStream<Owner>(
  seed: number,
  fragments: readonly Fragment<Owner>[],
  most: number,
): Map<Owner, number> {
  const byWord = new Map<number, Fragment<Owner>[]>();
  // One bit for each word that a fragment begins with. Nearly all words of the stream need no more than this.
  const isFirst = new Uint8Array((SHOWN + 1) / 8);
  for (const fragment of fragments) {
    const [first] = fragment.words;
    isFirst[first >>> 3] |= 1 << (first & 7);
    byWord.set(first, [...(byWord.get(first) ?? []), fragment]);
  }
  const sought = new Set(fragments.map(({ owner }) => owner));
  const found = new Map<Owner, number>();
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
      for (const { owner, at, words: own } of byWord.get(word) ?? []) {
        const position = start + i - at;
        if (position >= 0 && !found.has(owner) && own.every((w, k) => w === (words[i + k] & SHOWN))) {
          found.set(owner, position);
        }
      }
    }
  }
  return found;
}
