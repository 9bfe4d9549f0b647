import type { FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import { evenRanges } from './evenRanges.js';
import type { Law } from './Law.js';
import type { LawPart, Range } from './LawOperations.js';
import { partsOf } from './partsOf.js';
import { PIECE, TOGETHER } from './streamPieces.js';

/** A range of a fill's elements that can be drawn alone, and about how many nanoseconds that takes. */
export interface FillRange {
  readonly range: Range;
  readonly cost: number;
}

/** How a fill is cut into ranges. */
export interface CutOptions {
  /** Elements of a range, a multiple of {@link PIECE}; the last range of a tensor may have up to 15 more. */
  readonly size: number;
  /** Whether the elements come from a key, so that each has words of its own. */
  readonly isKeyed: boolean;
}

/**
 * Cuts the fill of a tensor into ranges that threads draw by `fillPieces`, in the order of the stream. Each range begins with a piece of
 * the fill, at a multiple of {@link PIECE}. A fill is one range if its parts begin elsewhere, or if only drawing an earlier part
 * shows where a later one begins. Orthogonal and sparse matrices are never cut.
 */
export function cutFill(law: Law, shape: Shape, dtype: FloatDType, { size, isKeyed }: CutOptions): FillRange[] {
  const whole: FillRange = { range: [0, numelOf(shape)], cost: operationsOf(law).cost(law, shape, dtype) };
  const parts = partsOf(law, shape);
  if (whole.range[1] <= size || !canBeCut(parts, dtype, isKeyed)) return [whole];
  return parts.flatMap((part) => (part.isDiscarded ? [] : rangesOf(part, dtype, size)));
}

function canBeCut(parts: readonly LawPart[], dtype: FloatDType, isKeyed: boolean): boolean {
  const hasKnownStart = (index: number) => isKeyed || parts.slice(0, index).every((part) => hasKnownEnd(part, dtype));
  return parts.every(
    (part, i) =>
      part.isDiscarded || (part.start % PIECE === 0 && hasKnownStart(i) && (isKeyed || isDrawnInPieces(part, dtype))),
  );
}

/** Whether the words of a part are known without drawing it. */
function hasKnownEnd({ law, shape }: LawPart, dtype: FloatDType): boolean {
  const start: StreamPosition = { words: 0, cachedFrom: null };
  return operationsOf(law).positionAfter(law, shape, dtype, start) !== null;
}

/** Whether `streamPieces` makes several pieces of a part, or one because of its law. */
function isDrawnInPieces({ law, shape }: LawPart, dtype: FloatDType): boolean {
  return numelOf(shape) > TOGETHER || (operationsOf(law).wordsOfRound?.(law, shape, dtype) ?? null) === null;
}

function rangesOf({ law, shape, start }: LawPart, dtype: FloatDType, size: number): FillRange[] {
  const { isElementwise = false, cost } = operationsOf(law);
  if (!isElementwise) return [{ range: [start, start + numelOf(shape)], cost: cost(law, shape, dtype) }];
  return Array.from(evenRanges(numelOf(shape), size), ([from, to]) => ({
    range: [start + from, start + to],
    cost: cost(law, [to - from], dtype),
  }));
}
