import { unitFloat64 } from '../kernels/draw/uniformFloat64.js';
import type { WordStream } from './references/Reference.js';

/** Elements that are drawn at a time. */
const CHUNK = 512;
const words = new Int32Array(2 * CHUNK);

/**
 * Sets each element of a mask to 1 with probability 1 − `p` and to 0 otherwise (`torch.Tensor.bernoulli_(1 - p)`). It draws two
 * words of the stream for each element: a uniform number in double, which is below 1 − `p` where the mask is 1.
 */
export function drawMask(mask: Uint8Array, p: number, stream: WordStream): void {
  for (let start = 0; start < mask.length; start += CHUNK) {
    const count = Math.min(CHUNK, mask.length - start);
    stream.fillWords(words, 2 * count);
    for (let i = 0; i < count; i++) mask[start + i] = unitFloat64(words[2 * i], words[2 * i + 1]) < 1 - p ? 1 : 0;
  }
}
