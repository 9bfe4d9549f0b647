import { boxMullerFloat32 } from '../kernels/boxMullerFloat32.js';
import { boxMullerFloat64 } from '../kernels/boxMullerFloat64.js';
import { createStorage, type FloatDType, type Storage } from '../kernels/DType.js';
import { type Numbers, readNumber, toNumbers, writeNumber } from '../kernels/numbers.js';
import { fillNormal, wordsOfRest } from './fillNormal.js';
import type { Generator } from './Generator.js';
import { NORMAL_CHUNK } from './normalGroups.js';
import { ROUND_TO } from './roundTo.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';
import { NORMAL_GROUP } from './wordsDrawn.js';

const words = new Int32Array(2 * NORMAL_CHUNK);
const floats = new Float32Array(NORMAL_CHUNK);
const doubles = new Float64Array(NORMAL_CHUNK);
const groups = new Uint16Array(NORMAL_CHUNK / NORMAL_GROUP);

/**
 * While an element lies outside [a, b], both rounded to the dtype, takes the elements outside from a new normal fill.
 *
 * Each round takes the words of a whole fill; logarithms and sines are computed for the groups of 16 that need them. Yields
 * between chunks.
 */
export function* redrawOutside(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  { mean, std, a, b }: TruncatedNormalOptions,
  generator: Generator,
): Steps {
  const low = ROUND_TO[dtype](a);
  const high = ROUND_TO[dtype](b);
  const n = data.length;
  const perElement = dtype === 'float64' ? 2 : 1;
  const full = n - (n % NORMAL_GROUP);
  // Where a group is not full, the last 16 elements come from words of their own.
  const end = n === full ? n : n - NORMAL_GROUP;
  let skipped = 0;
  while (yield* someOutside(data, dtype, low, high)) {
    if (n < NORMAL_GROUP) {
      redrawFew();
      continue;
    }
    for (let start = 0; start < full; start += NORMAL_CHUNK) {
      redraw(start, Math.min(NORMAL_CHUNK, full - start), end);
      yield;
    }
    if (n !== full) {
      skipped += wordsOfRest(dtype, n - full);
      redraw(n - NORMAL_GROUP, NORMAL_GROUP, n);
    }
    generator.advance(skipped);
    skipped = 0;
  }

  function redrawFew(): void {
    const fresh = createStorage(dtype, n);
    fillNormal(fresh, dtype, mean, std, generator);
    for (let i = 0; i < n; i++) {
      const value = readNumber(data, dtype, i);
      if (value < low || value > high) data[i] = fresh[i];
    }
  }

  function redraw(start: number, count: number, limit: number): void {
    const values = toNumbers(data.subarray(start, Math.min(start + count, limit)), dtype);
    if (!isAnyOutside(values, 0, values.length, low, high)) {
      skipped += count * perElement;
      return;
    }
    generator.advance(skipped);
    skipped = 0;
    generator.fillWords(words, count * perElement);
    const chosen = chooseGroups(values, perElement, low, high);
    const fresh = dtype === 'float64' ? doubles : floats;
    if (dtype === 'float64') boxMullerFloat64(words, chosen * NORMAL_GROUP, doubles, 0, mean, std);
    else boxMullerFloat32(words, chosen * NORMAL_GROUP, floats, 0, Math.fround(mean), Math.fround(std));
    for (let k = 0; k < chosen; k++) {
      const first = groups[k] * NORMAL_GROUP;
      const last = Math.min(first + NORMAL_GROUP, values.length);
      for (let i = first; i < last; i++) {
        if (values[i] < low || values[i] > high) {
          writeNumber(data, dtype, start + i, fresh[k * NORMAL_GROUP + i - first]);
        }
      }
    }
  }
}

/** Moves the words of the groups that have an element outside to the front; returns how many groups those are. */
function chooseGroups(values: Numbers, perElement: number, low: number, high: number): number {
  const size = NORMAL_GROUP * perElement;
  let chosen = 0;
  for (let group = 0; group * NORMAL_GROUP < values.length; group++) {
    const first = group * NORMAL_GROUP;
    if (!isAnyOutside(values, first, Math.min(first + NORMAL_GROUP, values.length), low, high)) continue;
    words.copyWithin(chosen * size, group * size, (group + 1) * size);
    groups[chosen++] = group;
  }
  return chosen;
}

function* someOutside(data: Storage<FloatDType>, dtype: FloatDType, low: number, high: number): Steps<boolean> {
  for (let start = 0; start < data.length; start += NORMAL_CHUNK) {
    const values = toNumbers(data.subarray(start, start + NORMAL_CHUNK), dtype);
    if (isAnyOutside(values, 0, values.length, low, high)) return true;
    yield;
  }
  return false;
}

function isAnyOutside(values: Numbers, first: number, end: number, low: number, high: number): boolean {
  for (let i = first; i < end; i++) if (values[i] < low || values[i] > high) return true;
  return false;
}
