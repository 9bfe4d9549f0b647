import type { WordStream } from './references/Reference.js';

const CHUNK = 1024;
const words = new Int32Array(CHUNK);

/**
 * Sets each element of a mask to 0 with probability `p` and to 1 otherwise. It draws one word of the stream for each
 * element.
 */
export function drawMask(mask: Uint8Array, p: number, stream: WordStream): void {
  // The share of the words below p·2³² is p, to within 2⁻³².
  const limit = p * 2 ** 32;
  for (let start = 0; start < mask.length; start += CHUNK) {
    const count = Math.min(CHUNK, mask.length - start);
    stream.fillWords(words, count);
    for (let i = 0; i < count; i++) mask[start + i] = words[i] >>> 0 < limit ? 0 : 1;
  }
}
