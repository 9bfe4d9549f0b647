import { writeNumber } from '../numerics/numbers.js';
import { piecesOf } from '../random/fillSteps.js';
import type { Steps } from '../random/Steps.js';
import { Tensor } from '../tensor/Tensor.js';

/** Applies an operation in place to all elements, a piece at a time. Yields after each piece. */
export function* writePieces({ dtype, data }: Tensor, write: (piece: Tensor) => void): Steps {
  for (const piece of piecesOf(data)) {
    write(new Tensor({ dtype, shape: [piece.length], data: piece }));
    yield;
  }
}

/** Writes one value to the elements at some indices. */
export function writeAt({ data, dtype }: Tensor, indices: Iterable<number>, value: number): void {
  for (const index of indices) writeNumber(data, dtype, index, value);
}
