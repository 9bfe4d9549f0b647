import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import { SEGMENT, type WindowMap } from './windowMap.js';

/**
 * Convolution without copies of windows: each element of a filter times the segments of the image it sees. Sums of an
 * output row are doubles, rounded once.
 */

/** Sizes of one group of one image. */
export interface GroupSizes {
  readonly channels: number;
  /** Filters, which are output channels. */
  readonly rows: number;
}

/** Adds to `output`, [rows, positions] from `out` on, the sums over the windows of the image that starts at `image`. */
export function addSums(
  { channels, rows }: GroupSizes,
  { channelSize, taps, rows: height, width, step, segments }: WindowMap,
  images: Floats,
  image: number,
  filters: Floats,
  filter: number,
  output: Floats,
  out: number,
): void {
  if (skipsWork(rows * channels * taps * height * width)) return;
  const sums = new Float64Array(width);
  const depth = channels * taps;
  for (let f = 0; f < rows; f++) {
    for (let row = 0; row < height; row++) {
      sums.fill(0);
      let weightAt = filter + f * depth;
      for (let channel = 0; channel < channels; channel++) {
        const start = image + channel * channelSize;
        for (let at = row * taps * SEGMENT, end = at + taps * SEGMENT; at < end; at += SEGMENT) {
          const weight = filters[weightAt++];
          const last = segments[at + 2];
          let x = segments[at + 1];
          for (let from = start + segments[at] + x * step; x < last; x++, from += step)
            sums[x] += weight * images[from];
        }
      }
      const to = out + (f * height + row) * width;
      for (let x = 0; x < width; x++) output[to + x] += sums[x];
    }
  }
}

/** Adds to the image that starts at `image` what its elements contributed to an output, by the output's gradient. */
export function addByImage(
  { channels, rows }: GroupSizes,
  { channelSize, taps, rows: height, width, step, segments }: WindowMap,
  images: Floats,
  image: number,
  filters: Floats,
  filter: number,
  gradient: Floats,
  out: number,
): void {
  if (skipsWork(rows * channels * taps * height * width)) return;
  let weightAt = filter;
  for (let f = 0; f < rows; f++) {
    for (let channel = 0; channel < channels; channel++) {
      const start = image + channel * channelSize;
      for (let tap = 0; tap < taps; tap++) {
        const weight = filters[weightAt++];
        for (let row = 0; row < height; row++) {
          const at = (row * taps + tap) * SEGMENT;
          const from = out + (f * height + row) * width;
          const last = segments[at + 2];
          let x = segments[at + 1];
          for (let to = start + segments[at] + x * step; x < last; x++, to += step)
            images[to] += weight * gradient[from + x];
        }
      }
    }
  }
}

/** Adds to the filters that start at `filter` what their elements contributed to an output, by the output's gradient. */
export function addByFilters(
  { channels, rows }: GroupSizes,
  { channelSize, taps, rows: height, width, step, segments }: WindowMap,
  images: Floats,
  image: number,
  filters: Floats,
  filter: number,
  gradient: Floats,
  out: number,
): void {
  if (skipsWork(rows * channels * taps * height * width)) return;
  let weightAt = filter;
  for (let f = 0; f < rows; f++) {
    for (let channel = 0; channel < channels; channel++) {
      const start = image + channel * channelSize;
      for (let tap = 0; tap < taps; tap++) {
        let sum = 0;
        for (let row = 0; row < height; row++) {
          const at = (row * taps + tap) * SEGMENT;
          const by = out + (f * height + row) * width;
          const last = segments[at + 2];
          let x = segments[at + 1];
          for (let from = start + segments[at] + x * step; x < last; x++, from += step)
            sum += gradient[by + x] * images[from];
        }
        filters[weightAt++] += sum;
      }
    }
  }
}
