import type { WordStream } from './references/Reference.js';

/**
 * Draws an integer in [0, range): the next two words as 64 bits, the high half first, modulo `range` (`random64() %
 * range`).
 */
export function drawBelow(range: bigint, stream: WordStream): bigint {
  const high = BigInt(stream.nextWord());
  return ((high << 32n) | BigInt(stream.nextWord())) % range;
}
