import type { Floats } from '../../numerics/numbers.js';
import type { ProductLoops } from '../wasm/MatrixExports.js';
import { END, type Room, roomOf } from '../wasm/simdMemory.js';
import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from './Matrix.js';
import { DEPTH } from './tiledProduct.js';

/** Rows of the tile, and bytes of one of its rows: eight columns of float32, four of float64. */
const TILE_ROWS = 4;
const TILE_BYTES = 32;
/** As many rows read B where it lies: packing it would cost more than its distances. */
const FEW_ROWS = 8;
/** Elements of k that are in memory at a time, a multiple of the block. */
const MOST_DEPTH = 2 ** 14;

/**
 * The matrix product in WebAssembly, a vector of 16 bytes at a time.
 *
 * *Method:* operands are copied into the module's memory a part at a time, unless they are there already, and packed
 * there; the sums are copied back once.
 */
export class SimdProduct {
  /** Bytes of an element. */
  private readonly bytes: number;
  private readonly tileColumns: number;
  private readonly room: Room;

  /**
   * @param heap the whole memory
   * @param kept the byte where the next right factor that is kept will stand; products in one memory share it
   */
  constructor(
    private readonly heap: Floats,
    private readonly run: ProductLoops,
    private readonly kept: { free: number },
  ) {
    this.bytes = heap.BYTES_PER_ELEMENT;
    this.tileColumns = TILE_BYTES / this.bytes;
    this.room = roomOf(this.bytes);
  }

  /** out = A·B or out += A·B, as `multiplyMatrices`, all of the heap's dtype. */
  multiply(m: number, k: number, n: number, a: Matrix, b: Matrix, out: Matrix, accumulate: boolean): void {
    const { room, tileColumns } = this;
    for (let p = 0; p === 0 || p < k; p += MOST_DEPTH) {
      const depth = Math.min(MOST_DEPTH, k - p);
      const most = Math.floor(room.large / Math.max(depth, DEPTH) / tileColumns) * tileColumns;
      const left = partOf(a, 0, p);
      for (let j = 0; j < n; j += most) {
        const width = Math.min(most, n - j);
        const columns = this.bringIn(depth, width, partOf(b, p, j), room.columns);
        const isInPlace = m <= FEW_ROWS && columns.columnStride === 1;
        if (!isInPlace) this.packColumns(depth, width, columns, room.packedColumns);
        const right = isInPlace ? columns : room.packedColumns;
        this.multiplyBy(m, depth, width, left, right, partOf(out, 0, j), accumulate || p > 0);
      }
    }
  }

  /** Runs `body` while B, k×n, stays packed in memory, with what multiplies by it; returns whether there is room for B. */
  keep(
    k: number,
    n: number,
    b: Matrix,
    body: (multiply: (m: number, a: Matrix, out: Matrix, accumulate: boolean) => void) => void,
  ): boolean {
    const { room, kept, bytes } = this;
    const start = kept.free;
    const end = start + k * this.padded(n) * bytes;
    if (k > MOST_DEPTH || n > room.large / DEPTH || end > END * 4) return false;
    const at = start / bytes;
    for (let p = 0; p < k; p += DEPTH) {
      const depth = Math.min(DEPTH, k - p);
      this.packColumns(depth, n, this.bringIn(depth, n, partOf(b, p, 0), room.columns), at + p * this.padded(n));
    }
    kept.free = end;
    try {
      body((m, a, out, accumulate) => this.multiplyBy(m, k, n, a, at, out, accumulate));
    } finally {
      kept.free = start;
    }
    return true;
  }

  /** Packs k×n columns in memory as panels of a tile's columns, block of k after block. */
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

  /** @param columns where B is packed, or B itself in memory, row by row */
  private multiplyBy(
    m: number,
    k: number,
    n: number,
    a: Matrix,
    columns: number | Matrix,
    out: Matrix,
    accumulate: boolean,
  ): void {
    const { bytes, room, run, tileColumns } = this;
    const isPacked = typeof columns === 'number';
    const most = Math.floor(Math.min(room.small / Math.max(k, 1), room.large / n) / TILE_ROWS) * TILE_ROWS;
    for (let i = 0; i < m; i += most) {
      const height = Math.min(most, m - i);
      const rows = this.bringIn(height, k, partOf(a, i, 0), room.rows);
      const target = partOf(out, i, 0);
      const sums = this.prepareSums(height, n, target, accumulate);
      for (let p = 0; p < k; p += DEPTH) {
        const depth = Math.min(DEPTH, k - p);
        const from = (rows.offset + p * rows.columnStride) * bytes;
        const panels = room.packedRows * bytes;
        run.pack(from, rows.rowStride * bytes, rows.columnStride * bytes, height, depth, panels, TILE_ROWS);
        const at = (isPacked ? columns + p * this.padded(n) : columns.offset + p * columns.rowStride) * bytes;
        const pitch = (isPacked ? tileColumns : columns.rowStride) * bytes;
        const step = (isPacked ? depth : 1) * tileColumns * bytes;
        run.multiply(height, depth, n, panels, at, pitch, step, sums.offset * bytes, sums.rowStride * bytes);
      }
      if (!this.isHere(out.data)) copyMatrix(height, n, sums, target);
    }
  }

  /** What a product is added to, row by row in memory: `out` itself if it is there, or a copy. */
  private prepareSums(rows: number, columns: number, out: Matrix, accumulate: boolean): Matrix {
    const isHere = this.isHere(out.data);
    const sums = isHere ? this.locate(out) : rowMajor(this.heap, columns, this.room.sums);
    if (!accumulate) {
      for (let i = 0, at = sums.offset; i < rows; i++, at += sums.rowStride) this.heap.fill(0, at, at + columns);
    } else if (!isHere) copyMatrix(rows, columns, out, sums);
    return sums;
  }

  /** A matrix in memory: itself if it is there, or a copy at `to` of which the rows or the columns are dense. */
  private bringIn(rows: number, columns: number, matrix: Matrix, to: number): Matrix {
    if (this.isHere(matrix.data)) return this.locate(matrix);
    const isByColumn = matrix.rowStride === 1 && matrix.columnStride !== 1;
    const copy = isByColumn ? transposeOf(rowMajor(this.heap, rows, to)) : rowMajor(this.heap, columns, to);
    copyMatrix(rows, columns, matrix, copy);
    return copy;
  }

  /** A matrix in memory, seen from the start of the memory. */
  private locate({ data, offset, rowStride, columnStride }: Matrix): Matrix {
    return { data: this.heap, offset: data.byteOffset / this.bytes + offset, rowStride, columnStride };
  }

  private isHere(array: Floats): boolean {
    return array.buffer === this.heap.buffer;
  }

  /** Columns of all panels that hold `n`. */
  private padded(n: number): number {
    return Math.ceil(n / this.tileColumns) * this.tileColumns;
  }
}
