import { createStorage } from '../../numerics/DType.js';

/**
 * The positions of the windows of a convolution.
 *
 * *Method:* an image has three spatial dimensions, and the sizes of the outer ones may be 1. Along the last dimension, the image
 * elements that one kernel element sees at the output positions of a row lie at equal distances. They form a segment. The start
 * of each segment, and the part of the output row that it fills, are computed once for all channels and images. The rest of the
 * row lies in the padding.
 */

/** Three sizes, outermost first. */
export type Sizes3 = readonly [number, number, number];

/** The sizes with which a kernel moves over an image, for the three spatial dimensions. */
export interface WindowGeometry {
  readonly input: Sizes3;
  readonly kernel: Sizes3;
  readonly stride: Sizes3;
  readonly dilation: Sizes3;
  /** The padding before the first element. */
  readonly padding: Sizes3;
  readonly output: Sizes3;
}

/** The positions of the windows in a channel, for all images of one geometry. */
export interface WindowMap {
  /** The number of elements in a channel. */
  readonly channelSize: number;
  /** The number of kernel elements in a channel. */
  readonly taps: number;
  /** The number of output rows, over all depths. */
  readonly rows: number;
  /** The number of output positions in a row. */
  readonly width: number;
  /** The distance between neighbouring image elements of a segment. */
  readonly step: number;
  /**
   * For each output row, and within it for each kernel element, three numbers: the index in the channel of the element that
   * position 0 would see, the first position that sees an element of the image, and the position after the last one.
   */
  readonly segments: Int32Array;
}

/** A range of output positions: a part of one row, or whole rows. */
export interface Band {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly first: number;
  readonly last: number;
  /** The index of its first position among all of them. */
  readonly start: number;
  /** The number of its positions. */
  readonly size: number;
}

/** The count of numbers that describe a segment in {@link WindowMap.segments}. */
export const SEGMENT = 3;

/** Computes the positions of the windows. */
export function buildWindowMap(geometry: WindowGeometry): WindowMap {
  const { input, kernel, stride, dilation, padding, output } = geometry;
  const [depth, height, width] = input;
  const rows = output[0] * output[1];
  const taps = kernel[0] * kernel[1] * kernel[2];
  const segments = createStorage('int32', rows * taps * SEGMENT);
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

/** Divides all output positions into bands of at most `limit` positions, `limit` ≥ 1. The first band is the largest. */
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
