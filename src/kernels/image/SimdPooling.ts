import type { Floats } from '../../numerics/numbers.js';
import { type MatrixInstance, matrixInstance } from '../wasm/matrixInstance.js';
import { COLUMNS, LARGE, PACKED_COLUMNS, PACKED_ROWS, SMALL, SUMS } from '../wasm/simdMemory.js';
import { wrapOnce } from '../wasm/wrapOnce.js';
import type { PoolAxes, PoolAxis } from './PoolAxis.js';

/** The number of bytes in an element. */
const BYTES = 4;
// Pooling shares these parts of the memory with the matrix product. The two never run at the same time.
const TABLE = PACKED_ROWS;
const IMAGE = COLUMNS;
const VALUES = PACKED_COLUMNS;
const INDICES = SUMS;

/**
 * Max pooling in WebAssembly, four windows at a time. The vectors need no branches, which a processor would mispredict too
 * often.
 */
export class SimdPooling {
  private readonly run: MatrixInstance['run'];
  private readonly floats: Float32Array;
  private readonly integers: Int32Array;

  constructor({ run, memory }: MatrixInstance) {
    this.run = run;
    this.floats = new Float32Array(memory);
    this.integers = new Int32Array(memory);
  }

  /**
   * Does the work of `maxPool`. Returns false, and writes nothing, for another dtype than float32 and for windows that these
   * loops cannot handle.
   */
  maxPool(image: Floats, [depths, rows, columns]: PoolAxes, values: Floats, indices: Int32Array): boolean {
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
        indices.length > 0 ? INDICES * BYTES : 0,
      );
      values.set(this.floats.subarray(VALUES, VALUES + count * windows), plane * windows);
      if (indices.length > 0) indices.set(this.integers.subarray(INDICES, INDICES + count * windows), plane * windows);
    }
    return true;
  }
}

const wrap = wrapOnce(SimdPooling);

/** Returns the loops for pooling a number of elements; `undefined` if they are too few, or if SIMD is not in use. */
export function simdPooling(elements: number): SimdPooling | undefined {
  return wrap(matrixInstance(elements));
}

/** Finds the windows of the largest width; `null` if they are not neighbours at equal distances. */
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
