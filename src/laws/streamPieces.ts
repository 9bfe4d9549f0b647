import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { createStorage, type DType, type FloatDType, type Storage } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import { StreamRounds } from '../random/StreamRounds.js';
import { uniformWords } from '../random/wordsDrawn.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { advancePast } from './advancePast.js';
import { operationsOf } from './bindLaw.js';
import { evenRanges } from './evenRanges.js';
import type { Law } from './Law.js';
import type { LawPart, Range } from './LawOperations.js';
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
   * The most elements of a truncated normal that may draw again, of which one piece is made in PyTorch's stream: {@link TOGETHER}, where
   * nobody is to hold the tensor. Default: no limit.
   */
  readonly together?: number;
  /**
   * The elements that are wanted, [from, to). Pieces without any of them are left out, and the generator moves past them without drawing
   * where it can; where the range ends within a truncated normal that may draw again, it stops there, behind the rounds that the drawn
   * pieces needed. A piece with some of them has all of its elements. Default: all elements.
   */
  readonly range?: Range | undefined;
}

type Cut = { readonly [K in keyof FillOptions]-?: NonNullable<FillOptions[K]> };

/** A range with every element. */
export const EVERYTHING: Range = [0, Number.POSITIVE_INFINITY];

/** Elements of a piece: they stay in the second-level cache until they are measured and copied. */
export const PIECE = 2 ** 16;

/**
 * Drawing so many elements of a truncated normal takes about as long as the jumps by which more of them are cut: some jumps of a
 * few milliseconds.
 */
export const TOGETHER = 2 ** 20;

/** Whether a fill has one piece because of its size. */
export function isOnePiece(shape: Shape, size: number): boolean {
  return numelOf(shape) < size + NORMAL_GROUP;
}

/**
 * The fill of a tensor by a law in pieces, with the same bits and the same words of the stream as the whole. The caller gives each
 * piece its memory, draws it, and then takes the next one. A law whose elements cannot be drawn alone (orthogonal and sparse
 * matrices) is one piece.
 * @param generator draws, and moves
 */
export function* streamPieces(
  law: Law,
  shape: Shape,
  dtype: DType,
  generator: Generator,
  { size = PIECE, together = Number.POSITIVE_INFINITY, range = EVERYTHING }: FillOptions = {},
): IterableIterator<DrawnPiece> {
  if (isOnePiece(shape, size) || generator.isKeyed) yield pieceOf(wholePart(law, shape), dtype, generator);
  else {
    for (const part of partsOf(law, shape)) {
      yield* partInOrder(part, dtype as FloatDType, generator, { size, together, range });
    }
  }
}

/**
 * Moves a generator past a large fill of which only drawing tells how many words it takes. Nobody holds the elements.
 * @returns `false`, with the generator unchanged, if the fill or a part of it is small or cannot be drawn in pieces
 */
export function* drawPast(law: Law, shape: Shape, dtype: FloatDType, generator: Generator): Steps<boolean> {
  const isPassed = ({ law: own, shape: part }: LawPart) =>
    numelOf(part) > TOGETHER && operationsOf(own).isElementwise === true;
  if (generator.engine !== 'mersenne' || !partsOf(law, shape).every(isPassed)) return false;
  yield* drawAside(streamPieces(law, shape, dtype, generator, { together: TOGETHER }), dtype);
  return true;
}

/** Draws pieces of which only the words of the stream are needed. */
export function* drawAside(pieces: Iterable<DrawnPiece>, dtype: DType): Steps {
  const scratch = createStorage(dtype, PIECE + NORMAL_GROUP);
  for (const { count, draw } of pieces) {
    yield* draw(count <= scratch.length ? scratch.subarray(0, count) : createStorage(dtype, count));
  }
}

/** The pieces of a part that a generator draws one after another. */
function* partInOrder(
  part: LawPart,
  dtype: FloatDType,
  generator: Generator,
  { size, together, range }: Cut,
): IterableIterator<DrawnPiece> {
  const { law, shape } = part;
  const isDiscarded = part.isDiscarded || !isWanted(part, range);
  if (isDiscarded && advancePast(law, shape, dtype, generator)) return;
  const words = operationsOf(law).wordsOfRound?.(law, shape, dtype) ?? null;
  const canJump = generator.engine === 'mersenne';
  const pieces =
    words === null
      ? inOrder(part, dtype, generator, size, range)
      : numelOf(shape) > together && canJump
        ? inRounds(part, dtype, generator, words, size, isDiscarded ? EVERYTHING : range)
        : [pieceOf(part, dtype, generator)];
  for (const piece of pieces) yield isDiscarded ? withoutElements(piece, dtype) : piece;
}

function* inOrder(
  part: LawPart,
  dtype: FloatDType,
  generator: Generator,
  size: number,
  range: Range,
): IterableIterator<DrawnPiece> {
  let skipped = 0;
  // Fills of whole groups of 16 that follow each other are one fill.
  const pass = () => {
    if (skipped > 0) advancePast(part.law, [skipped], dtype, generator);
    skipped = 0;
  };
  for (const piece of rangesOf(part, size)) {
    if (isWanted(piece, range)) {
      pass();
      yield pieceOf(piece, dtype, generator);
    } else skipped += numelOf(piece.shape);
  }
  pass();
}

/** Whether a part has some elements of a range. */
export function isWanted({ start, shape }: LawPart, [from, to]: Range): boolean {
  return start < to && start + numelOf(shape) > from;
}

function* inRounds(
  part: LawPart,
  dtype: FloatDType,
  generator: Generator,
  words: number,
  size: number,
  range: Range,
): IterableIterator<DrawnPiece> {
  const rounds = new StreamRounds(generator, words);
  const start = generator.wordsDrawn;
  // Only drawing every element shows where the part ends. Nothing follows if the range ends within the part.
  const needsEnd = range[1] > part.start + numelOf(part.shape);
  for (const piece of rangesOf(part, size)) {
    if (!isWanted(piece, range) && !needsEnd) continue;
    const drawn = pieceOf(piece, dtype, rounds.streamAt(uniformWords(piece.start - part.start, dtype)));
    yield isWanted(piece, range) ? drawn : withoutElements(drawn, dtype);
    generator.advance(start + rounds.wordsDrawn - generator.wordsDrawn);
  }
}

/** Cuts a part into parts of `size` elements, if its law permits it. */
export function* rangesOf(part: LawPart, size: number): IterableIterator<LawPart> {
  const { law, shape, start, zeros } = part;
  if (operationsOf(law).isElementwise !== true) {
    yield part;
    return;
  }
  for (const [from, to] of evenRanges(numelOf(shape), size)) {
    yield { ...part, start: start + from, shape: [to - from], zeros: within(zeros, from, to) };
  }
}

/** The piece that a part is. */
export function pieceOf(part: LawPart, dtype: DType, generator: Generator): DrawnPiece {
  return { start: part.start, count: numelOf(part.shape), draw: (data) => drawPart(part, dtype, generator, data) };
}

// One generator function for all pieces: the engine makes a map for each generator function and keeps it until it collects the
// whole heap, so a function for each piece would cost memory for each piece.
function* drawPart({ law, shape, zeros }: LawPart, dtype: DType, generator: Generator, data: Storage): Steps {
  yield* operationsOf(law).write(law, new Tensor({ dtype, shape, data }), generator);
  for (const [from, to] of zeros) data.fill(0 as never, from, to);
}

/** A piece of which only the words of the stream are needed. */
function withoutElements({ start, count, draw }: DrawnPiece, dtype: FloatDType): DrawnPiece {
  return { start, count: 0, draw: () => draw(createStorage(dtype, count)) };
}
