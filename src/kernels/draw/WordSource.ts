/** A source of words: signed integers of 32 random bits. */
export interface WordSource {
  /** Writes the next `count` words to the start of `words`. */
  fillWords(words: Int32Array, count: number): void;
}
