import { copyMatrix, type Matrix, partOf, rowMajor, transposeOf } from './Matrix.js';
import {
  CHANNELS,
  COLUMNS,
  END,
  KEPT,
  LARGE,
  PACKED_COLUMNS,
  PACKED_ROWS,
  ROWS,
  SEGMENTS,
  SMALL,
  SUMS,
  WORKSPACE,
} from './simdMemory.js';
import { DEPTH } from './tiledProduct.js';
import type { Band, WindowMap } from './windowMap.js';

/** What the module of assembly/matrices exports; addresses and distances are in bytes. */
export interface MatrixExports {
  pack(from: number, stride: number, step: number, lines: number, depth: number, to: number, width: number): void;
  multiply(
    m: number,
    depth: number,
    n: number,
    a: number,
    b: number,
    pitch: number,
    step: number,
    c: number,
    row: number,
  ): void;
  gather: MoveWindows;
  scatter: MoveWindows;
}

type MoveWindows = (
  image: number,
  channels: number,
  channelSize: number,
  columns: number,
  segments: number,
  taps: number,
  step: number,
  firstRow: number,
  lastRow: number,
  first: number,
  last: number,
) => void;

type Floats = Float32Array | Float64Array;

/** Bytes of an element. */
const BYTES = 4;
/** Rows and columns of the tile. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 8;
/** As many rows read B where it lies: packing it would cost more than its distances. */
const FEW_ROWS = 8;
/** Elements of k that are in memory at a time, a multiple of the block. */
const MOST_DEPTH = 2 ** 14;

/**
 * The matrix product and the windows of convolutions in WebAssembly, four float32 at a time.
 *
 * *Method:* operands are copied into the module's memory a part at a time, unless they are there already, and packed
 * there; the sums are copied back once. The memory never grows, so views of it stay good.
 */
export class SimdMatrices {
  private readonly heap: Float32Array;
  private readonly segments: Int32Array;
  /** The map whose segments are in memory. */
  private map: WindowMap | null = null;
  /** Where the next right factor that is kept will stand. */
  private free = KEPT;

  constructor(
    private readonly run: MatrixExports,
    memory: ArrayBuffer,
  ) {
    this.heap = new Float32Array(memory);
    this.segments = new Int32Array(memory, SEGMENTS * BYTES, SMALL);
  }

  /** Whether an array lies in this memory. */
  holds(array: Floats): boolean {
    return array.buffer === this.heap.buffer;
  }

  /** An array in this memory for a matrix of windows, good until the next one; `null` if it is too large. */
  workspace(length: number): Float32Array | null {
    return length <= LARGE ? this.heap.subarray(WORKSPACE, WORKSPACE + length) : null;
  }

  /** out = A·B or out += A·B, as `multiplyMatrices`, all of float32. */
  multiply(m: number, k: number, n: number, a: Matrix, b: Matrix, out: Matrix, accumulate: boolean): void {
    for (let p = 0; p === 0 || p < k; p += MOST_DEPTH) {
      const depth = Math.min(MOST_DEPTH, k - p);
      const most = Math.floor(LARGE / Math.max(depth, DEPTH) / TILE_COLUMNS) * TILE_COLUMNS;
      const left = partOf(a, 0, p);
      for (let j = 0; j < n; j += most) {
        const width = Math.min(most, n - j);
        const columns = this.bringIn(depth, width, partOf(b, p, j), COLUMNS);
        const isInPlace = m <= FEW_ROWS && columns.columnStride === 1;
        if (!isInPlace) this.packColumns(depth, width, columns, PACKED_COLUMNS);
        const right = isInPlace ? columns : PACKED_COLUMNS;
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
    const at = this.free;
    const size = k * padded(n);
    if (k > MOST_DEPTH || n > LARGE / DEPTH || at + size > END) return false;
    for (let p = 0; p < k; p += DEPTH) {
      const depth = Math.min(DEPTH, k - p);
      this.packColumns(depth, n, this.bringIn(depth, n, partOf(b, p, 0), COLUMNS), at + p * padded(n));
    }
    this.free = at + size;
    try {
      body((m, a, out, accumulate) => this.multiplyBy(m, k, n, a, at, out, accumulate));
    } finally {
      this.free = at;
    }
    return true;
  }

  /** As `gatherWindows`, into a workspace; returns whether it could. */
  gather(image: Floats, offset: number, channels: number, columns: Floats, map: WindowMap, band: Band): boolean {
    return this.moveWindows(this.run.gather, false, image, offset, channels, columns, map, band);
  }

  /** As `scatterWindows`, from a workspace; returns whether it could. */
  scatter(columns: Floats, image: Floats, offset: number, channels: number, map: WindowMap, band: Band): boolean {
    return this.moveWindows(this.run.scatter, true, image, offset, channels, columns, map, band);
  }

  private moveWindows(
    move: MoveWindows,
    writesImage: boolean,
    image: Floats,
    offset: number,
    channels: number,
    columns: Floats,
    map: WindowMap,
    { firstRow, lastRow, first, last, size }: Band,
  ): boolean {
    const { channelSize, taps, step, segments } = map;
    if (channelSize > SMALL || segments.length > SMALL) return false;
    if (this.map !== map) this.segments.set(segments);
    this.map = map;
    const most = Math.floor(SMALL / channelSize);
    for (let channel = 0; channel < channels; channel += most) {
      const count = Math.min(most, channels - channel);
      const start = offset + channel * channelSize;
      const length = count * channelSize;
      const to = columns.byteOffset + channel * taps * size * BYTES;
      this.heap.set(image.subarray(start, start + length), CHANNELS);
      move(CHANNELS * BYTES, count, channelSize, to, SEGMENTS * BYTES, taps, step, firstRow, lastRow, first, last);
      if (writesImage) image.set(this.heap.subarray(CHANNELS, CHANNELS + length), start);
    }
    return true;
  }

  /** Packs k×n columns in memory as panels of eight, block of k after block. */
  private packColumns(k: number, n: number, columns: Matrix, to: number): void {
    const { offset, rowStride, columnStride } = columns;
    for (let p = 0; p < k; p += DEPTH) {
      const depth = Math.min(DEPTH, k - p);
      const from = (offset + p * rowStride) * BYTES;
      const panels = (to + p * padded(n)) * BYTES;
      this.run.pack(from, columnStride * BYTES, rowStride * BYTES, n, depth, panels, TILE_COLUMNS);
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
    const isPacked = typeof columns === 'number';
    const most = Math.floor(Math.min(SMALL / Math.max(k, 1), LARGE / n) / TILE_ROWS) * TILE_ROWS;
    for (let i = 0; i < m; i += most) {
      const height = Math.min(most, m - i);
      const rows = this.bringIn(height, k, partOf(a, i, 0), ROWS);
      const target = partOf(out, i, 0);
      const sums = this.prepareSums(height, n, target, accumulate);
      for (let p = 0; p < k; p += DEPTH) {
        const depth = Math.min(DEPTH, k - p);
        const from = (rows.offset + p * rows.columnStride) * BYTES;
        const panels = PACKED_ROWS * BYTES;
        this.run.pack(from, rows.rowStride * BYTES, rows.columnStride * BYTES, height, depth, panels, TILE_ROWS);
        const at = (isPacked ? columns + p * padded(n) : columns.offset + p * columns.rowStride) * BYTES;
        const pitch = (isPacked ? TILE_COLUMNS : columns.rowStride) * BYTES;
        const step = (isPacked ? depth : 1) * TILE_COLUMNS * BYTES;
        this.run.multiply(height, depth, n, panels, at, pitch, step, sums.offset * BYTES, sums.rowStride * BYTES);
      }
      if (!this.holds(out.data)) copyMatrix(height, n, sums, target);
    }
  }

  /** What a product is added to, row by row in memory: `out` itself if it is there, or a copy. */
  private prepareSums(rows: number, columns: number, out: Matrix, accumulate: boolean): Matrix {
    const isHere = this.holds(out.data);
    const sums = isHere ? this.locate(out) : rowMajor(this.heap, columns, SUMS);
    if (!accumulate) {
      for (let i = 0, at = sums.offset; i < rows; i++, at += sums.rowStride) this.heap.fill(0, at, at + columns);
    } else if (!isHere) copyMatrix(rows, columns, out, sums);
    return sums;
  }

  /** A matrix in memory: itself if it is there, or a copy at `to` of which the rows or the columns are dense. */
  private bringIn(rows: number, columns: number, matrix: Matrix, to: number): Matrix {
    if (this.holds(matrix.data)) return this.locate(matrix);
    const isByColumn = matrix.rowStride === 1 && matrix.columnStride !== 1;
    const copy = isByColumn ? transposeOf(rowMajor(this.heap, rows, to)) : rowMajor(this.heap, columns, to);
    copyMatrix(rows, columns, matrix, copy);
    return copy;
  }

  /** A matrix in memory, seen from the start of the memory. */
  private locate({ data, offset, rowStride, columnStride }: Matrix): Matrix {
    return { data: this.heap, offset: data.byteOffset / BYTES + offset, rowStride, columnStride };
  }
}

/** Columns of all panels that hold `n`. */
function padded(n: number): number {
  return Math.ceil(n / TILE_COLUMNS) * TILE_COLUMNS;
}
