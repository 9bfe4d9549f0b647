import type { DType, FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { generatorOf } from '../random/generatorOf.js';
import { RandomKey } from '../random/RandomKey.js';
import { uniformWords } from '../random/wordsDrawn.js';
import type { Shape } from '../tensor/Shape.js';
import type { Law } from './Law.js';
import type { LawPart } from './LawOperations.js';
import { partsOf, wholePart } from './partsOf.js';
import {
  type DrawnPiece,
  type FillOptions,
  isOnePiece,
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
  const { size = PIECE } = options;
  // What is discarded takes no words from a key.
  const parts = isOnePiece(shape, size)
    ? [wholePart(law, shape)]
    : partsOf(law, shape).filter(({ isDiscarded }) => !isDiscarded);
  for (const part of parts) yield* keyedPieces(part, dtype as FloatDType, source, size);
}

/** The pieces of a part in counter mode, where each element has words of its own. */
function* keyedPieces(part: LawPart, dtype: FloatDType, key: RandomKey, size: number): IterableIterator<DrawnPiece> {
  const generator = generatorOf(part.parts.reduce((outer, index) => outer.foldIn(index), key));
  for (const piece of rangesOf(part, size)) {
    // A fill in several rounds leaves the generator where it is.
    generator.advance(uniformWords(piece.start - part.start, dtype) - generator.wordsDrawn);
    yield pieceOf(piece, dtype, generator);
  }
}
