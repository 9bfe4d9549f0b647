import type { DType, FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { generatorOf } from '../random/generatorOf.js';
import { RandomKey } from '../random/RandomKey.js';
import { uniformWords } from '../random/wordsDrawn.js';
import type { Shape } from '../tensor/Shape.js';
import type { Law } from './Law.js';
import type { LawPart, Range } from './LawOperations.js';
import { partsOf, wholePart } from './partsOf.js';
import { keyOf } from './sliceLaw.js';
import {
  type DrawnPiece,
  EVERYTHING,
  type FillOptions,
  isOnePiece,
  isWanted,
  PIECE,
  pieceOf,
  rangesOf,
  streamPieces,
} from './streamPieces.js';

/**
 * The fill of a tensor by a law in pieces, as {@link streamPieces} gives them.
 * @param source the generator that draws; in counter mode the tensor's key
 */
export function* fillPieces(
  law: Law,
  shape: Shape,
  dtype: DType,
  source: Generator | RandomKey,
  options: FillOptions = {},
): IterableIterator<DrawnPiece> {
  if (!(source instanceof RandomKey)) {
    yield* streamPieces(law, shape, dtype, source, options);
    return;
  }
  const { size = PIECE, range = EVERYTHING } = options;
  // What is discarded takes no words from a key.
  const parts = isOnePiece(shape, size)
    ? [wholePart(law, shape)]
    : partsOf(law, shape).filter(({ isDiscarded }) => !isDiscarded);
  for (const part of parts) yield* keyedPieces(part, dtype as FloatDType, source, size, range);
}

/** The pieces of a part in counter mode, where each element has words of its own. */
function* keyedPieces(
  part: LawPart,
  dtype: FloatDType,
  key: RandomKey,
  size: number,
  range: Range,
): IterableIterator<DrawnPiece> {
  const generator = generatorOf(keyOf(part, key));
  for (const piece of rangesOf(part, size)) {
    if (!isWanted(piece, range)) continue;
    // A fill in several rounds leaves the generator where it is.
    generator.advance(uniformWords(piece.start - part.start, dtype) - generator.wordsDrawn);
    yield pieceOf(piece, dtype, generator);
  }
}
