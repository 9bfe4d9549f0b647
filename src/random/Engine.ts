import type { Reference } from './references/Reference.js';

/** A source of random words that a `Generator` draws from. Every random generator of pure-rand is one. */
export interface Engine {
  /** The next word, as an integer in [−2³¹, 2³¹). The engine moves on by one word. */
  next(): number;
  /** An engine in the same state, which moves independently of this one. */
  clone(): Engine;
  /** Moves on by any number of words ≥ 0. Without it, a generator calls `next` for every word that it passes over. */
  advance?(words: bigint): void;
  /** The reference of an engine that is used by one reference only. */
  readonly numbers?: Reference;
  /** An engine for part `index` of a fill that draws more than once, at the same word of a key of its own. */
  part?(index: number): Engine;
  /** Writes the next `count` words to the start of `words`. Without it, a generator calls `next` for every word. */
  fill?(words: Int32Array, count: number): void;
}
