import { uniformFloat32 } from '../kernels/draw/uniformFloat32.js';

const { fround } = Math;

/** Elements that are checked together. */
const PART = 4096;

/**
 * The lower 24 bits of the words from which `uniform_(from, to)` computes float32 numbers: the inverse of a fill.
 *
 * *Method*: for an interval (−a, a), two successive words give numbers that differ by at least one unit in the last place. So a
 * number has at most one word, and the forward computation shows whether that word gives the number.
 * @param data the numbers
 * @param bound a, the upper bound of the interval [−a, a)
 * @returns for each number its word, or −1 if no word gives the number
 */
export function wordsOfUniform(data: Float32Array, bound: number): Int32Array {
  const words = new Int32Array(data.length);
  const to = fround(bound);
  const perUnit = 2 ** 23 / to;
  for (let i = 0; i < data.length; i++) {
    const word = Math.round((data[i] + to) * perUnit);
    words[i] = word >= 0 && word < 2 ** 24 ? word : -1;
  }
  const given = new Float32Array(PART);
  for (let start = 0; start < data.length; start += PART) {
    const part = words.subarray(start, start + PART);
    uniformFloat32(part, part.length, given, 0, -to, to, true);
    for (let i = 0; i < part.length; i++) if (given[i] !== data[start + i]) part[i] = -1;
  }
  return words;
}
