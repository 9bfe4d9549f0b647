/** A symmetric tridiagonal matrix. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i connects rows i and i + 1. */
  readonly offDiagonal: Float64Array;
}

/** A row of smaller squares is 0: it is far below the rounding errors of a matrix whose largest elements are about 1. */
const NEGLIGIBLE = 1e-280;

/**
 * A tridiagonal matrix with the eigenvalues of a symmetric one.
 *
 * *Method:* Householder reflections from the last row upwards, so that the lower triangle is read row by row. The rank-2 update of
 * one reflection is applied in the pass that multiplies by the next one, so each reflection reads the matrix once.
 * @param matrix n×n, row by row, with elements up to about 1. Only its lower triangle is read, and it is overwritten.
 */
export function tridiagonalize(matrix: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  // The pending update subtracts v·wᵀ + w·vᵀ.
  let v = new Float64Array(n);
  let w = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const row = matrix.subarray(i * n, i * n + i + 1);
    for (let k = 0; k <= i; k++) row[k] -= v[i] * w[k] + w[i] * v[k];
    diagonal[i] = row[i];
    if (i === 0) break;
    const reflected = row.slice(0, i);
    const last = reflected[i - 1];
    let square = 0;
    for (let k = 0; k < i; k++) square += reflected[k] ** 2;
    const norm = square < NEGLIGIBLE ? 0 : Math.sqrt(square);
    offDiagonal[i - 1] = last > 0 ? -norm : norm;
    reflected[i - 1] = last - offDiagonal[i - 1];
    const product = updateAndMultiply(matrix, n, i, v, w, reflected);
    const scale = norm === 0 ? 0 : 1 / (norm * (norm + Math.abs(last)));
    let overlap = 0;
    for (let k = 0; k < i; k++) {
      product[k] *= scale;
      overlap += product[k] * reflected[k];
    }
    for (let k = 0; k < i; k++) product[k] -= (overlap * scale * reflected[k]) / 2;
    v = reflected;
    w = product;
  }
  return { diagonal, offDiagonal };
}

/** Subtracts v·wᵀ + w·vᵀ from the leading size×size block, and returns the product of the result with `x`. */
function updateAndMultiply(
  matrix: Float64Array,
  n: number,
  size: number,
  v: Float64Array,
  w: Float64Array,
  x: Float64Array,
): Float64Array<ArrayBuffer> {
  const product = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const start = j * n;
    const [vj, wj, xj] = [v[j], w[j], x[j]];
    let sum = 0;
    for (let k = 0; k < j; k++) {
      const a = matrix[start + k] - vj * w[k] - wj * v[k];
      matrix[start + k] = a;
      sum += a * x[k];
      product[k] += a * xj;
    }
    const a = matrix[start + j] - 2 * vj * wj;
    matrix[start + j] = a;
    product[j] += sum + a * xj;
  }
  return product;
}
