import type { Floats } from '../../numerics/numbers.js';

/** A matrix inside an array: element (i, j) is `data[offset + i·rowStride + j·columnStride]`. */
export interface Matrix {
  readonly data: Floats;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Returns a matrix that is stored row by row. */
export function rowMajor(data: Floats, columns: number, offset = 0): Matrix {
  return { data, offset, rowStride: columns, columnStride: 1 };
}

/** Returns the transpose of a matrix, as a view of the same elements. */
export function transposeOf({ data, offset, rowStride, columnStride }: Matrix): Matrix {
  return { data, offset, rowStride: columnStride, columnStride: rowStride };
}

/** Returns the part of a matrix that starts at element (i, j), as a view of the same elements. */
export function partOf({ data, offset, rowStride, columnStride }: Matrix, i: number, j: number): Matrix {
  return { data, offset: offset + i * rowStride + j * columnStride, rowStride, columnStride };
}

/** The least number of contiguous elements for which `set` is faster than a loop. */
const LONG_LINE = 48;

/** Copies a matrix to another one of the same size. Contiguous lines are copied as a whole. */
export function copyMatrix(rows: number, columns: number, from: Matrix, to: Matrix): void {
  if (from.rowStride === 1 && to.rowStride === 1 && columns > 1) {
    copyMatrix(columns, rows, transposeOf(from), transposeOf(to));
    return;
  }
  const { data } = to;
  const isDense = from.columnStride === 1 && to.columnStride === 1;
  if (isDense && from.rowStride === columns && to.rowStride === columns) {
    data.set(from.data.subarray(from.offset, from.offset + rows * columns), to.offset);
    return;
  }
  for (let i = 0; i < rows; i++) {
    let at = from.offset + i * from.rowStride;
    let put = to.offset + i * to.rowStride;
    if (isDense && columns >= LONG_LINE) data.set(from.data.subarray(at, at + columns), put);
    else
      for (const end = put + columns * to.columnStride; put < end; put += to.columnStride, at += from.columnStride)
        data[put] = from.data[at];
  }
}
