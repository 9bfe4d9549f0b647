import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import type { CutOptions, LawPiece } from './LawOperations.js';

/**
 * Cuts the fill of a tensor by a law that draws into pieces, in the order of the stream, that together give the same bits.
 * A fill that cannot be cut (orthogonal and sparse matrices, truncated normals that may draw again) is one piece.
 * @param position in the stream at which the fill begins
 */
export function cutLaw(
  law: Law,
  shape: Shape,
  dtype: FloatDType,
  position: StreamPosition,
  options: CutOptions,
): LawPiece[] {
  const operations = operationsOf(law);
  const isLengthKnown = operations.positionAfter(law, shape, dtype, position) !== null;
  const pieces = isLengthKnown ? operations.cut?.(law, shape, dtype, position, options) : null;
  return pieces ?? [wholeOf(law, shape, position)];
}

/** The fill of a tensor as one piece. */
export function wholeOf(law: Law, shape: Shape, position: StreamPosition): LawPiece {
  return { start: 0, shape, law, position, zeros: [] };
}

/**
 * Cuts a fill whose elements are drawn one after another, as `operations.cut` does. Fills that follow one another take the
 * words that one large fill takes, as every piece but the last has only full groups of 16.
 */
export function cutEvenly(
  law: Law,
  shape: Shape,
  dtype: FloatDType,
  position: StreamPosition,
  { size }: CutOptions,
): LawPiece[] | null {
  const numel = numelOf(shape);
  if (numel < size + NORMAL_GROUP) return null;
  const pieces: LawPiece[] = [];
  let at: StreamPosition | null = position;
  for (let start = 0; start < numel && at !== null; ) {
    const left = numel - start;
    const count = left < size + NORMAL_GROUP ? left : size;
    pieces.push({ ...wholeOf(law, [count], at), start });
    at = operationsOf(law).positionAfter(law, [count], dtype, at);
    start += count;
  }
  return pieces;
}
