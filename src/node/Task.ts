import type { FloatDType, Storage } from '../numerics/DType.js';
import type { FillPiece, PieceResult } from './FillPiece.js';

/** A piece that the pool draws, and the callbacks that use the result. */
export interface Task {
  readonly piece: FillPiece;
  /** The estimated duration in nanoseconds. */
  readonly cost: number;
  /** The path of the parameter that the piece belongs to. */
  readonly path: string;
  /** Returns the memory of the tensor for this piece, or `null` if the tensor no longer needs the elements. */
  readonly destination: () => Storage<FloatDType> | null;
  /** Copies or transfers elements to the tensor that another thread has drawn into a buffer. */
  readonly receive: (elements: Storage<FloatDType>) => void;
  /** The pool or the run calls this function when the elements are in the tensor. */
  readonly complete: (result: PieceResult) => void;
}
