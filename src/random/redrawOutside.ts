import type { Arithmetic } from '../kernels/draw/Arithmetic.js';
import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { type FillPiece, RejectionSampler } from '../kernels/draw/RejectionSampler.js';
import { createStorage, type FloatDType, type Storage } from '../numerics/DType.js';
import { readNumber } from '../numerics/numbers.js';
import { fillInGroups, wordsOfRest } from './fillInGroups.js';
import type { WordStream } from './references/Reference.js';
import { roundToCompute } from './roundTo.js';
import type { Steps } from './Steps.js';
import type { TruncatedNormalOptions } from './TruncatedNormalOptions.js';

/** Words to pass over between two pauses: a few milliseconds of work. */
const PASSED = 2 ** 19;

/**
 * Replaces the elements of a normal fill that lie outside [a, b], both rounded to the dtype, by those of a new normal
 * fill, until none lies outside. Each round uses the words of a whole fill, but computes only the pieces that need it.
 * Yields between pieces.
 */
export function* redrawOutside(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  { mean, std, a, b }: TruncatedNormalOptions,
  stream: WordStream,
  arithmetic: Arithmetic,
): Steps {
  const low = arithmetic.round[dtype](a);
  const high = arithmetic.round[dtype](b);
  const n = data.length;
  if (n < NORMAL_GROUP) {
    redrawFew(data, dtype, low, high, mean, std, stream, arithmetic);
    return;
  }
  const center = roundToCompute(mean, dtype);
  const width = roundToCompute(std, dtype);
  const perElement = dtype === 'float64' ? 2 : 1;
  const full = n - (n % NORMAL_GROUP);
  // The words of the elements after the last full group, which the last piece draws again.
  const rest = wordsOfRest(dtype, n - full);
  const sampler = new RejectionSampler(data, dtype, low, high, arithmetic);
  const pieces = piecesOf(n, full, sampler.capacity);
  const pending = new Uint8Array(pieces.length).fill(1);
  for (let index = 1; pending.includes(1); index++) {
    // Opened as soon as a piece needs it: the last look at all pieces is no round.
    let round: WordStream | undefined;
    let skipped = 0;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      if (i === pieces.length - 1) skipped += rest;
      const found = pending[i] === 1 ? sampler.findRejected(piece) : 0;
      if (found === 0) {
        pending[i] = 0;
        skipped += piece.count * perElement;
      } else {
        round ??= stream.part(index);
        yield* passOver(round, skipped);
        skipped = 0;
        pending[i] = sampler.redraw(piece, found, center, width, round) ? 1 : 0;
      }
      yield;
    }
    if (round === undefined) return;
    yield* passOver(round, skipped);
  }
}

/** Passes over words with pauses: they may be many more than a round draws. */
function* passOver(stream: WordStream, words: number): Steps {
  for (let left = words; left > 0; left -= PASSED) {
    // `advance` leaves the work to the next draw; drawing the last word does it here.
    stream.advance(Math.min(left, PASSED) - 1).nextWord();
    if (left > PASSED) yield;
  }
}

/** The full groups of a fill of n elements as pieces, and the last 16 elements as a piece if they are drawn again. */
function piecesOf(n: number, full: number, capacity: number): FillPiece[] {
  const end = n === full ? n : n - NORMAL_GROUP;
  const pieces: FillPiece[] = [];
  for (let start = 0; start < full; start += capacity) {
    const count = Math.min(capacity, full - start);
    pieces.push({ start, count, kept: Math.min(count, end - start) });
  }
  if (n !== full) pieces.push({ start: end, count: NORMAL_GROUP, kept: NORMAL_GROUP });
  return pieces;
}

/** The same for fewer than 16 elements, which have no groups. */
function redrawFew(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  low: number,
  high: number,
  mean: number,
  std: number,
  stream: WordStream,
  arithmetic: Arithmetic,
): void {
  const isOutside = (i: number) => readNumber(data, dtype, i) < low || readNumber(data, dtype, i) > high;
  const fresh = createStorage(dtype, data.length);
  while (data.some((_, i) => isOutside(i))) {
    fillInGroups(fresh, dtype, mean, std, stream, arithmetic);
    for (let i = 0; i < data.length; i++) if (isOutside(i)) data[i] = fresh[i];
  }
}
