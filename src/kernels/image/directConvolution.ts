import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import { SEGMENT, type WindowMap } from './windowMap.js';

/**
 * Convolution without copies of windows: each element of a filter is multiplied by the segments of the image that it sees. The
 * sums of an output row are doubles, which are rounded once.
 */

/** The sizes of one group of one image. */
export interface GroupSizes {
  readonly channels: number;
  /** The number of filters, which is the number of output channels. */
  readonly rows: number;
}

/** Adds to `output`, which is [rows, positions] from index `out` on, the sums over the windows of the image at index `image`. */
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

/** Adds to the image at index `image` its gradient, given the gradient of the output. */
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

/** Adds to the filters at index `filter` their gradient, given the gradient of the output. */
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
