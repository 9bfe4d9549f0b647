import type { Floats } from '../../numerics/numbers.js';
import { COLUMNS, LARGE, PACKED_COLUMNS, PACKED_ROWS, SMALL, SUMS } from '../wasm/simdMemory.js';
import type { PoolAxes, PoolAxis } from './PoolAxis.js';

/** What the module of assembly/matrices exports for pooling; addresses are in bytes. */
export interface PoolingExports {
  maxPool(
    image: number,
    planes: number,
    height: number,
    width: number,
    table: number,
    rows: number,
    rowStep: number,
    columns: number,
    columnStep: number,
    first: number,
    last: number,
    stride: number,
    values: number,
    places: number,
  ): void;
}

/** Bytes of an element. */
const BYTES = 4;
// Between two products the parts of the memory that those copy to are free.
const TABLE = PACKED_ROWS;
const IMAGE = COLUMNS;
const VALUES = PACKED_COLUMNS;
const PLACES = SUMS;

/** Max pooling in WebAssembly, four windows at a time: a branch for each element would guess wrongly too often. */
export class SimdPooling {
  private readonly floats: Float32Array;
  private readonly integers: Int32Array;

  constructor(
    private readonly run: PoolingExports,
    memory: ArrayBuffer,
  ) {
    this.floats = new Float32Array(memory);
    this.integers = new Int32Array(memory);
  }

  /** As `maxPool`, for planes of float32; returns whether it could. */
  maxPool(image: Floats, [depths, rows, columns]: PoolAxes, values: Floats, places: Int32Array): boolean {
    const interior = interiorOf(columns);
    const planeSize = rows.size * columns.size;
    const windows = rows.starts.length * columns.starts.length;
    const most = Math.floor(LARGE / Math.max(planeSize, windows, 1));
    const tableSize = 2 * (rows.starts.length + columns.starts.length);
    if (!(image instanceof Float32Array) || interior === null) return false;
    if (depths.size !== 1 || depths.starts.length !== 1 || most === 0 || tableSize > SMALL) return false;
    let at = TABLE;
    for (const bounds of [rows.starts, rows.ends, columns.starts, columns.ends]) {
      this.integers.set(bounds, at);
      at += bounds.length;
    }
    const planes = image.length / planeSize;
    for (let plane = 0; plane < planes; plane += most) {
      const count = Math.min(most, planes - plane);
      this.floats.set(image.subarray(plane * planeSize, (plane + count) * planeSize), IMAGE);
      this.run.maxPool(
        IMAGE * BYTES,
        count,
        rows.size,
        columns.size,
        TABLE * BYTES,
        rows.starts.length,
        rows.step,
        columns.starts.length,
        columns.step,
        interior.first,
        interior.last,
        interior.stride,
        VALUES * BYTES,
        places.length > 0 ? PLACES * BYTES : 0,
      );
      values.set(this.floats.subarray(VALUES, VALUES + count * windows), plane * windows);
      if (places.length > 0) places.set(this.integers.subarray(PLACES, PLACES + count * windows), plane * windows);
    }
    return true;
  }
}

/** The windows that are as wide as the widest, if they stand side by side at equal distances. */
function interiorOf({ starts, ends }: PoolAxis): { first: number; last: number; stride: number } | null {
  const widths = starts.map((start, i) => ends[i] - start);
  const widest = widths.reduce((a, b) => Math.max(a, b), 1);
  const first = widths.indexOf(widest);
  const last = widths.lastIndexOf(widest) + 1;
  const stride = last - first > 1 ? starts[first + 1] - starts[first] : 1;
  for (let i = first; i < last; i++) {
    if (widths[i] !== widest || starts[i] !== starts[first] + (i - first) * stride) return null;
  }
  return { first, last, stride };
}
