import { createStorage, type FloatDType } from '../kernels/DType.js';
import { type Numbers, toNumbers } from '../kernels/numbers.js';
import { normalSteps, piecesOf } from '../random/fillSteps.js';
import type { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { orthonormalize } from './orthonormalize.js';

/**
 * The elements, in row-major order, of a tensor that seen as a matrix [out, in·∏kernel] has orthonormal rows or columns,
 * whichever are fewer, times `gain`. Draws one normal an element; yields between the steps.
 */
export function* drawOrthogonal(shape: Shape, gain: number, dtype: FloatDType, generator: Generator): Steps<Numbers> {
  const [rows, ...rest] = shape;
  const columns = numelOf(rest);
  const drawn = createStorage(dtype, rows * columns);
  if (drawn.length === 0) return toNumbers(drawn, dtype);
  yield* normalSteps(drawn, dtype, 0, 1, generator);
  const numbers = new Float64Array(toNumbers(drawn, dtype));
  yield;
  const wide = rows < columns;
  // The vectors to be made orthonormal, one after another: the rows of a wide matrix, the columns of a tall one.
  const vectors = wide ? numbers : yield* transposed(numbers, rows, columns);
  yield* orthonormalize(vectors, Math.min(rows, columns), Math.max(rows, columns));
  const factor = wide ? vectors : yield* transposed(vectors, columns, rows);
  for (const piece of piecesOf(factor)) {
    for (let i = 0; i < piece.length; i++) piece[i] *= gain;
    yield;
  }
  return factor;
}

/** Rows of a band: a write every so many rows stays in the caches. */
const BAND = 32;

function* transposed(matrix: Float64Array, rows: number, columns: number): Steps<Float64Array> {
  const result = new Float64Array(matrix.length);
  for (let start = 0; start < rows; start += BAND) {
    const end = Math.min(start + BAND, rows);
    for (let j = 0; j < columns; j++) {
      for (let i = start; i < end; i++) result[j * rows + i] = matrix[i * columns + j];
    }
    yield;
  }
  return result;
}
