import type { Generator } from './Generator.js';

/**
 * Draws an integer in [0, range): the next two words as 64 bits, the high half first, modulo `range` (`random64() %
 * range`).
 */
export function drawBelow(range: bigint, generator: Generator): bigint {
  const high = BigInt(generator.nextWord());
  return ((high << 32n) | BigInt(generator.nextWord())) % range;
}
