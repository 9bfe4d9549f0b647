import { type Matrix, rowMajor, transposeOf } from '../../kernels/linear/Matrix.js';
import type { Floats } from '../../numerics/numbers.js';

/** A weight as a matrix that is at most as high as it is wide. */
export interface WeightMatrix {
  /** The smaller side. */
  readonly height: number;
  /** The larger side. */
  readonly width: number;
  /** The elements, height×width: the weight's own matrix, or its transpose. */
  readonly elements: Matrix;
  /** The largest absolute value; 0 for a matrix of zeros. */
  readonly largest: number;
}

/**
 * A weight [out, in, …kernel] as the matrix (out, in·∏kernel), or its transpose if that is higher than wide.
 * @returns `null` if there are fewer than two dimensions, no elements, or elements that are not finite
 */
export function weightMatrix(data: Floats, [rows = 0, ...rest]: readonly number[]): WeightMatrix | null {
  if (rest.length === 0 || data.length === 0) return null;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]);
    if (!(size <= Number.MAX_VALUE)) return null;
    if (size > largest) largest = size;
  }
  const columns = data.length / rows;
  const matrix = rowMajor(data, columns);
  return rows <= columns
    ? { height: rows, width: columns, elements: matrix, largest }
    : { height: columns, width: rows, elements: transposeOf(matrix), largest };
}
