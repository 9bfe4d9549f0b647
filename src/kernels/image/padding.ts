/**
 * Moves elements between images and padded images.
 *
 * *Method:* a map gives the source of each padded row and of each padded column. It is computed once for all images. With it,
 * the same two loops handle every mode of padding.
 */

import { createStorage } from '../../numerics/DType.js';
import { skipsWork } from '../dryRun.js';

/** Arrays of any dtype whose elements can be moved and added. */
type Movable = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The sources of the elements of a padded image. */
export interface PaddingMap {
  /** The number of elements in one image before padding. */
  readonly size: number;
  /** For each padded row, the index at which its source row starts in the image; −1 in the padding. */
  readonly rows: Int32Array;
  /** For each padded column, the index of its source in such a row; −1 in the padding. */
  readonly columns: Int32Array;
}

/**
 * @param sizes the sizes of the dimensions that are padded, outermost first, at least one
 * @param sources for each of these dimensions and each padded index, the index of its source in the image; −1 in the padding
 */
export function buildPaddingMap(sizes: readonly number[], sources: readonly Int32Array[]): PaddingMap {
  const last = sizes.length - 1;
  let rows: Int32Array = Int32Array.of(0);
  let size = sizes[last];
  // The rows of the inner dimensions repeat for each index of the next outer one.
  for (let d = last - 1; d >= 0; d--) {
    const inner = rows;
    rows = createStorage('int32', sources[d].length * inner.length);
    for (let i = 0, to = 0; i < sources[d].length; i++) {
      const start = sources[d][i] * size;
      for (let j = 0; j < inner.length; j++) rows[to++] = start < 0 || inner[j] < 0 ? -1 : start + inner[j];
    }
    size *= sizes[d];
  }
  return { size, rows, columns: sources[last] };
}

/** Writes the padded form of every image. Elements in the padding keep their value. */
export function padImages(images: Movable, padded: Movable, { size, rows, columns }: PaddingMap): void {
  if (skipsWork()) return;
  for (let to = 0, image = 0; to < padded.length; image += size) {
    for (let r = 0; r < rows.length; r++, to += columns.length) {
      if (rows[r] < 0) continue;
      const from = image + rows[r];
      for (let x = 0; x < columns.length; x++) if (columns[x] >= 0) padded[to + x] = images[from + columns[x]];
    }
  }
}

/** Adds every padded element to its source: the gradient of {@link padImages}. */
export function addPadded(padded: Movable, images: Movable, { size, rows, columns }: PaddingMap): void {
  if (skipsWork()) return;
  for (let from = 0, image = 0; from < padded.length; image += size) {
    for (let r = 0; r < rows.length; r++, from += columns.length) {
      if (rows[r] < 0) continue;
      const to = image + rows[r];
      for (let x = 0; x < columns.length; x++) if (columns[x] >= 0) images[to + columns[x]] += padded[from + x];
    }
  }
}
