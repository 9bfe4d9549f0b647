import type { MomentSums } from '../kernels/draw/sampleMoments.js';
import type { LawPiece } from '../laws/LawOperations.js';
import type { FloatDType } from '../numerics/DType.js';

/** A random stream as plain data, to be opened in another thread. */
export type Stream = {
  /** Tells streams apart. */
  readonly id: number;
} & (
  | { readonly kind: 'torch'; readonly state: Uint8Array }
  | { readonly kind: 'counter'; readonly seed: bigint; readonly path: string }
);

/** A piece of a fill, and all that is needed to draw it in another thread. */
export interface FillTask extends LawPiece {
  readonly dtype: FloatDType;
  readonly stream: Stream;
  /** Whether the state in which it leaves the generator is wanted. */
  readonly wantsState: boolean;
}

/** What became of a {@link FillTask}. */
export interface FillOutcome {
  /** The sums of every part of the piece, in order. */
  readonly parts: readonly MomentSums[];
  /** Words of the stream that were drawn. */
  readonly words: number;
  /** Bytes of the state that the generator was left in, if wanted. */
  readonly state: Uint8Array | null;
}

/** Tasks to be done one after another, and memory for their elements: for each, from a multiple of 8 bytes on. */
export interface FillRequest {
  readonly tasks: readonly FillTask[];
  readonly buffer: ArrayBuffer;
}

/** The answer to a {@link FillRequest}, with its memory. */
export interface FillAnswer {
  readonly outcomes: readonly FillOutcome[];
  readonly buffer: ArrayBuffer;
}
