/**
 * The matrix product: the one kernel behind `matmul`, linear layers and convolutions.
 *
 * *Method:* tiles of four rows of A by four columns of B in sixteen local sums. A block of A and a panel of four columns of
 * B are first copied as doubles in the order in which the tile reads them, filled up with zeros at the edges, so one
 * loop serves every layout and dtype. Each sum runs over k in order, in doubles (products of float32 are exact
 * there), and is rounded once, when it is stored.
 */

import { sparesWork } from './dryRun.js';

/** A matrix inside an array: element (i, j) is `data[offset + i·rowStride + j·columnStride]`. */
export interface Matrix {
  readonly data: Float32Array | Float64Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Edge of the tile of sums. */
const TILE = 4;
/** Doubles of A that are packed at a time: 2 MB, about a second-level cache. */
const BLOCK = 2 ** 18;

const sums = new Float64Array(TILE * TILE);
let packedRows = new Float64Array(0);
let packedColumns = new Float64Array(0);

/** A matrix stored row by row. */
export function rowMajor(data: Float32Array | Float64Array, columns: number, offset = 0): Matrix {
  return { data, offset, rowStride: columns, columnStride: 1 };
}

/** The transpose of a matrix; nothing is moved. */
export function transposeOf({ data, offset, rowStride, columnStride }: Matrix): Matrix {
  return { data, offset, rowStride: columnStride, columnStride: rowStride };
}

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
  if (sparesWork(m * k * n)) return;
  const blockRows = Math.max(TILE, Math.floor(BLOCK / Math.max(k, 1) / TILE) * TILE);
  packedRows = atLeast(packedRows, Math.ceil(Math.min(m, blockRows) / TILE) * TILE * k);
  packedColumns = atLeast(packedColumns, TILE * k);
  for (let start = 0; start < m; start += blockRows) {
    const end = Math.min(m, start + blockRows);
    for (let i = start; i < end; i += TILE) packLines(a, i, Math.min(TILE, m - i), k, packedRows, (i - start) * k);
    const columns = transposeOf(b);
    for (let j = 0; j < n; j += TILE) {
      const width = Math.min(TILE, n - j);
      packLines(columns, j, width, k, packedColumns, 0);
      for (let i = start; i < end; i += TILE) {
        multiplyTile(packedRows, (i - start) * k, packedColumns, k);
        storeTile(out, i, Math.min(TILE, m - i), j, width, accumulate);
      }
    }
  }
}

/** Copies `count` rows of a matrix so that the four elements of each k stand together; missing rows are zeros. */
function packLines(matrix: Matrix, first: number, count: number, k: number, packed: Float64Array, at: number): void {
  const { data, rowStride, columnStride } = matrix;
  if (rowStride === 1 && count === TILE) {
    packNeighbours(data, matrix.offset + first, columnStride, k, packed, at);
    return;
  }
  for (let line = 0; line < TILE; line++) {
    if (line >= count) {
      for (let p = 0, to = at + line; p < k; p++, to += TILE) packed[to] = 0;
      continue;
    }
    let from = matrix.offset + (first + line) * rowStride;
    if (data instanceof Float32Array) {
      for (let p = 0, to = at + line; p < k; p++, to += TILE, from += columnStride) packed[to] = data[from];
    } else {
      for (let p = 0, to = at + line; p < k; p++, to += TILE, from += columnStride) packed[to] = data[from];
    }
  }
}

/** The same for four rows whose elements of each k stand side by side. */
function packNeighbours(
  data: Float32Array | Float64Array,
  start: number,
  step: number,
  k: number,
  packed: Float64Array,
  at: number,
): void {
  for (let p = 0, from = start, to = at; p < k; p++, from += step, to += TILE) {
    packed[to] = data[from];
    packed[to + 1] = data[from + 1];
    packed[to + 2] = data[from + 2];
    packed[to + 3] = data[from + 3];
  }
}

/** sums = the four packed rows times the four packed columns. */
function multiplyTile(rows: Float64Array, at: number, columns: Float64Array, k: number): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  const end = at + k * TILE;
  for (let p = at, q = 0; p < end; p += TILE, q += TILE) {
    const c0 = columns[q];
    const c1 = columns[q + 1];
    const c2 = columns[q + 2];
    const c3 = columns[q + 3];
    const r0 = rows[p];
    s00 += r0 * c0;
    s01 += r0 * c1;
    s02 += r0 * c2;
    s03 += r0 * c3;
    const r1 = rows[p + 1];
    s10 += r1 * c0;
    s11 += r1 * c1;
    s12 += r1 * c2;
    s13 += r1 * c3;
    const r2 = rows[p + 2];
    s20 += r2 * c0;
    s21 += r2 * c1;
    s22 += r2 * c2;
    s23 += r2 * c3;
    const r3 = rows[p + 3];
    s30 += r3 * c0;
    s31 += r3 * c1;
    s32 += r3 * c2;
    s33 += r3 * c3;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}

function storeTile(out: Matrix, row: number, height: number, column: number, width: number, accumulate: boolean): void {
  const { data, rowStride, columnStride } = out;
  for (let i = 0; i < height; i++) {
    let to = out.offset + (row + i) * rowStride + column * columnStride;
    for (let j = 0; j < width; j++, to += columnStride) {
      const sum = sums[i * TILE + j];
      data[to] = accumulate ? data[to] + sum : sum;
    }
  }
}

function atLeast(buffer: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return buffer.length >= length ? buffer : new Float64Array(length);
}
