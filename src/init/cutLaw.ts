import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import type { Law } from './Law.js';
import { drawsNothing, placeAfter } from './lawDraws.js';

/** A part of a fill that can be drawn by itself, anywhere. */
export interface LawPiece {
  /** Index of its first element in the whole. */
  readonly start: number;
  readonly shape: Shape;
  readonly law: Law;
  /** Where in the stream its draws begin. */
  readonly place: StreamPosition;
  /** Ranges of its elements, [from, to), that become 0 when it is drawn. */
  readonly zeros: readonly (readonly [from: number, to: number])[];
}

/** How a fill is cut. */
export interface CutOptions {
  /** Elements of a piece, a multiple of {@link part}; the last one of a tensor may have up to 15 more. */
  readonly size: number;
  /** Every piece starts at a multiple of this many elements, itself a multiple of 16. */
  readonly part: number;
}

/**
 * Cuts the fill of a tensor by a law that draws into pieces, in the order of the stream, that give the same bits together.
 * What cannot be cut (orthogonal and sparse matrices, truncated normals that may draw again) is one piece.
 * @param place where in the stream the fill begins
 */
export function cutLaw(
  law: Law,
  shape: Shape,
  dtype: FloatDType,
  place: StreamPosition,
  options: CutOptions,
): LawPiece[] {
  const whole: LawPiece[] = [{ start: 0, shape, law, place, zeros: [] }];
  if (placeAfter(law, shape, dtype, place) === null) return whole;
  switch (law.kind) {
    case 'uniform':
    case 'normal':
    case 'truncatedNormal':
      return cutEvenly(law, numelOf(shape), dtype, place, options) ?? whole;
    case 'blocks': {
      const block = [shape[0] / law.count, ...shape.slice(1)];
      const size = numelOf(block);
      if (size % options.part !== 0) return whole;
      const pieces: LawPiece[] = [];
      let at = place;
      for (let i = 0; i < law.count; i++) {
        for (const piece of cutLaw(law.law, block, dtype, at, options)) {
          pieces.push({ ...piece, start: i * size + piece.start });
        }
        at = placeAfter(law.law, block, dtype, at) ?? at;
      }
      return pieces;
    }
    case 'overwriting': {
      // A law that draws writes every element: what was discarded need not be drawn.
      const at = placeAfter(law.discarded, shape, dtype, place);
      return at === null || drawsNothing(law.law, shape, dtype) ? whole : cutLaw(law.law, shape, dtype, at, options);
    }
    case 'zeroRow': {
      const size = numelOf(shape.slice(1));
      const from = law.row * size;
      return cutLaw(law.law, shape, dtype, place, options).map((piece) => {
        const first = Math.max(from - piece.start, 0);
        const end = Math.min(from + size - piece.start, numelOf(piece.shape));
        return first < end ? { ...piece, zeros: [...piece.zeros, [first, end]] } : piece;
      });
    }
    default:
      return whole;
  }
}

/** Fills that follow one another as one large fill does: none but the last has a group of 16 that is not full. */
function cutEvenly(
  law: Law,
  numel: number,
  dtype: FloatDType,
  place: StreamPosition,
  { size }: CutOptions,
): LawPiece[] | null {
  if (numel < size + NORMAL_GROUP) return null;
  const pieces: LawPiece[] = [];
  let at: StreamPosition | null = place;
  for (let start = 0; start < numel && at !== null; ) {
    const left = numel - start;
    const shape = [left < size + NORMAL_GROUP ? left : size];
    pieces.push({ start, shape, law, place: at, zeros: [] });
    at = placeAfter(law, shape, dtype, at);
    start += shape[0];
  }
  return pieces;
}
