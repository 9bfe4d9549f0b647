import type { Floats } from '../../numerics/numbers.js';
import type { Matrix } from './Matrix.js';

/**
 * The product of matrices of any size and layout.
 *
 * *Method:* a tile of four rows of A by four columns of B has sixteen local sums. For each block of k, the rows of A and four
 * columns of B are first copied in the order in which the tile reads them, with zeros at the edges. So one loop handles every
 * layout.
 */

/** The size of a block of k, whose products have a sum of their own. It is part of a product's definition, and never changes. */
export const DEPTH = 256;

const { fround } = Math;

/** The number of rows, and of columns, in a tile. */
const TILE = 4;
/** The number of rows of A that are packed at a time: 1 MB of float32, which fits into a second-level cache. */
const ROWS = 1024;

const sums = new Float64Array(TILE * TILE);
let packedRows: Floats = new Float32Array(0);
let packedColumns: Floats = new Float32Array(0);

/** Computes out += A·B in float32, or in doubles. The sizes are those of `multiplyMatrices`. */
export function multiplyTiles(
  m: number,
  k: number,
  n: number,
  a: Matrix,
  b: Matrix,
  out: Matrix,
  isFloat32: boolean,
): void {
  packedRows = ofKind(packedRows, isFloat32, Math.ceil(Math.min(m, ROWS) / TILE) * TILE * DEPTH);
  packedColumns = ofKind(packedColumns, isFloat32, TILE * DEPTH);
  const multiplyTile = isFloat32 ? multiplyFloat32Tile : multiplyFloat64Tile;
  for (let start = 0; start < m; start += ROWS) {
    const end = Math.min(m, start + ROWS);
    for (let first = 0; first < k; first += DEPTH) {
      const depth = Math.min(DEPTH, k - first);
      for (let i = start; i < end; i += TILE) {
        const from = a.offset + i * a.rowStride + first * a.columnStride;
        packLines(
          a.data,
          from,
          a.rowStride,
          a.columnStride,
          Math.min(TILE, end - i),
          depth,
          packedRows,
          (i - start) * depth,
        );
      }
      for (let j = 0; j < n; j += TILE) {
        const width = Math.min(TILE, n - j);
        const from = b.offset + first * b.rowStride + j * b.columnStride;
        packLines(b.data, from, b.columnStride, b.rowStride, width, depth, packedColumns, 0);
        for (let i = start; i < end; i += TILE) {
          multiplyTile(packedRows, (i - start) * depth, packedColumns, depth);
          addTile(out, i, Math.min(TILE, end - i), j, width);
        }
      }
    }
  }
}

/**
 * Copies `count` lines of `depth` elements, so that the four elements with the same k become neighbours. Zeros fill the missing
 * lines.
 * @param stride the distance from one line to the next
 * @param step the distance from one element of a line to the next
 */
function packLines(
  data: Floats,
  start: number,
  stride: number,
  step: number,
  count: number,
  depth: number,
  packed: Floats,
  at: number,
): void {
  if (stride === 1 && count === TILE) {
    for (let p = 0, from = start, to = at; p < depth; p++, from += step, to += TILE) {
      packed[to] = data[from];
      packed[to + 1] = data[from + 1];
      packed[to + 2] = data[from + 2];
      packed[to + 3] = data[from + 3];
    }
    return;
  }
  const end = at + depth * TILE;
  for (let line = 0; line < count; line++) {
    for (let to = at + line, from = start + line * stride; to < end; to += TILE, from += step) packed[to] = data[from];
  }
  for (let line = count; line < TILE; line++) for (let to = at + line; to < end; to += TILE) packed[to] = 0;
}

/** Writes four packed rows times four packed columns to `sums`, and rounds every step to float32. */
function multiplyFloat32Tile(rows: Floats, at: number, columns: Floats, depth: number): void {
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
  const end = at + depth * TILE;
  for (let p = at, q = 0; p < end; p += TILE, q += TILE) {
    const c0 = columns[q];
    const c1 = columns[q + 1];
    const c2 = columns[q + 2];
    const c3 = columns[q + 3];
    const r0 = rows[p];
    s00 = fround(s00 + fround(r0 * c0));
    s01 = fround(s01 + fround(r0 * c1));
    s02 = fround(s02 + fround(r0 * c2));
    s03 = fround(s03 + fround(r0 * c3));
    const r1 = rows[p + 1];
    s10 = fround(s10 + fround(r1 * c0));
    s11 = fround(s11 + fround(r1 * c1));
    s12 = fround(s12 + fround(r1 * c2));
    s13 = fround(s13 + fround(r1 * c3));
    const r2 = rows[p + 2];
    s20 = fround(s20 + fround(r2 * c0));
    s21 = fround(s21 + fround(r2 * c1));
    s22 = fround(s22 + fround(r2 * c2));
    s23 = fround(s23 + fround(r2 * c3));
    const r3 = rows[p + 3];
    s30 = fround(s30 + fround(r3 * c0));
    s31 = fround(s31 + fround(r3 * c1));
    s32 = fround(s32 + fround(r3 * c2));
    s33 = fround(s33 + fround(r3 * c3));
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

/** Writes four packed rows times four packed columns to `sums`, in doubles. */
function multiplyFloat64Tile(rows: Floats, at: number, columns: Floats, depth: number): void {
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
  const end = at + depth * TILE;
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

function addTile(
  { data, offset, rowStride, columnStride }: Matrix,
  row: number,
  height: number,
  column: number,
  width: number,
): void {
  for (let i = 0; i < height; i++) {
    let to = offset + (row + i) * rowStride + column * columnStride;
    for (let j = 0; j < width; j++, to += columnStride) data[to] += sums[i * TILE + j];
  }
}

/** Returns the buffer if it has the dtype and at least the length, or else a new one. */
function ofKind(buffer: Floats, isFloat32: boolean, length: number): Floats {
  const Kind = isFloat32 ? Float32Array : Float64Array;
  return buffer instanceof Kind && buffer.length >= length ? buffer : new Kind(length);
}
