import { BLOCK, expandSeed, MATRIX, MIDDLE, untwisted } from './mersenneTwister.js';

/** A seed and a distance from the beginning of its stream. */
export interface SeededPosition {
  /** The seed, in [0, 2³²). */
  readonly seed: number;
  /** The number of words between the beginning of the stream and the position. */
  readonly words: number;
}

/** The multiplier of the expansion of a seed (`init_genrand`), and its inverse modulo 2³². */
const MULTIPLIER = 1812433253;
const INVERSE = invert(MULTIPLIER);
/** The number of steps after which the words move back to the end of their array. */
const PART = 1 << 14;

/**
 * The seed whose stream leads to a state: steps back word by word until the state is one that a seed expands to.
 * @param block the words x(n) … x(n + 623) of the state before a position of the stream; the word at the position is x(n)'s
 * @param most the largest number of words between the beginning of the stream and the position
 * @returns `undefined` if there is no seed within `most` words
 */
export function findSeed(block: Int32Array, most: number): SeededPosition | undefined {
  const matrix = MATRIX | 0;
  const words = new Int32Array(PART + BLOCK);
  words.set(block, PART);
  let at = PART;
  for (let steps = 1; steps <= most + BLOCK; steps++) {
    if (at === 0) {
      words.copyWithin(PART, 0, BLOCK);
      at = PART;
    }
    at--;
    const pair = untwisted(words[at + BLOCK] ^ words[at + MIDDLE], matrix);
    const second = (words[at + 1] & 0x80000000) | (pair & 0x7fffffff);
    words[at + 1] = second;
    // The lower bits of the first word are not known before the next step.
    words[at] = pair & 0x80000000;
    if (words[at + 2] !== ((Math.imul(MULTIPLIER, second ^ (second >>> 30)) + 2) | 0)) continue;
    const seed = seedOf(words.subarray(at, at + BLOCK));
    if (seed !== undefined && steps >= BLOCK) return { seed: seed >>> 0, words: steps - BLOCK };
  }
  return undefined;
}

/** The seed that expands to a block, of whose first word only the upper bit is known. */
function seedOf(block: Int32Array): number | undefined {
  const y = Math.imul(block[1] - 1, INVERSE);
  const seed = y ^ (y >>> 30);
  if ((seed ^ block[0]) < 0) return undefined;
  const words = expandSeed(seed);
  for (let i = 1; i < BLOCK; i++) if (block[i] !== words[i]) return undefined;
  return seed;
}

/** The inverse of an odd number modulo 2³², by Newton's method: each step doubles the number of right bits. */
function invert(odd: number): number {
  let inverse = odd;
  for (let bits = 3; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
