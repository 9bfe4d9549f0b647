import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import type { CutOptions, LawPart, LawPiece, Range } from './LawOperations.js';
import { partsOf, within } from './partsOf.js';

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
  const pieces: LawPiece[] = [];
  let at: StreamPosition | null = position;
  for (const part of partsOf(law, shape)) {
    if (!part.isDiscarded) pieces.push(...cutPart(part, dtype, at, options));
    at = operationsOf(part.law).positionAfter(part.law, part.shape, dtype, at);
    if (at === null) return [wholeOf(law, shape, position)];
  }
  return pieces.every(({ start }) => start % options.part === 0) ? pieces : [wholeOf(law, shape, position)];
}

/** The fill of a tensor as one piece. */
export function wholeOf(law: Law, shape: Shape, position: StreamPosition): LawPiece {
  return { start: 0, shape, law, position, zeros: [] };
}

/** The ranges of `numel` elements that pieces of `size` have. The last piece may have up to 15 more. */
export function* evenRanges(numel: number, size: number): IterableIterator<Range> {
  for (let from = 0; from < numel; ) {
    const to = numel - from < size + NORMAL_GROUP ? numel : from + size;
    yield [from, to];
    from = to;
  }
}

/**
 * Cuts a part whose elements are drawn one after another. Fills that follow one another take the words that one large fill
 * takes, as every piece but the last has only full groups of 16.
 */
function cutPart(
  { law, shape, start, zeros }: LawPart,
  dtype: FloatDType,
  position: StreamPosition,
  { size }: CutOptions,
): LawPiece[] {
  const numel = numelOf(shape);
  const { isElementwise = false, positionAfter } = operationsOf(law);
  if (!isElementwise || numel < size + NORMAL_GROUP) return [{ ...wholeOf(law, shape, position), start, zeros }];
  let at: StreamPosition | null = position;
  return Array.from(evenRanges(numel, size), ([from, to]) => {
    const piece = { start: start + from, shape: [to - from], law, position: at as StreamPosition };
    at = at && positionAfter(law, piece.shape, dtype, at);
    return { ...piece, zeros: within(zeros, from, to) };
  });
}
