import { mersenneFromState } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Words of a block of MT19937. */
export const BLOCK = 624;
/** Distance of the word that the recurrence adds. */
const MIDDLE = 397;
/** Coefficients of the recurrence: the last row of its matrix (Matsumoto and Nishimura 1998, table II). */
export const MATRIX = 0x9908b0df;

/** The word that comes of a word of the block, as a signed integer. */
export function temper(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

const UPPER = 0x80000000;
const LOWER = 0x7fffffff;

/*
 * Words x(0), x(1), … follow x(n + 624) = x(n + 397) ^ twist(upper bit of x(n), lower 31 bits of x(n + 1)).
 * PyTorch keeps a block, 624 words in order, and how many of them are drawn. pure-rand keeps the 624 words that come
 * next, in a ring: at index i it holds the new block's words before i and the old block's from i on.
 */

/** The first block's predecessor: the 624 words that a seed expands to (`init_genrand`), before any twist. */
export function expandSeed(seed: number): Int32Array {
  const words = new Int32Array(BLOCK);
  words[0] = seed;
  for (let i = 1; i < BLOCK; i++) words[i] = Math.imul(1812433253, words[i - 1] ^ (words[i - 1] >>> 30)) + i;
  return words;
}

/** pure-rand's engine that has drawn all words of a block: its next one is the first of the block that follows. */
export function engineAfter(block: Int32Array): RandomGenerator {
  // An array of small integers: V8 keeps such an array unboxed.
  const engine = mersenneFromState([0, ...block]);
  for (let drawn = 0; drawn < BLOCK; drawn++) engine.next();
  return engine;
}

/**
 * The block that an engine has drawn `next` words of (1 to 624): the drawn words are found by undoing their twists.
 */
export function blockOf(engine: RandomGenerator, next: number): Int32Array {
  const ring = Int32Array.from(engine.getState()).subarray(1);
  const block = new Int32Array(BLOCK);
  block.set(ring.subarray(next), next);
  const at = (i: number) => (i < BLOCK ? block[i] : ring[i - BLOCK]);
  for (let i = next - 1; i >= 0; i--) {
    const ofUpper = untwist(ring[i] ^ at(i + MIDDLE));
    const ofLower = untwist(at(i - 1 + BLOCK) ^ at(i - 1 + MIDDLE));
    block[i] = (ofUpper & UPPER) | (ofLower & LOWER);
  }
  return block;
}

/** The y of twist(y) = (y >>> 1) ^ (y odd ? MATRIX : 0); the matrix's set upper bit tells whether y is odd. */
function untwist(twisted: number): number {
  return twisted < 0 ? ((twisted ^ MATRIX) << 1) | 1 : twisted << 1;
}
