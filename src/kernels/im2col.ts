/**
 * Windows of an image as columns of a matrix, so that a convolution is a matrix product, and back again.
 *
 * *Method:* an image has three spatial dimensions, of which the first ones may be 1. For every channel and every element of
 * the kernel there is one row of the matrix: what this element sees at each output position. Along the last dimension
 * that stands at equal distances in the image. Where such segments start, and which part of an output row they fill,
 * is worked out once for all channels and images; the rest of the row lies in the padding and is zeros. A band of the
 * output positions at a time keeps the matrix small.
 */

import { sparesWork } from './dryRun.js';

type Floats = Float32Array | Float64Array;

/** Three sizes, outermost first. */
export type Sizes3 = readonly [number, number, number];

/** How a kernel moves over an image; all sizes are of the three spatial dimensions. */
export interface WindowGeometry {
  readonly input: Sizes3;
  readonly kernel: Sizes3;
  readonly stride: Sizes3;
  readonly dilation: Sizes3;
  /** Padding before the first element. */
  readonly padding: Sizes3;
  readonly output: Sizes3;
}

/** Where the windows are in a channel of any image of one geometry. */
export interface WindowMap {
  /** Elements of a channel. */
  readonly channelSize: number;
  /** Elements of the kernel in a channel. */
  readonly taps: number;
  /** Output rows, of all depths. */
  readonly rows: number;
  /** Output positions in a row. */
  readonly width: number;
  /** Distance between the image's elements of a segment. */
  readonly step: number;
  /**
   * For each output row and, within it, each element of the kernel: the channel's element that the row's position 0 would
   * see, and the first and the last position (exclusive) that see an element of the image.
   */
  readonly segments: Int32Array;
}

/** Some of the output positions: part of one row, or whole rows. */
export interface Band {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly first: number;
  readonly last: number;
  /** The first of its positions among all of them, and how many it has. */
  readonly start: number;
  readonly size: number;
}

/** Numbers that stand for a segment in {@link WindowMap.segments}. */
export const SEGMENT = 3;

/** Works out where the windows are. */
export function buildWindowMap(geometry: WindowGeometry): WindowMap {
  const { input, kernel, stride, dilation, padding, output } = geometry;
  const [depth, height, width] = input;
  const rows = output[0] * output[1];
  const taps = kernel[0] * kernel[1] * kernel[2];
  const segments = new Int32Array(rows * taps * SEGMENT);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const oz = Math.floor(row / output[1]);
    const oy = row % output[1];
    for (let kz = 0; kz < kernel[0]; kz++) {
      const z = oz * stride[0] + kz * dilation[0] - padding[0];
      for (let ky = 0; ky < kernel[1]; ky++) {
        const y = oy * stride[1] + ky * dilation[1] - padding[1];
        const seesRow = z >= 0 && z < depth && y >= 0 && y < height;
        for (let kx = 0; kx < kernel[2]; kx++, at += SEGMENT) {
          if (!seesRow) continue;
          const x = kx * dilation[2] - padding[2];
          const first = Math.min(output[2], Math.max(0, Math.ceil(-x / stride[2])));
          segments[at] = (z * height + y) * width + x;
          segments[at + 1] = first;
          segments[at + 2] = Math.max(first, Math.min(output[2], Math.ceil((width - x) / stride[2])));
        }
      }
    }
  }
  return { channelSize: depth * height * width, taps, rows, width: output[2], step: stride[2], segments };
}

/**
 * Writes the windows of `channels` channels, of which the first starts at `offset`, at the positions of a band.
 * @param columns [channels·taps, positions of the band], from its start on
 */
export function gatherWindows(
  image: Floats,
  offset: number,
  channels: number,
  columns: Floats,
  { channelSize, taps, step, segments }: WindowMap,
  { firstRow, lastRow, first, last }: Band,
): void {
  if (sparesWork()) return;
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

/** Adds the elements of `columns` to the places of the image they came from: the gradient of {@link gatherWindows}. */
export function scatterWindows(
  columns: Floats,
  image: Floats,
  offset: number,
  channels: number,
  { channelSize, taps, step, segments }: WindowMap,
  { firstRow, lastRow, first, last }: Band,
): void {
  if (sparesWork()) return;
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

/** All output positions in bands of at most `limit`, which is at least 1; the first band is the largest. */
export function bandsOf({ rows, width }: Pick<WindowMap, 'rows' | 'width'>, limit: number): Band[] {
  const bands: Band[] = [];
  const height = Math.max(1, Math.floor(limit / width));
  const step = Math.min(width, limit);
  for (let firstRow = 0; firstRow < rows; firstRow += height) {
    const lastRow = Math.min(rows, firstRow + height);
    for (let first = 0; first < width; first += step) {
      const last = Math.min(width, first + step);
      bands.push({
        firstRow,
        lastRow,
        first,
        last,
        start: firstRow * width + first,
        size: (lastRow - firstRow) * (last - first),
      });
    }
  }
  return bands;
}
