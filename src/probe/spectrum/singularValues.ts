import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from '../../kernels/linear/Matrix.js';
import { multiplyMatrices } from '../../kernels/linear/matmul.js';
import { tridiagonalSpectrum } from '../../numerics/tridiagonal.js';
import { tridiagonalize } from './tridiagonalize.js';
import type { WeightMatrix } from './WeightMatrix.js';

/** The columns that are multiplied at a time: their copy in float64 stays below 17 MB. */
const DEPTH = 2048;
/** The rows of a block of the Gram matrix, of which only the lower triangle is computed. */
const BLOCK = 128;

/**
 * All singular values of a matrix, in rising order.
 *
 * *Method:* the eigenvalues of the Gram matrix of its smaller side in float64, which Householder reflections make tridiagonal and
 * QL steps diagonal. The elements are divided by the largest one, so no square overflows or vanishes. Squaring costs precision
 * only for singular values below 1e-8 of the largest one; those may be returned as 0.
 */
export function singularValues(matrix: WeightMatrix): Float64Array {
  const { height, largest } = matrix;
  if (largest === 0) return new Float64Array(height);
  const { diagonal, offDiagonal } = tridiagonalize(gramMatrix(matrix), height);
  return tridiagonalSpectrum(diagonal, offDiagonal).eigenvalues.map((x) => largest * Math.sqrt(Math.max(0, x)));
}

/** The lower triangle of A·Aᵀ / `largest`², row by row. */
function gramMatrix({ height, width, elements, largest }: WeightMatrix): Float64Array {
  const gram = new Float64Array(height * height);
  const out = rowMajor(gram, height);
  const depth = Math.min(DEPTH, width);
  const part = rowMajor(new Float64Array(height * depth), depth);
  for (let first = 0; first < width; first += depth) {
    const columns = Math.min(depth, width - first);
    copyMatrix(height, columns, partOf(elements, 0, first), part);
    for (let i = 0; i < part.data.length; i++) part.data[i] /= largest;
    addLowerProduct(height, columns, part, out);
  }
  return gram;
}

/** Adds the lower triangle of A·Aᵀ, block by block, to `out`. */
function addLowerProduct(height: number, columns: number, a: Matrix, out: Matrix): void {
  for (let i = 0; i < height; i += BLOCK) {
    const rows = Math.min(BLOCK, height - i);
    multiplyMatrices(rows, columns, i + rows, partOf(a, i, 0), transposeOf(a), partOf(out, i, 0), true);
  }
}
