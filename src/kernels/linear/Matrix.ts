import type { Floats } from '../../numerics/numbers.js';

/** A matrix inside an array: element (i, j) is `data[offset + i·rowStride + j·columnStride]`. */
export interface Matrix {
  readonly data: Floats;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A matrix stored row by row. */
export function rowMajor(data: Floats, columns: number, offset = 0): Matrix {
  return { data, offset, rowStride: columns, columnStride: 1 };
}

/** The transpose of a matrix; nothing is moved. */
export function transposeOf({ data, offset, rowStride, columnStride }: Matrix): Matrix {
  return { data, offset, rowStride: columnStride, columnStride: rowStride };
}

/** The part of a matrix that starts at element (i, j); nothing is moved. */
export function partOf({ data, offset, rowStride, columnStride }: Matrix, i: number, j: number): Matrix {
  return { data, offset: offset + i * rowStride + j * columnStride, rowStride, columnStride };
}

/** Contiguous elements from which on a line is copied as a whole. */
const LONG_LINE = 48;

/** Copies a matrix to another of the same size, element by element where they lie apart. */
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
