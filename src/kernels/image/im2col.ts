/**
 * Moves the windows of an image to the columns of a matrix, and back. A convolution is then a matrix product.
 *
 * *Method:* the matrix has one row for every channel and every element of the kernel. The row holds the image element that this
 * kernel element sees at each output position, segment by segment, with zeros for the padding. Handling one band of output
 * positions at a time keeps the matrix small.
 */

import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import { simdWindowsAround } from './SimdWindows.js';
import { type Band, SEGMENT, type WindowMap } from './windowMap.js';

/**
 * Writes the windows of `channels` channels at the positions of a band. The first channel starts at index `offset`.
 * @param columns [channels·taps, positions of the band]
 */
export function gatherWindows(
  image: Floats,
  offset: number,
  channels: number,
  columns: Floats,
  map: WindowMap,
  band: Band,
): void {
  if (skipsWork()) return;
  if (simdWindowsAround(columns)?.gather(image, offset, channels, columns, map, band)) return;
  const { channelSize, taps, step, segments } = map;
  const { firstRow, lastRow, first, last } = band;
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    const start = offset + channel * channelSize;
    for (let tap = 0; tap < taps; tap++) {
      for (let row = firstRow; row < lastRow; row++) {
        const at = (row * taps + tap) * SEGMENT;
        const begin = Math.min(last, Math.max(first, segments[at + 1]));
        const end = Math.max(begin, Math.min(last, segments[at + 2]));
        const origin = start + segments[at];
        for (let x = first; x < begin; x++) columns[to++] = 0;
        for (let x = begin, from = origin + begin * step; x < end; x++, from += step) columns[to++] = image[from];
        for (let x = end; x < last; x++) columns[to++] = 0;
      }
    }
  }
}

/** Adds the elements of `columns` to the image elements that they came from: the gradient of {@link gatherWindows}. */
export function scatterWindows(
  columns: Floats,
  image: Floats,
  offset: number,
  channels: number,
  map: WindowMap,
  band: Band,
): void {
  if (skipsWork()) return;
  if (simdWindowsAround(columns)?.scatter(columns, image, offset, channels, map, band)) return;
  const { channelSize, taps, step, segments } = map;
  const { firstRow, lastRow, first, last } = band;
  let from = 0;
  for (let channel = 0; channel < channels; channel++) {
    const start = offset + channel * channelSize;
    for (let tap = 0; tap < taps; tap++) {
      for (let row = firstRow; row < lastRow; row++, from += last - first) {
        const at = (row * taps + tap) * SEGMENT;
        const begin = Math.max(first, segments[at + 1]);
        const end = Math.min(last, segments[at + 2]);
        const origin = start + segments[at];
        for (let x = begin, to = origin + begin * step; x < end; x++, to += step)
          image[to] += columns[from + x - first];
      }
    }
  }
}
