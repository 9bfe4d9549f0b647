import { createStorage, type FloatDType, type Storage } from '../numerics/DType.js';
import { readNumber } from '../numerics/numbers.js';
import { fillNormal } from './fillNormal.js';
import type { WordStream } from './references/Reference.js';
import { ROUND_TO } from './roundTo.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** Elements of a piece, whose words stay in the first-level cache. */
const PIECE = 4096;
/** Elements that are drawn together at least: their words are one block of Philox, or two for float64. */
const BLOCK = 4;
/** From this share of its elements on, a piece is drawn as a whole. */
const DENSE = 1 / 64;

/** A part of the stream, which only moves forward, and the index of the element that it draws next. */
interface Cursor {
  readonly stream: WordStream;
  element: number;
}

/**
 * Replaces the elements of a normal fill that lie outside [a, b], both rounded to the dtype, by those of fill 1, 2, … until none
 * lies outside. Fill j comes from part j of the stream, in which each element has its own words: only what is needed is drawn.
 * Yields between pieces.
 */
export function* redrawElements(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  { mean, std, a, b }: TruncatedNormalOptions,
  stream: WordStream,
): Steps {
  const low = ROUND_TO[dtype](a);
  const high = ROUND_TO[dtype](b);
  const wordsPerElement = dtype === 'float64' ? 2 : 1;
  const cursors: Cursor[] = [];
  const scratch = createStorage(dtype, PIECE);
  const draw = (part: number, from: number, to: number) => {
    cursors[part] ??= { stream: stream.part(part), element: 0 };
    const cursor = cursors[part];
    cursor.stream.advance((from - cursor.element) * wordsPerElement);
    const fresh = scratch.subarray(0, to - from);
    fillNormal(fresh, dtype, mean, std, cursor.stream);
    cursor.element = to;
    return fresh;
  };
  const isOutside = (i: number) => {
    const value = readNumber(data, dtype, i);
    return value < low || value > high;
  };
  for (let start = 0; start < data.length; start += PIECE) {
    const end = Math.min(start + PIECE, data.length);
    let pending: number[] = [];
    for (let i = start; i < end; i++) if (isOutside(i)) pending.push(i);
    for (let part = 1; pending.length > 0; part++) {
      if (pending.length > DENSE * PIECE) {
        const fresh = draw(part, start, end);
        for (const i of pending) data[i] = fresh[i - start];
      } else {
        let fresh = scratch;
        let block = -BLOCK;
        for (const i of pending) {
          if (i >= block + BLOCK) {
            block = i - (i % BLOCK);
            fresh = draw(part, block, block + BLOCK);
          }
          data[i] = fresh[i - block];
        }
      }
      pending = pending.filter(isOutside);
    }
    yield;
  }
}
