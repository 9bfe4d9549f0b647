import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { createStorage, type DType, type FloatDType, type Storage } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { generatorOf } from '../random/generatorOf.js';
import { RandomKey } from '../random/RandomKey.js';
import type { Steps } from '../random/Steps.js';
import { StreamRounds } from '../random/StreamRounds.js';
import { uniformWords } from '../random/wordsDrawn.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { advancePast } from './advancePast.js';
import { operationsOf } from './bindLaw.js';
import { evenRanges } from './cutLaw.js';
import type { Law } from './Law.js';
import type { LawPart } from './LawOperations.js';
import { partsOf, wholePart, within } from './partsOf.js';

/** A range of a fill's elements that is drawn at once. */
export interface DrawnPiece {
  /** Index of the piece's first element in the whole tensor. */
  readonly start: number;
  /** The number of elements. */
  readonly count: number;
  /** Draws the elements into an array of this length. The pieces of a fill are drawn once each, in order. */
  readonly draw: (data: Storage) => Steps;
}

/** How a fill is drawn in pieces. */
export interface FillOptions {
  /** Elements of a piece, a multiple of 16; the last one may have up to 15 more. Default: {@link PIECE}. */
  readonly size?: number;
  /**
   * The most elements of a truncated normal that may draw again in PyTorch's stream, of which one piece is made. Cutting it takes a few
   * jumps of some milliseconds. Default: no limit.
   */
  readonly together?: number;
}

/** Elements of a piece: they stay in the second-level cache until they are measured and copied. */
export const PIECE = 2 ** 16;

/**
 * The fill of a tensor by a law in pieces, in the order of the stream, with the same bits as the whole. The caller gives each
 * piece its memory, draws it, and then takes the next one. A law whose elements cannot be drawn alone (orthogonal and sparse
 * matrices) is one piece.
 * @param source the generator that draws, which moves; in counter mode the tensor's key
 */
export function* fillPieces(
  law: Law,
  shape: Shape,
  dtype: DType,
  source: Generator | RandomKey,
  { size = PIECE, together = Number.POSITIVE_INFINITY }: FillOptions = {},
): IterableIterator<DrawnPiece> {
  const options = { size, together };
  const float = dtype as FloatDType;
  const isSmall = numelOf(shape) < size + NORMAL_GROUP;
  if (source instanceof RandomKey) {
    // What is discarded takes no words from a key.
    const parts = isSmall ? [wholePart(law, shape)] : partsOf(law, shape).filter(({ isDiscarded }) => !isDiscarded);
    for (const part of parts) yield* keyedPieces(part, float, source, options);
  } else if (isSmall || source.isKeyed) {
    yield pieceOf(wholePart(law, shape), dtype, source);
  } else {
    for (const part of partsOf(law, shape)) yield* streamPieces(part, float, source, options);
  }
}

/** The pieces of a part in counter mode, where each element has words of its own. */
function* keyedPieces(
  part: LawPart,
  dtype: FloatDType,
  key: RandomKey,
  { size }: Required<FillOptions>,
): IterableIterator<DrawnPiece> {
  const generator = generatorOf(part.parts.reduce((outer, index) => outer.foldIn(index), key));
  for (const piece of rangesOf(part, size)) {
    // A fill in several rounds leaves the generator where it is.
    generator.advance(uniformWords(piece.start - part.start, dtype) - generator.wordsDrawn);
    yield pieceOf(piece, dtype, generator);
  }
}

/** The pieces of a part that a generator draws one after another. */
function* streamPieces(
  part: LawPart,
  dtype: FloatDType,
  generator: Generator,
  { size, together }: Required<FillOptions>,
): IterableIterator<DrawnPiece> {
  const { law, shape, isDiscarded } = part;
  if (isDiscarded && advancePast(law, shape, dtype, generator)) return;
  const words = operationsOf(law).wordsOfRound?.(law, shape, dtype) ?? null;
  const canJump = generator.engine === 'mersenne';
  const pieces =
    words === null
      ? inOrder(part, dtype, generator, size)
      : numelOf(shape) > together && canJump
        ? inRounds(part, dtype, generator, words, size)
        : [pieceOf(part, dtype, generator)];
  for (const piece of pieces) yield isDiscarded ? withoutElements(piece, dtype) : piece;
}

function* inOrder(part: LawPart, dtype: FloatDType, generator: Generator, size: number): IterableIterator<DrawnPiece> {
  for (const piece of rangesOf(part, size)) yield pieceOf(piece, dtype, generator);
}

function* inRounds(
  part: LawPart,
  dtype: FloatDType,
  generator: Generator,
  words: number,
  size: number,
): IterableIterator<DrawnPiece> {
  const rounds = new StreamRounds(generator, words);
  for (const piece of rangesOf(part, size)) {
    yield pieceOf(piece, dtype, rounds.streamAt(uniformWords(piece.start - part.start, dtype)));
  }
  generator.advance(rounds.wordsDrawn);
}

/** Cuts a part into parts of `size` elements, if its law permits it. */
function* rangesOf(part: LawPart, size: number): IterableIterator<LawPart> {
  const { law, shape, start, zeros } = part;
  if (operationsOf(law).isElementwise !== true) {
    yield part;
    return;
  }
  for (const [from, to] of evenRanges(numelOf(shape), size)) {
    yield { ...part, start: start + from, shape: [to - from], zeros: within(zeros, from, to) };
  }
}

function pieceOf({ law, shape, start, zeros }: LawPart, dtype: DType, generator: Generator): DrawnPiece {
  return {
    start,
    count: numelOf(shape),
    *draw(data) {
      yield* operationsOf(law).write(law, new Tensor({ dtype, shape, data }), generator);
      for (const [from, to] of zeros) data.fill(0 as never, from, to);
    },
  };
}

/** A piece of which only the words of the stream are needed. */
function withoutElements({ start, count, draw }: DrawnPiece, dtype: FloatDType): DrawnPiece {
  return { start, count: 0, draw: () => draw(createStorage(dtype, count)) };
}
