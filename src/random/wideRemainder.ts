import type { Generator } from './Generator.js';

/** The next two words of the stream as 64 bits, the high half first, modulo `range`. */
export function wideRemainder(generator: Generator, range: bigint): bigint {
  const high = BigInt(generator.nextWord());
  return ((high << 32n) | BigInt(generator.nextWord())) % range;
}
