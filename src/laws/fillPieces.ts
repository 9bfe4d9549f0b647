import type { DType, FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { generatorOf } from '../random/generatorOf.js';
import { RandomKey } from '../random/RandomKey.js';
import { uniformWords } from '../random/wordsDrawn.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import type { LawPart, Range } from './LawOperations.js';
import { partsOf, wholePart, within } from './partsOf.js';
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

/** The elements whose words are one block of Philox, or two for float64. The fill of a key can begin at their multiples. */
const BLOCK = 4;

/**
 * The fill of a tensor by a law in pieces, as {@link streamPieces} gives them. In counter mode a piece has only wanted elements, and up
 * to three before them.
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
  const parts =
    range === EVERYTHING && isOnePiece(shape, size)
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
  if (!isWanted(part, range)) return;
  const generator = generatorOf(keyOf(part, key));
  for (const piece of rangesOf(wantedPart(part, range), size)) {
    // A fill in several rounds leaves the generator where it is.
    generator.advance(uniformWords(piece.start - part.start, dtype) - generator.wordsDrawn);
    yield pieceOf(piece, dtype, generator);
  }
}

/** The wanted elements of a part, whose law permits that they are drawn alone; otherwise the part. */
function wantedPart(part: LawPart, [from, to]: Range): LawPart {
  const { law, start, shape, zeros } = part;
  if (operationsOf(law).isElementwise !== true) return part;
  const first = Math.max(from - start, 0);
  const begin = first - (first % BLOCK);
  const end = Math.min(to - start, numelOf(shape));
  if (begin === 0 && end === numelOf(shape)) return part;
  return { ...part, start: start + begin, shape: [end - begin], zeros: within(zeros, begin, end) };
}

/** The key that a part of a tensor draws from, given the key of the tensor. */
function keyOf({ parts }: LawPart, key: RandomKey): RandomKey {
  return parts.reduce((outer, part) => outer.foldIn(part), key);
}
