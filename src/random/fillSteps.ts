import type { Storage } from '../numerics/DType.js';
import { fillNormal } from './fillNormal.js';
import { fillUniform } from './fillUniform.js';
import type { Steps } from './Steps.js';

/** Elements of a piece: a few milliseconds' work, whole groups of a normal fill. */
const PIECE = 2 ** 17;

type Fill = typeof fillUniform | typeof fillNormal;

/** {@link fillUniform} in pieces. */
export const uniformSteps = inPieces(fillUniform);

/** {@link fillNormal} in pieces. */
export const normalSteps = inPieces(fillNormal);

function inPieces(fill: Fill) {
  return function* (...[data, dtype, first, second, generator]: Parameters<Fill>): Steps {
    for (const piece of piecesOf(data)) {
      fill(piece, dtype, first, second, generator);
      yield;
    }
  };
}

/** Pieces that filled one after another take the words that the whole takes: the last one is no shorter than the others. */
export function* piecesOf<S extends Storage>(data: S): IterableIterator<S> {
  let start = 0;
  for (; data.length - start >= 2 * PIECE; start += PIECE) yield data.subarray(start, start + PIECE) as S;
  yield data.subarray(start) as S;
}
