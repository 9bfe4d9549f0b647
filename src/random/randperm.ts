import { ArgumentError, formatValue } from '../errors.js';
import { createStorage } from '../numerics/DType.js';
import { drawBelow } from './drawBelow.js';
import type { WordStream } from './references/Reference.js';
import { RANDPERM_DOUBLE } from './wordsDrawn.js';

/** Words that are drawn at a time. */
const CHUNK = 4096;
const words = new Int32Array(CHUNK);

/**
 * A random permutation of 0 … n − 1 (`torch.randperm`). It draws n − 1 words of the stream, or 2n words for n ≥
 * 214,748,364.
 * @param n an integer in [0, 2³²)
 * @throws ArgumentError for another n
 */
export function randperm(n: number, stream: WordStream): Uint32Array<ArrayBuffer> {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 32) {
    throw new ArgumentError(`n must be non-negative, got ${formatValue(n)}; randperm expects an integer in [0, 2^32)`);
  }
  const order = new Uint32Array(createStorage('int32', n).buffer as ArrayBuffer);
  permute(order, n, stream);
  return order;
}

/**
 * Overwrites `order` with a permutation of its indices, as {@link randperm} makes it.
 * @param settled how many of the first elements the caller needs; the others may be in another order
 */
export function permute(order: Uint32Array, settled: number, stream: WordStream): void {
  const n = order.length;
  if (n >= RANDPERM_DOUBLE) {
    for (let i = 0; i < n; i++) {
      const z = Number(drawBelow(BigInt(i + 1), stream));
      order[i] = order[z];
      order[z] = i;
    }
    return;
  }
  for (let i = 0; i < n; i++) order[i] = i;
  for (let start = 0; start < n - 1; start += CHUNK) {
    const count = Math.min(CHUNK, n - 1 - start);
    stream.fillWords(words, count);
    // Later exchanges do not touch earlier elements.
    const end = Math.min(count, settled - start);
    for (let w = 0, i = start; w < end; w++, i++) {
      // With unsigned operands V8 computes the remainder in integers, not in doubles.
      const z = i + (((words[w] >>> 0) % ((n - i) >>> 0)) >>> 0);
      const kept = order[i];
      order[i] = order[z];
      order[z] = kept;
    }
  }
}
