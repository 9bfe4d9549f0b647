import type { Floats } from '../../numerics/numbers.js';
import type { ProductLoops } from '../wasm/MatrixExports.js';
import { END, type ProductMemory, productMemory } from '../wasm/simdMemory.js';
import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from './Matrix.js';
import { DEPTH } from './tiledProduct.js';

/** The number of rows in a tile, and the bytes of one row: eight columns of float32, four of float64. */
const TILE_ROWS = 4;
const TILE_BYTES = 32;
/** Up to this many rows of A, B is read in its own layout, because packing it would cost more. */
const FEW_ROWS = 8;
/** The largest part of k that is in memory at a time, a multiple of the block `DEPTH`. */
const MOST_DEPTH = 2 ** 14;

/**
 * The matrix product in WebAssembly, a vector of 16 bytes at a time.
 *
 * *Method:* the operands are copied into the module's memory, one part at a time, unless they lie there already. There they
 * are packed. The sums are copied back once.
 */
export class SimdProduct {
  /** The number of bytes in an element. */
  private readonly bytes: number;
  private readonly tileColumns: number;
  private readonly parts: ProductMemory;

  /**
   * @param heap the whole memory
   * @param kept the address, in bytes, of the next right factor that is kept; the products of one memory share it
   */
  constructor(
    private readonly heap: Floats,
    private readonly run: ProductLoops,
    private readonly kept: { free: number },
  ) {
    this.bytes = heap.BYTES_PER_ELEMENT;
    this.tileColumns = TILE_BYTES / this.bytes;
    this.parts = productMemory(this.bytes);
  }

  /** Computes out = A·B or out += A·B, as `multiplyMatrices` does. All three have the dtype of the heap. */
  multiply(m: number, k: number, n: number, a: Matrix, b: Matrix, out: Matrix, accumulate: boolean): void {
    const { parts, tileColumns } = this;
    for (let p = 0; p === 0 || p < k; p += MOST_DEPTH) {
      const depth = Math.min(MOST_DEPTH, k - p);
      const most = Math.floor(parts.large / Math.max(depth, DEPTH) / tileColumns) * tileColumns;
      const left = partOf(a, 0, p);
      for (let j = 0; j < n; j += most) {
        const width = Math.min(most, n - j);
        const columns = this.toMemory(depth, width, partOf(b, p, j), parts.columns);
        const isInPlace = m <= FEW_ROWS && columns.columnStride === 1;
        if (!isInPlace) this.packColumns(depth, width, columns, parts.packedColumns);
        const right = isInPlace ? columns : parts.packedColumns;
        this.multiplyBy(m, depth, width, left, right, partOf(out, 0, j), accumulate || p > 0);
      }
    }
  }

  /**
   * Packs B, k×n, and runs `body` with a function that multiplies by it. B stays in memory until `body` returns.
   * @returns false, without running `body`, if the memory has no space for B
   */
  keep(
    k: number,
    n: number,
    b: Matrix,
    body: (multiply: (m: number, a: Matrix, out: Matrix, accumulate: boolean) => void) => void,
  ): boolean {
    const { parts, kept, bytes } = this;
    const start = kept.free;
    const end = start + k * this.padded(n) * bytes;
    if (k > MOST_DEPTH || n > parts.large / DEPTH || end > END * 4) return false;
    const at = start / bytes;
    for (let p = 0; p < k; p += DEPTH) {
      const depth = Math.min(DEPTH, k - p);
      this.packColumns(depth, n, this.toMemory(depth, n, partOf(b, p, 0), parts.columns), at + p * this.padded(n));
    }
    kept.free = end;
    try {
      body((m, a, out, accumulate) => this.multiplyBy(m, k, n, a, at, out, accumulate));
    } finally {
      kept.free = start;
    }
    return true;
  }

  /** Packs k×n columns in panels as wide as a tile, one block of k after another. */
  private packColumns(k: number, n: number, columns: Matrix, to: number): void {
    const { offset, rowStride, columnStride } = columns;
    const { bytes, tileColumns } = this;
    for (let p = 0; p < k; p += DEPTH) {
      const depth = Math.min(DEPTH, k - p);
      const from = (offset + p * rowStride) * bytes;
      const panels = (to + p * this.padded(n)) * bytes;
      this.run.pack(from, columnStride * bytes, rowStride * bytes, n, depth, panels, tileColumns);
    }
  }

  /** @param columns the index at which B is packed, or B itself in memory, row by row */
  private multiplyBy(
    m: number,
    k: number,
    n: number,
    a: Matrix,
    columns: number | Matrix,
    out: Matrix,
    accumulate: boolean,
  ): void {
    const { bytes, parts, run, tileColumns } = this;
    const isPacked = typeof columns === 'number';
    const most = Math.floor(Math.min(parts.small / Math.max(k, 1), parts.large / n) / TILE_ROWS) * TILE_ROWS;
    for (let i = 0; i < m; i += most) {
      const height = Math.min(most, m - i);
      const rows = this.toMemory(height, k, partOf(a, i, 0), parts.rows);
      const target = partOf(out, i, 0);
      const sums = this.prepareSums(height, n, target, accumulate);
      for (let p = 0; p < k; p += DEPTH) {
        const depth = Math.min(DEPTH, k - p);
        const from = (rows.offset + p * rows.columnStride) * bytes;
        const panels = parts.packedRows * bytes;
        run.pack(from, rows.rowStride * bytes, rows.columnStride * bytes, height, depth, panels, TILE_ROWS);
        const at = (isPacked ? columns + p * this.padded(n) : columns.offset + p * columns.rowStride) * bytes;
        const pitch = (isPacked ? tileColumns : columns.rowStride) * bytes;
        const step = (isPacked ? depth : 1) * tileColumns * bytes;
        run.multiply(height, depth, n, panels, at, pitch, step, sums.offset * bytes, sums.rowStride * bytes);
      }
      if (!this.isInMemory(out.data)) copyMatrix(height, n, sums, target);
    }
  }

  /** Returns the matrix in memory to which a product is added: `out` itself if it lies there, or else a copy, row by row. */
  private prepareSums(rows: number, columns: number, out: Matrix, accumulate: boolean): Matrix {
    const isInMemory = this.isInMemory(out.data);
    const sums = isInMemory ? this.locate(out) : rowMajor(this.heap, columns, this.parts.sums);
    if (!accumulate) {
      for (let i = 0, at = sums.offset; i < rows; i++, at += sums.rowStride) this.heap.fill(0, at, at + columns);
    } else if (!isInMemory) copyMatrix(rows, columns, out, sums);
    return sums;
  }

  /** Returns a matrix in memory: the matrix itself if it lies there, or else a copy at `to` with dense rows or columns. */
  private toMemory(rows: number, columns: number, matrix: Matrix, to: number): Matrix {
    if (this.isInMemory(matrix.data)) return this.locate(matrix);
    const isByColumn = matrix.rowStride === 1 && matrix.columnStride !== 1;
    const copy = isByColumn ? transposeOf(rowMajor(this.heap, rows, to)) : rowMajor(this.heap, columns, to);
    copyMatrix(rows, columns, matrix, copy);
    return copy;
  }

  /** Returns a matrix that lies in memory, with an offset from the start of the memory. */
  private locate({ data, offset, rowStride, columnStride }: Matrix): Matrix {
    return { data: this.heap, offset: data.byteOffset / this.bytes + offset, rowStride, columnStride };
  }

  private isInMemory(array: Floats): boolean {
    return array.buffer === this.heap.buffer;
  }

  /** Rounds n up to whole panels. */
  private padded(n: number): number {
    return Math.ceil(n / this.tileColumns) * this.tileColumns;
  }
}
