import type { Matrix } from './Matrix.js';
import { DEPTH } from './tiledProduct.js';

/**
 * The product of one row with a matrix in float32, without copies.
 *
 * *Method:* if the columns of B are contiguous, the row is multiplied by four columns at a time, in four local sums. If the
 * rows of B are contiguous, an array holds the sums of a block, and four rows of B at a time are added to it.
 */

const { fround } = Math;

let sums = new Float32Array(0);

/** Adds row i of A times B to row i of `out`. The rows or the columns of B must be contiguous. All three are float32. */
export function multiplyRow(k: number, n: number, a: Matrix, b: Matrix, out: Matrix, i: number): void {
  const row = a.offset + i * a.rowStride;
  const to = out.offset + i * out.rowStride;
  for (let first = 0; first < k; first += DEPTH) {
    const depth = Math.min(DEPTH, k - first);
    const at = row + first * a.columnStride;
    if (b.rowStride === 1) addDotProducts(depth, n, a, at, b, b.offset + first, out, to);
    else addScaledRows(depth, n, a, at, b, b.offset + first * b.rowStride, out, to);
  }
}

function addDotProducts(
  depth: number,
  n: number,
  { data: x, columnStride: step }: Matrix,
  at: number,
  { data: columns, columnStride: stride }: Matrix,
  start: number,
  { data: y, columnStride: outStep }: Matrix,
  to: number,
): void {
  const last = at + depth * step;
  let j = 0;
  for (; j + 3 < n; j += 4) {
    let c0 = start + j * stride;
    let c1 = c0 + stride;
    let c2 = c1 + stride;
    let c3 = c2 + stride;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let p = at; p < last; p += step) {
      const r = x[p];
      s0 = fround(s0 + fround(r * columns[c0++]));
      s1 = fround(s1 + fround(r * columns[c1++]));
      s2 = fround(s2 + fround(r * columns[c2++]));
      s3 = fround(s3 + fround(r * columns[c3++]));
    }
    const o = to + j * outStep;
    y[o] += s0;
    y[o + outStep] += s1;
    y[o + 2 * outStep] += s2;
    y[o + 3 * outStep] += s3;
  }
  for (; j < n; j++) {
    let sum = 0;
    for (let p = at, c = start + j * stride; p < last; p += step, c++) sum = fround(sum + fround(x[p] * columns[c]));
    y[to + j * outStep] += sum;
  }
}

function addScaledRows(
  depth: number,
  n: number,
  { data: x, columnStride: step }: Matrix,
  at: number,
  { data: rows, rowStride: stride }: Matrix,
  start: number,
  { data: y, columnStride: outStep }: Matrix,
  to: number,
): void {
  if (sums.length < n) sums = new Float32Array(n);
  sums.fill(0, 0, n);
  let p = 0;
  for (; p + 3 < depth; p += 4) {
    const r0 = x[at + p * step];
    const r1 = x[at + (p + 1) * step];
    const r2 = x[at + (p + 2) * step];
    const r3 = x[at + (p + 3) * step];
    const b = start + p * stride;
    for (let j = 0, b0 = b, b1 = b + stride, b2 = b1 + stride, b3 = b2 + stride; j < n; j++) {
      const half = fround(fround(sums[j] + fround(r0 * rows[b0++])) + fround(r1 * rows[b1++]));
      sums[j] = fround(half + fround(r2 * rows[b2++])) + fround(r3 * rows[b3++]);
    }
  }
  for (; p < depth; p++) {
    const r = x[at + p * step];
    for (let j = 0, b = start + p * stride; j < n; j++) sums[j] += fround(r * rows[b++]);
  }
  for (let j = 0, o = to; j < n; j++, o += outStep) y[o] += sums[j];
}
