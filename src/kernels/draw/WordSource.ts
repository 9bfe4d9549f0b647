/** Where the words of a draw come from: 32 random bits each, as signed integers. */
export interface WordSource {
  /** Writes the next `count` words to the front of `words`. */
  fillWords(words: Int32Array, count: number): void;
}
