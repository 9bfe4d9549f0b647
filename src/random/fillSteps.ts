import type { Storage } from '../numerics/DType.js';
import { fillNormal } from './fillNormal.js';
import { fillUniform } from './fillUniform.js';
import type { Steps } from './Steps.js';

/** Elements of a piece: a few milliseconds of work, and whole groups of a normal fill. */
const PIECE = 2 ** 17;

type Fill = typeof fillUniform | typeof fillNormal;

/** {@link fillUniform} piece by piece. */
export const uniformSteps = inPieces(fillUniform);

/** {@link fillNormal} piece by piece. */
export const normalSteps = inPieces(fillNormal);

function inPieces(fill: Fill) {
  return function* (...[data, dtype, first, second, generator]: Parameters<Fill>): Steps {
    for (const piece of piecesOf(data)) {
      fill(piece, dtype, first, second, generator);
      yield;
    }
  };
}

/**
 * Cuts a storage into pieces. Filling them one after another draws the same words as filling the whole, because no
 * piece but the last, which is at least as long as the others, has a group that is not full.
 */
export function* piecesOf<S extends Storage>(data: S): IterableIterator<S> {
  let start = 0;
  for (; data.length - start >= 2 * PIECE; start += PIECE) yield data.subarray(start, start + PIECE) as S;
  yield data.subarray(start) as S;
}
