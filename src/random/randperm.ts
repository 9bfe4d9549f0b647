import { ArgumentError } from '../errors.js';
import type { Generator } from './Generator.js';
import { wideRemainder } from './wideRemainder.js';
import { RANDPERM_DOUBLE } from './wordsDrawn.js';

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
  if (n >= RANDPERM_DOUBLE) {
    for (let i = 0; i < n; i++) {
      const z = Number(wideRemainder(generator, BigInt(i + 1)));
      order[i] = order[z];
      order[z] = i;
    }
    return order;
  }
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const z = i + (generator.nextWord() % (n - i));
    const kept = order[i];
    order[i] = order[z];
    order[z] = kept;
  }
  return order;
}
