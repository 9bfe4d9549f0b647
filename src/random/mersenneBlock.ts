import { mersenneFromState } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Words of a block of MT19937. */
export const BLOCK = 624;
/** Distance of the word that the recurrence adds. */
const MIDDLE = 397;
/** Coefficients of the recurrence: the last row of its matrix (Matsumoto and Nishimura 1998, table II). */
export const MATRIX = 0x9908b0df;

const UPPER = 0x80000000;
const LOWER = 0x7fffffff;

/*
 * Words x(0), x(1), … follow x(n + 624) = x(n + 397) ^ twist(upper bit of x(n), lower 31 bits of x(n + 1)).
 * PyTorch keeps a block, 624 words in order, and how many of them are drawn. pure-rand keeps the 624 words that come
 * next, in a ring: at index i it holds the new block's words before i and the old block's from i on.
 */

/** The first block's predecessor: the 624 words that a seed expands to (`init_genrand`), before any twist. */
export function expandSeed(seed: number): Uint32Array {
  const words = new Uint32Array(BLOCK);
  words[0] = seed;
  for (let i = 1; i < BLOCK; i++) words[i] = Math.imul(1812433253, words[i - 1] ^ (words[i - 1] >>> 30)) + i;
  return words;
}

/** pure-rand's engine after `next` words of a block (1 to 624), or before the twist of fresh words (0). */
export function engineAt(words: Uint32Array, next: number): RandomGenerator {
  // Elements are signed, as pure-rand's own are: V8 keeps such an array unboxed.
  const engine = mersenneFromState([0, ...new Int32Array(words)]);
  for (let drawn = next === 0 ? BLOCK : next; drawn > 0; drawn--) engine.next();
  return engine;
}

/** pure-rand's engine whose coming words start with this window of 624, in order, placed after `next` of the block. */
export function engineFromWindow(window: Int32Array, next: number): RandomGenerator {
  const index = next % BLOCK;
  const state = [index];
  for (let i = 0; i < BLOCK; i++) state.push(window[(i + BLOCK - index) % BLOCK]);
  return mersenneFromState(state);
}

/** The 624 words that come next, untempered, in order. */
export function windowOf(engine: RandomGenerator): Int32Array {
  const [index, ...ring] = engine.getState();
  return Int32Array.from(ring, (_, i) => ring[(index + i) % BLOCK]);
}

/**
 * The block that an engine has drawn `next` words of (1 to 624): the drawn words are found by undoing their twists.
 */
export function blockOf(engine: RandomGenerator, next: number): Uint32Array {
  const ring = Int32Array.from(engine.getState()).subarray(1);
  const block = new Int32Array(BLOCK);
  block.set(ring.subarray(next), next);
  const at = (i: number) => (i < BLOCK ? block[i] : ring[i - BLOCK]);
  for (let i = next - 1; i >= 0; i--) {
    const ofUpper = untwist(ring[i] ^ at(i + MIDDLE));
    const ofLower = untwist(at(i - 1 + BLOCK) ^ at(i - 1 + MIDDLE));
    block[i] = (ofUpper & UPPER) | (ofLower & LOWER);
  }
  return new Uint32Array(block.buffer);
}

/** The y of twist(y) = (y >>> 1) ^ (y odd ? MATRIX : 0); the matrix's set upper bit tells whether y is odd. */
function untwist(twisted: number): number {
  return twisted < 0 ? ((twisted ^ MATRIX) << 1) | 1 : twisted << 1;
}
