import { type MomentSums, momentsOfParts, type SampleMoments } from '../kernels/draw/sampleMoments.js';
import { operationsOf } from '../laws/bindLaw.js';
import { cutLaw, wholeOf } from '../laws/cutLaw.js';
import type { Law } from '../laws/Law.js';
import type { LawPiece } from '../laws/LawOperations.js';
import { cutIntoSlices, keyOf, sliceOf } from '../laws/sliceLaw.js';
import { bytesOf, type FloatDType, type Storage } from '../numerics/DType.js';
import { MEASURED_PART } from '../policy/SampleBuilder.js';
import { RandomKey } from '../random/RandomKey.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { uniformWords } from '../random/wordsDrawn.js';
import { dataToOverwrite, wholeArrayOf } from '../tensor/deferredData.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { FillPiece, Stream } from './FillPiece.js';
import type { Task } from './Task.js';

/** Bytes of a piece: a few milliseconds of work, and small enough to stay in the second-level cache until it is copied. */
const PIECE = 2 ** 20;

/** A place in a stream, at which a fill begins. */
export interface StreamSource {
  readonly stream: Stream;
  readonly position: StreamPosition;
}

/** A tensor that the threads of a pool fill. */
export interface PooledFill {
  readonly path: string;
  readonly tensor: Tensor;
  readonly law: Law;
  /** Where the fill begins in a stream, or its key in counter mode. */
  readonly source: StreamSource | RandomKey;
  /** The largest number of elements that one thread may draw alone if that avoids a copy. */
  readonly share: number;
  /** The tasks call this function once, before the first element is written. If it returns `false`, the tensor stays as it is. */
  readonly onBegin: () => boolean;
  /** The last task calls this function when all elements are written, with their moments and the words that the last piece drew. */
  readonly onEnd: (sample: SampleMoments, words: number) => void;
}

/**
 * The tasks that fill a tensor, in the order of the stream. The pool copies the elements of each piece into the tensor. A
 * tensor without an array that is one piece keeps the buffer in which a worker drew it; that worker then touches the new
 * memory first, which takes part of the time.
 */
export function buildTasks(fill: PooledFill): Task[] {
  const { path, tensor, onBegin, onEnd } = fill;
  const dtype = tensor.dtype as FloatDType;
  const size = PIECE / bytesOf(dtype);
  const isWhole = wholeArrayOf(tensor) !== undefined && tensor.numel > size && tensor.numel <= fill.share;
  const pieces = piecesOf(fill, dtype, isWhole ? tensor.numel : size);
  const parts: MomentSums[] = [];
  let left = pieces.length;
  let isNeeded: boolean | undefined;
  const begin = () => {
    isNeeded ??= onBegin();
    return isNeeded;
  };
  const memoryOf = ({ start, shape }: LawPiece) =>
    dataToOverwrite(tensor).subarray(start, start + numelOf(shape)) as Storage<FloatDType>;
  return pieces.map((piece) => ({
    piece: { ...piece, dtype, needsState: false },
    cost: operationsOf(piece.law).cost(piece.law, piece.shape, dtype),
    path,
    destination: () => (begin() ? memoryOf(piece) : null),
    receive: (elements) => {
      if (!begin()) return;
      const array = isWhole ? wholeArrayOf(tensor) : undefined;
      if (array) array.create(elements);
      else memoryOf(piece).set(elements as never);
    },
    complete: (result) => {
      for (const [i, part] of result.parts.entries()) parts[piece.start / MEASURED_PART + i] = part;
      if (--left === 0 && isNeeded) onEnd(momentsOfParts(parts), result.words);
    },
  }));
}

/** The pieces of a fill, of at most `size` elements each; a fill that cannot be cut is one piece. */
function piecesOf(
  { law, tensor, source }: PooledFill,
  dtype: FloatDType,
  size: number,
): Omit<FillPiece, 'dtype' | 'needsState'>[] {
  const { shape, numel } = tensor;
  const options = { size, part: MEASURED_PART };
  if (!(source instanceof RandomKey)) {
    const { stream, position } = source;
    const pieces = size === numel ? [wholeOf(law, shape, position)] : cutLaw(law, shape, dtype, position, options);
    return pieces.map((piece) => ({ ...piece, source: stream }));
  }
  return (size === numel ? [sliceOf(law, shape)] : cutIntoSlices(law, shape, options)).map((slice) => {
    const { start, shape, law, first, zeros } = slice;
    const { seed, offset } = keyOf(slice, source);
    const position = { words: uniformWords(first, dtype), cachedFrom: null };
    return { start, shape, law, zeros, position, source: { seed, offset } };
  });
}
