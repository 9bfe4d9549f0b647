import { ArgumentError } from '../errors.js';
import type { Generator } from './Generator.js';
import { wideRemainder } from './wideRemainder.js';
import { RANDPERM_DOUBLE } from './wordsDrawn.js';

/** Words at a time. */
const MOST_WORDS = 4096;
const words = new Int32Array(MOST_WORDS);

/**
 * A random permutation of 0 … n − 1 (`torch.randperm`); takes n − 1 words of the stream, 2n from 214,748,364 on.
 * @param n an integer in [0, 2³²)
 * @throws ArgumentError for another n
 */
export function randperm(n: number, generator: Generator): Uint32Array<ArrayBuffer> {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 32) {
    throw new ArgumentError(`n must be non-negative, got ${String(n)}; randperm takes an integer in [0, 2^32)`);
  }
  const order = new Uint32Array(n);
  permute(order, n, generator);
  return order;
}

/**
 * Writes a permutation, as {@link randperm}, over `order`.
 * @param settled how many elements, from the first on, are needed; the others may be in another order
 */
export function permute(order: Uint32Array, settled: number, generator: Generator): void {
  const n = order.length;
  if (n >= RANDPERM_DOUBLE) {
    for (let i = 0; i < n; i++) {
      const z = Number(wideRemainder(generator, BigInt(i + 1)));
      order[i] = order[z];
      order[z] = i;
    }
    return;
  }
  for (let i = 0; i < n; i++) order[i] = i;
  for (let start = 0; start < n - 1; start += MOST_WORDS) {
    const count = Math.min(MOST_WORDS, n - 1 - start);
    generator.fillWords(words, count);
    // Exchanges further on do not reach what stands before them.
    const end = Math.min(count, settled - start);
    for (let w = 0, i = start; w < end; w++, i++) {
      // Unsigned on both sides: a remainder of integers, where V8 would take doubles.
      const z = i + (((words[w] >>> 0) % ((n - i) >>> 0)) >>> 0);
      const kept = order[i];
      order[i] = order[z];
      order[z] = kept;
    }
  }
}
