/*
 * Where the parts of the memory of assembly/matrices start, in elements of 4 bytes; the module's constants lie below. It
 * never grows, so views of it stay good.
 */

/** Elements of the smaller parts, and of the larger ones. */
export const SMALL = 2 ** 18;
export const LARGE = 2 ** 20;

export const ROWS = 1024;
export const PACKED_ROWS = ROWS + SMALL;
export const SEGMENTS = PACKED_ROWS + SMALL;
export const CHANNELS = SEGMENTS + SMALL;
export const COLUMNS = CHANNELS + SMALL;
export const PACKED_COLUMNS = COLUMNS + LARGE;
export const SUMS = PACKED_COLUMNS + LARGE;
export const WORKSPACE = SUMS + LARGE;
export const KEPT = WORKSPACE + LARGE;
export const END = KEPT + 4 * LARGE;

/** Pages of memory that are needed: 36 MB, of which those never used cost nothing. Tiles may read a bit beyond the end. */
export const MATRIX_PAGES = Math.ceil(((END + ROWS) * 4) / 65536);

/** Where the parts that a product uses start, and their sizes, in elements of its dtype. */
export interface Room {
  readonly rows: number;
  readonly packedRows: number;
  readonly columns: number;
  readonly packedColumns: number;
  readonly sums: number;
  readonly small: number;
  readonly large: number;
}

/** @param bytes of an element */
export function roomOf(bytes: number): Room {
  const scale = 4 / bytes;
  return {
    rows: ROWS * scale,
    packedRows: PACKED_ROWS * scale,
    columns: COLUMNS * scale,
    packedColumns: PACKED_COLUMNS * scale,
    sums: SUMS * scale,
    small: SMALL * scale,
    large: LARGE * scale,
  };
}
