import { cutLaw, type LawPiece } from '../init/cutLaw.js';
import type { Law } from '../init/Law.js';
import { type MomentSums, momentsOfParts, type SampleMoments } from '../kernels/draw/sampleMoments.js';
import { bytesOf, type FloatDType, type Storage } from '../numerics/DType.js';
import { MEASURED_PART } from '../policy/measureSample.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { lacksData, overwriteData, putData } from '../tensor/deferredData.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Errand } from './Errand.js';
import type { Stream } from './FillTask.js';
import { fillCost } from './fillCost.js';

/** Bytes of a piece: a few milliseconds' work, which stays in the second-level cache on its way to its tensor. */
const PIECE = 2 ** 20;

/** A tensor that is to be filled by other threads. */
export interface ThreadedFill {
  readonly path: string;
  readonly tensor: Tensor;
  readonly law: Law;
  readonly stream: Stream;
  readonly place: StreamPosition;
  /** The most elements that one thread is to draw by itself, where that saves copying. */
  readonly share: number;
  /** Is called before the first of them is written; `false` leaves the tensor as it is. */
  readonly onBegin: () => boolean;
  /** Is called when all are written, with their moments and the words that were drawn by the law in one piece. */
  readonly onEnd: (sample: SampleMoments, words: number) => void;
}

/**
 * What threads have to do to fill a tensor, in the order of the stream. The pieces are copied into it; one that has no
 * array yet keeps the memory in which a thread has drawn it, so that the thread has touched it first.
 */
export function tensorErrands(fill: ThreadedFill): Errand[] {
  const { path, tensor, law, stream, place, onBegin, onEnd } = fill;
  const { shape } = tensor;
  const dtype = tensor.dtype as FloatDType;
  const size = PIECE / bytesOf(dtype);
  const isWhole = lacksData(tensor) && tensor.numel > size && tensor.numel <= fill.share;
  const pieces = isWhole
    ? [{ start: 0, shape, law, place, zeros: [] }]
    : cutLaw(law, shape, dtype, place, { size, part: MEASURED_PART });
  const parts: MomentSums[] = [];
  let left = pieces.length;
  let isWanted: boolean | undefined;
  const begin = () => {
    isWanted ??= onBegin();
    return isWanted;
  };
  const memoryOf = ({ start, shape }: LawPiece) =>
    overwriteData(tensor).subarray(start, start + numelOf(shape)) as Storage<FloatDType>;
  return pieces.map((piece) => ({
    task: { ...piece, dtype, stream, wantsState: false },
    cost: fillCost(piece.law, piece.shape, dtype),
    path,
    memory: () => (begin() ? memoryOf(piece) : null),
    deliver: (elements) => {
      if (!begin()) return;
      if (isWhole && lacksData(tensor)) putData(tensor, elements);
      else memoryOf(piece).set(elements as never);
    },
    settle: (outcome) => {
      for (const [i, part] of outcome.parts.entries()) parts[piece.start / MEASURED_PART + i] = part;
      if (--left === 0 && isWanted) onEnd(momentsOfParts(parts), outcome.words);
    },
  }));
}
