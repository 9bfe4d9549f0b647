import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import { evenRanges } from './evenRanges.js';
import type { Law } from './Law.js';
import type { LawPart, Range } from './LawOperations.js';
import { partsOf } from './partsOf.js';
import { isOnePiece, isWanted, PIECE, TOGETHER } from './streamPieces.js';

/** A range of a fill's elements that can be drawn alone, and about how many nanoseconds that takes. */
export interface FillRange {
  readonly range: Range;
  readonly cost: number;
}

/** How a fill is cut into ranges. */
export interface CutOptions {
  /** Elements of a range, a multiple of those of a piece; the last range of a part may have up to 15 more. */
  readonly size: number;
  /** Whether the elements come from a key, so that each has words of its own. */
  readonly isKeyed: boolean;
  /** Elements of a piece of `fillPieces`. Default: {@link PIECE}. */
  readonly piece?: number;
  /** The option of `fillPieces`. Default: {@link TOGETHER}. */
  readonly together?: number;
  /** The elements that are wanted. The ranges have the other elements of their pieces too. Default: all elements. */
  readonly range?: Range | undefined;
}

/**
 * Cuts the fill of a tensor into ranges that threads draw by `fillPieces`, in the order of the stream. Each range begins with a piece of
 * the fill, at a multiple of its elements. A fill is one range if its parts begin elsewhere, or if only drawing an earlier part
 * shows where a later one begins. Orthogonal and sparse matrices are never cut.
 */
export function cutFill(law: Law, shape: Shape, dtype: FloatDType, options: CutOptions): FillRange[] {
  const { size, piece = PIECE, range: wanted } = options;
  const whole: FillRange = { range: [0, numelOf(shape)], cost: operationsOf(law).cost(law, shape, dtype) };
  const isSmall = isOnePiece(shape, piece) || (wanted === undefined && whole.range[1] <= size);
  if (isSmall || !canCutFill(law, shape, dtype, options)) return [whole];
  return partsOf(law, shape).flatMap((part) => {
    if (part.isDiscarded || (wanted !== undefined && !isWanted(part, wanted))) return [];
    return rangesOf(
      part,
      dtype,
      size,
      wanted === undefined ? [0, numelOf(part.shape)] : piecesWith(part, wanted, piece),
    );
  });
}

/** Whether {@link cutFill} can cut a fill into ranges. */
export function canCutFill(
  law: Law,
  shape: Shape,
  dtype: FloatDType,
  { isKeyed, piece = PIECE, together = TOGETHER }: Omit<CutOptions, 'size' | 'range'>,
): boolean {
  const parts = partsOf(law, shape);
  const begins = ({ start }: LawPart, index: number) =>
    start % piece === 0 && (isKeyed || parts.slice(0, index).every((part) => hasKnownEnd(part, dtype)));
  return parts.every(
    (part, i) => part.isDiscarded || (begins(part, i) && (isKeyed || isDrawnInPieces(part, dtype, together))),
  );
}

/** The elements of a part, counted from its start, whose pieces have wanted elements. */
function piecesWith({ start, shape }: LawPart, [from, to]: Range, piece: number): Range {
  const numel = numelOf(shape);
  const first = Math.max(from - start, 0);
  const end = Math.ceil(Math.min(to - start, numel) / piece) * piece;
  // The last piece may have up to 15 more.
  return [first - (first % piece), numel - end < NORMAL_GROUP ? numel : end];
}

/** Whether the words of a part are known without drawing it. */
function hasKnownEnd({ law, shape }: LawPart, dtype: FloatDType): boolean {
  const start: StreamPosition = { words: 0, cachedFrom: null };
  return operationsOf(law).positionAfter(law, shape, dtype, start) !== null;
}

/** Whether `streamPieces` makes several pieces of a part, or one because of its law. */
function isDrawnInPieces({ law, shape }: LawPart, dtype: FloatDType, together: number): boolean {
  return numelOf(shape) > together || (operationsOf(law).wordsOfRound?.(law, shape, dtype) ?? null) === null;
}

function rangesOf({ law, shape, start }: LawPart, dtype: FloatDType, size: number, [first, end]: Range): FillRange[] {
  const { isElementwise = false, cost } = operationsOf(law);
  if (!isElementwise) return [{ range: [start, start + numelOf(shape)], cost: cost(law, shape, dtype) }];
  return Array.from(evenRanges(end - first, size), ([from, to]) => ({
    range: [start + first + from, start + first + to],
    cost: cost(law, [to - from], dtype),
  }));
}
