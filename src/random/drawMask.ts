import type { Generator } from './Generator.js';

const CHUNK = 1024;
const words = new Int32Array(CHUNK);

/** Sets each element to 0 with probability `p`, otherwise to 1; one word of the stream an element. */
export function drawMask(mask: Uint8Array, p: number, generator: Generator): void {
  // A word is below p·2³² for as near a share p of all words as 32 bits allow.
  const limit = p * 2 ** 32;
  for (let start = 0; start < mask.length; start += CHUNK) {
    const count = Math.min(CHUNK, mask.length - start);
    generator.fillWords(words, count);
    for (let i = 0; i < count; i++) mask[start + i] = words[i] >>> 0 < limit ? 0 : 1;
  }
}
