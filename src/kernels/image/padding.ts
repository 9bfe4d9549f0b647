/**
 * Moves elements between images and their padded forms.
 *
 * *Method:* where a padded row comes from is worked out once for all images, and so is where each of its columns comes
 * from; every mode of padding is then the same pair of loops.
 */

import { skipsWork } from '../dryRun.js';

/** Elements of any dtype: they are moved, not computed with. */
type Movable = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Where the elements of a padded image come from. */
export interface PaddingMap {
  /** Elements of one image before padding. */
  readonly size: number;
  /** For each padded row, the start of the image's row that it shows; −1 in the padding. */
  readonly rows: Int32Array;
  /** For each padded column, the place in such a row that it shows; −1 in the padding. */
  readonly columns: Int32Array;
}

/**
 * @param sizes of the dimensions that are padded, outermost first, at least one
 * @param sources for each of them and each padded index, the image's index that shows there; −1 in the padding
 */
export function buildPaddingMap(sizes: readonly number[], sources: readonly Int32Array[]): PaddingMap {
  const last = sizes.length - 1;
  let rows = Int32Array.of(0);
  let size = sizes[last];
  // Strides grow outwards, so the rows of the inner dimensions are repeated for each index of the outer one.
  for (let d = last - 1; d >= 0; d--) {
    const inner = rows;
    rows = new Int32Array(sources[d].length * inner.length);
    for (let i = 0, to = 0; i < sources[d].length; i++) {
      const start = sources[d][i] * size;
      for (let j = 0; j < inner.length; j++) rows[to++] = start < 0 || inner[j] < 0 ? -1 : start + inner[j];
    }
    size *= sizes[d];
  }
  return { size, rows, columns: sources[last] };
}

/** Writes the padded form of every image; what is padding keeps the value it has. */
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

/** Adds every padded element to the element it shows: the gradient of {@link padImages}. */
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
