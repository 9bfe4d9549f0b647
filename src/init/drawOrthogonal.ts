import { copyMatrix, rowMajor, transposeOf } from '../kernels/linear/Matrix.js';
import { createStorage, type FloatDType } from '../numerics/DType.js';
import { type Floats, type Numbers, toNumbers } from '../numerics/numbers.js';
import { normalSteps } from '../random/fillSteps.js';
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
  const q = toNumbers(drawn, dtype) as Floats;
  yield;
  const isWide = rows < columns;
  const count = Math.min(rows, columns);
  const size = Math.max(rows, columns);
  // The vectors to be made orthonormal, one after another: the rows of a wide matrix, the columns of a tall one.
  const vectors = isWide && q instanceof Float64Array ? q : new Float64Array(q.length);
  if (isWide) vectors.set(q);
  else yield* transpose(q, rows, columns, vectors);
  yield;
  yield* orthonormalize(vectors, count, size, q, gain);
  if (isWide) return q;
  const factor = q instanceof Float64Array ? vectors : new Float32Array(q.length);
  yield* transpose(q, columns, rows, factor);
  return factor;
}

/** Rows of a band: a write every so many rows stays in the caches. */
const BAND = 32;

function* transpose(from: Floats, rows: number, columns: number, to: Floats): Steps {
  for (let start = 0; start < rows; start += BAND) {
    const band = Math.min(BAND, rows - start);
    copyMatrix(columns, band, transposeOf(rowMajor(from, columns, start * columns)), rowMajor(to, rows, start));
    yield;
  }
}
