import { createStorage, type FloatDType } from '../kernels/DType.js';
import { type Numbers, toNumbers } from '../kernels/numbers.js';
import { fillNormal } from '../random/fillNormal.js';
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
  fillNormal(drawn, dtype, 0, 1, generator);
  const numbers = Float64Array.from(toNumbers(drawn, dtype));
  const wide = rows < columns;
  // The vectors to be made orthonormal, one after another: the rows of a wide matrix, the columns of a tall one.
  const vectors = wide ? numbers : transposed(numbers, rows, columns);
  yield* orthonormalize(vectors, Math.min(rows, columns), Math.max(rows, columns));
  const factor = wide ? vectors : transposed(vectors, columns, rows);
  for (let i = 0; i < factor.length; i++) factor[i] *= gain;
  return factor;
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  return result;
}
