import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from './Matrix.js';
import { multiplyMatrices } from './matmul.js';

/** The number of columns that are factorised at once. */
const BLOCK = 64;

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, A = L·Lᵀ, and the rest by zeros. The sums of the
 * columns before a block are `multiplyMatrices`; those inside a block are doubles, rounded to float32.
 * @param n the number of rows and columns
 * @param a the matrix, row by row
 * @returns whether the matrix is positive definite in this arithmetic; if not, its elements are of no use afterwards
 */
export function choleskyInPlace(n: number, a: Float32Array): boolean {
  const whole = rowMajor(a, n);
  const negative = rowMajor(new Float32Array(Math.min(BLOCK, n) * n), n);
  for (let k = 0; k < n; k += BLOCK) {
    const width = Math.min(BLOCK, n - k);
    if (k > 0) subtractEarlier(whole, negative, k, width, n);
    if (!factorizeBlock(a, n, k, width)) return false;
  }
  for (let i = 0; i < n; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
  return true;
}

/** Subtracts from the columns of a block what the columns before it contribute. */
function subtractEarlier(whole: Matrix, negative: Matrix, k: number, width: number, n: number): void {
  copyMatrix(width, k, partOf(whole, k, 0), negative);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < k; j++) negative.data[i * n + j] *= -1;
  }
  multiplyMatrices(n - k, k, width, partOf(whole, k, 0), transposeOf(negative), partOf(whole, k, k), true);
}

/** Factorises the columns of a block, from its diagonal to the last row. */
function factorizeBlock(a: Float32Array, n: number, k: number, width: number): boolean {
  for (let j = k; j < k + width; j++) {
    const pivot = a[j * n + j] - dot(a, j * n, j * n, k, j);
    if (!(pivot > 0)) return false;
    const root = Math.fround(Math.sqrt(pivot));
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) a[i * n + j] = (a[i * n + j] - dot(a, i * n, j * n, k, j)) / root;
  }
  return true;
}

/** The sum of the products of two rows, over the columns from `start` to `end − 1`. */
function dot(a: Float32Array, row: number, other: number, start: number, end: number): number {
  let sum = 0;
  for (let c = start; c < end; c++) sum += a[row + c] * a[other + c];
  return sum;
}
