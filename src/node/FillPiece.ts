import type { MomentSums } from '../kernels/draw/sampleMoments.js';
import type { LawPiece } from '../laws/LawOperations.js';
import { bytesOf, type FloatDType, type Storage, storageIn } from '../numerics/DType.js';
import type { FullReferenceName } from '../random/references/table.js';
import { numelOf } from '../tensor/Shape.js';

/** A random stream as plain data, so that another thread can open it. */
export interface Stream {
  /** Distinguishes the streams of one run. */
  readonly id: number;
  readonly state: Uint8Array;
  readonly reference: FullReferenceName;
}

/** The key of a fill in counter mode as plain data. */
export interface PlainKey {
  readonly seed: bigint;
  readonly offset: bigint;
}

/** A piece of a fill, with all the data that another thread needs to draw it. */
export interface FillPiece extends LawPiece {
  readonly dtype: FloatDType;
  /** What the piece's position counts from. */
  readonly source: Stream | PlainKey;
  /** Whether the result has to include the state of the generator after the piece. */
  readonly needsState: boolean;
}

/** What a thread reports about a {@link FillPiece} that it drew. */
export interface PieceResult {
  /** The moment sums of every measured part of the piece, in order. */
  readonly parts: readonly MomentSums[];
  /** The number of words of the stream that the thread drew. */
  readonly words: number;
  /** The bytes of the generator's state after the piece; `null` unless the piece needs the state. */
  readonly state: Uint8Array | null;
}

/** The message to a worker thread: pieces to draw in this order, and the memory for their elements. */
export interface FillRequest {
  readonly pieces: readonly FillPiece[];
  readonly buffer: ArrayBuffer;
}

/** The answer to a {@link FillRequest}. It returns the memory. */
export interface FillResponse {
  readonly results: readonly PieceResult[];
  readonly buffer: ArrayBuffer;
}

/** The bytes of a buffer that a piece occupies, rounded up to a multiple of 8, so that any dtype can follow. */
export function bytesOfPiece({ shape, dtype }: FillPiece): number {
  return Math.ceil((numelOf(shape) * bytesOf(dtype)) / 8) * 8;
}

/** The elements of each piece in the buffer of a request. */
export function elementsIn(buffer: ArrayBuffer, pieces: readonly FillPiece[]): Storage<FloatDType>[] {
  let offset = 0;
  return pieces.map((piece) => {
    const elements = storageIn(piece.dtype, buffer, offset, numelOf(piece.shape));
    offset += bytesOfPiece(piece);
    return elements;
  });
}
