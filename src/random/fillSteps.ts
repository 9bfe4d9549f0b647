import type { FloatDType, Storage } from '../kernels/DType.js';
import { fillNormal } from './fillNormal.js';
import { fillUniform } from './fillUniform.js';
import type { Generator } from './Generator.js';
import type { Steps } from './Steps.js';

/** Elements of a piece: a few milliseconds' work, whole groups of a normal fill. */
const PIECE = 2 ** 17;

/** {@link fillUniform} in pieces. */
export function* uniformSteps(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
  generator: Generator,
): Steps {
  for (const piece of piecesOf(data)) {
    fillUniform(piece, dtype, from, to, generator);
    yield;
  }
}

/** {@link fillNormal} in pieces. */
export function* normalSteps(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
  generator: Generator,
): Steps {
  for (const piece of piecesOf(data)) {
    fillNormal(piece, dtype, mean, std, generator);
    yield;
  }
}

/** Pieces that filled one after another take the words that the whole takes: the last one is no shorter than the others. */
export function* piecesOf<S extends Storage>(data: S): IterableIterator<S> {
  let start = 0;
  for (; data.length - start >= 2 * PIECE; start += PIECE) yield data.subarray(start, start + PIECE) as S;
  yield data.subarray(start) as S;
}
