/*
 * MT19937 (Matsumoto and Nishimura 1998), as PyTorch's at::mt19937 has it.
 *
 * The words x(0), x(1), … follow the recurrence
 *   x(n + 624) = x(n + 397) ^ A(the upper bit of x(n), the lower 31 bits of x(n + 1)).
 * The state is a block: 624 successive words x(624·k) … x(624·k + 623), in order. The words of the stream are the
 * tempered words of the blocks 1, 2, …; a seed expands to block 0, of which no word is drawn.
 */

/** Words of a block. */
export const BLOCK = 624;
/** The distance of the word that the recurrence adds. */
export const MIDDLE = 397;
/** The coefficients of the recurrence: the last row of its matrix A (Matsumoto and Nishimura 1998, table II). */
export const MATRIX = 0x9908b0df;

/** The block that a 32-bit seed expands to (`init_genrand`). */
export function expandSeed(seed: number): Int32Array {
  const words = new Int32Array(BLOCK);
  words[0] = seed;
  for (let i = 1; i < BLOCK; i++) words[i] = Math.imul(1812433253, words[i - 1] ^ (words[i - 1] >>> 30)) + i;
  return words;
}

/** Replaces a block by the next one, in place. */
export function twist(block: Int32Array): void {
  // Local copies, because V8 reads an exported constant anew at every use.
  const last = BLOCK - 1;
  const wrap = BLOCK - MIDDLE;
  const matrix = MATRIX | 0;
  for (let i = 0; i < wrap; i++) block[i] = block[i + MIDDLE] ^ twisted(block[i], block[i + 1], matrix);
  // From here on, the word that the recurrence adds lies in the new block.
  for (let i = wrap; i < last; i++) block[i] = block[i - wrap] ^ twisted(block[i], block[i + 1], matrix);
  block[last] = block[MIDDLE - 1] ^ twisted(block[last], block[0], matrix);
}

/** The product of the matrix and the upper bit of one word with the lower 31 bits of the next. */
export function twisted(word: number, next: number, matrix: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & matrix);
}

/** The word of the stream that the word of a block at an index gives, as a signed integer. */
export function temperedAt(block: Int32Array, index: number): number {
  return temper(block[index]);
}

/**
 * Writes the words of the stream that `count` words of a block give, from the index `from` on, to `words` from `to` on.
 */
export function temperWords(block: Int32Array, from: number, words: Int32Array, to: number, count: number): void {
  let i = 0;
  // Two words at a time, which takes a tenth less time.
  for (; i < count - 1; i += 2) {
    words[to + i] = temper(block[from + i]);
    words[to + i + 1] = temper(block[from + i + 1]);
  }
  if (i < count) words[to + i] = temper(block[from + i]);
}

/** The inverse of {@link twisted}: the upper bit of one word with the lower 31 bits of the next. */
export function untwisted(product: number, matrix: number): number {
  // The upper bit of the matrix is set, and a shift to the right leaves it 0, so it shows whether the matrix was added.
  const isAdded = product >> 31;
  return ((product ^ (matrix & isAdded)) << 1) | (isAdded & 1);
}

/** The word of the stream that a word x(n) gives, as a signed integer. */
export function temper(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

/** The word x(n) that gives a word of the stream: the inverse of {@link temper}. */
export function untemper(word: number): number {
  let y = word;
  y ^= y >>> 18;
  y ^= (y << 15) & 0xefc60000;
  // Each step makes seven more bits right, from the lowest on.
  let x = y;
  for (let right = 7; right < 32; right += 7) x = y ^ ((x << 7) & 0x9d2c5680);
  // Each step makes eleven more bits right, from the highest on.
  y = x ^ (x >>> 11);
  return x ^ (y >>> 11);
}
