/**
 * The matrix product: the one kernel behind `matmul`, linear layers, convolutions, attention and recurrent layers.
 *
 * *Method:* the definition below fixes every bit, so each way of computing a product gives the same ones. k is cut into
 * blocks of 256. A block's sum starts at zero and takes its products in order, each product and each sum rounded to
 * the matrices' dtype, without fused multiply-add; the sums of the blocks are added in order to the output. That is
 * what the lanes of a vector do in WebAssembly, and `Math.fround` or plain doubles in TypeScript. Where float32 and
 * float64 meet in one product nothing is rounded before the output, and the sums are doubles.
 */

import { skipsWork } from '../dryRun.js';
import type { Matrix } from './Matrix.js';
import { multiplyRow } from './rowProduct.js';
import { simdProducts } from './simdProducts.js';
import { multiplyTiles } from './tiledProduct.js';

/** Products of as few rows are faster without packing. */
const FEW_ROWS = 8;

/**
 * out = A·B, or out += A·B with `accumulate`, where A is m×k, B is k×n and out is m×n.
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

/** Multiplies A, of m rows, by a right factor that is given once: out = A·B or out += A·B. */
export type MultiplyKept = (m: number, a: Matrix, out: Matrix, accumulate: boolean) => void;

/**
 * Runs `body` with what multiplies by B, k×n, so that B is packed once for all the products it takes.
 * @param body must leave B as it is; its matrices are of B's dtype
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
