/**
 * The matrix product: the one kernel behind `matmul`, linear layers, convolutions, attention and recurrent layers.
 *
 * *Method:* this definition fixes every bit, so all implementations give the same bits. k is cut into blocks of 256. The sum of
 * a block starts at zero, and the products are added to it in order. Each product and each sum is rounded to the dtype of
 * the matrices, without fused multiply-add. The sums of the blocks are added to the output in order. The lanes of a vector
 * do this in WebAssembly, and `Math.fround` or plain doubles in TypeScript. If one product has both float32 and float64
 * matrices, the sums are doubles, and only the output is rounded.
 */

import { skipsWork } from '../dryRun.js';
import type { Matrix } from './Matrix.js';
import { multiplyRow } from './rowProduct.js';
import { simdProducts } from './simdProducts.js';
import { multiplyTiles } from './tiledProduct.js';

/** The largest number of rows for which a product is faster without packing. */
const FEW_ROWS = 8;

/**
 * Computes out = A·B, or out += A·B with `accumulate`, where A is m×k, B is k×n and out is m×n.
 * @param out must not overlap A or B
 */
export function multiplyMatrices(
  m: number,
  k: number,
  n: number,
  a: Matrix,
  b: Matrix,
  out: Matrix,
  accumulate = false,
): void {
  if (skipsWork(m * k * n)) return;
  const isFloat32 = holdsFloat32(a) && holdsFloat32(b) && holdsFloat32(out);
  const isMixed = !isFloat32 && (holdsFloat32(a) || holdsFloat32(b) || holdsFloat32(out));
  const simd = isMixed ? undefined : simdProducts(m * k * n);
  if (simd) {
    simd[isFloat32 ? 'float32' : 'float64'].multiply(m, k, n, a, b, out, accumulate);
    return;
  }
  if (!accumulate) clear(m, n, out);
  if (isFloat32 && m <= FEW_ROWS && (b.rowStride === 1 || b.columnStride === 1)) {
    for (let i = 0; i < m; i++) multiplyRow(k, n, a, b, out, i);
  } else multiplyTiles(m, k, n, a, b, out, isFloat32);
}

/** Multiplies A, m×k, by a kept right factor B: out = A·B or out += A·B. */
export type MultiplyKept = (m: number, a: Matrix, out: Matrix, accumulate: boolean) => void;

/**
 * Runs `body` with a function that multiplies by B, k×n. B is packed once for all these products.
 * @param body must not change B, and passes matrices of B's dtype
 */
export function keepRightFactor(k: number, n: number, b: Matrix, body: (multiply: MultiplyKept) => void): void {
  const simd = skipsWork() ? undefined : simdProducts(k * n);
  if (simd?.[holdsFloat32(b) ? 'float32' : 'float64'].keep(k, n, b, body)) return;
  body((m, a, out, accumulate) => multiplyMatrices(m, k, n, a, b, out, accumulate));
}

function clear(m: number, n: number, { data, offset, rowStride, columnStride }: Matrix): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0, at = offset + i * rowStride; j < n; j++, at += columnStride) data[at] = 0;
  }
}

function holdsFloat32({ data }: Matrix): boolean {
  return data instanceof Float32Array;
}
