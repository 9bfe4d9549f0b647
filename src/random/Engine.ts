/** A source of random words that a `Generator` draws from. Every random generator of pure-rand is one. */
export interface Engine {
  /** The next word, as an integer in [−2³¹, 2³¹). The engine moves on by one word. */
  next(): number;
  /** An engine in the same state, which moves independently of this one. */
  clone(): Engine;
  /** Moves on by any number of words ≥ 0. Without it, a generator calls `next` for every word that it passes over. */
  advance?(words: bigint): void;
  /** Writes the next `count` words to the start of `words`. Without it, a generator calls `next` for every word. */
  fill?(words: Int32Array, count: number): void;
}
