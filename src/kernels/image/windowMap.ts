/**
 * Where the windows of a convolution lie.
 *
 * *Method:* an image has three spatial dimensions, of which the first ones may be 1. Along the last one, what an element of
 * the kernel sees at each output position of a row stands at equal distances in the image. Where such segments start,
 * and which part of an output row they fill, is worked out once for all channels and images; the rest of the row lies
 * in the padding.
 */

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
