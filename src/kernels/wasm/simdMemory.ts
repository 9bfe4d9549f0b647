/*
 * The layout of the memory of assembly/matrices: the start of each part, in elements of 4 bytes. The constants of the module lie
 * below. The memory never grows, so views of it stay valid.
 */

/** The sizes of the smaller and of the larger parts, in elements of 4 bytes. */
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

/**
 * The size of the memory in pages of 64 KB, 36 MB together. The operating system provides a page on first use. The last
 * {@link ROWS} elements are a margin, because tiles may read a little beyond the end.
 */
export const MATRIX_PAGES = Math.ceil(((END + ROWS) * 4) / 65536);

/** The starts and the sizes of the parts that a matrix product uses, in elements of its dtype. */
export interface ProductMemory {
  readonly rows: number;
  readonly packedRows: number;
  readonly columns: number;
  readonly packedColumns: number;
  readonly sums: number;
  readonly small: number;
  readonly large: number;
}

/** @param bytes the size of an element */
export function productMemory(bytes: number): ProductMemory {
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
