/**
 * Windows of an image as columns of a matrix, so that a convolution is a matrix product, and back again.
 *
 * *Method:* an image has three spatial dimensions, of which the first ones may be 1. For every channel and every place in
 * the kernel there is one row of the matrix: the input elements that this place sees, one for each output position.
 * Along the last dimension these stand at equal distances, so the inner loop copies without index arithmetic, and what
 * lies in the padding is cut off before it.
 */

/** Three sizes, outermost first. */
export type Sizes3 = readonly [number, number, number];

/** How a kernel moves over an image; all sizes are of the three spatial dimensions. */
export interface WindowGeometry {
  readonly channels: number;
  readonly input: Sizes3;
  readonly kernel: Sizes3;
  readonly stride: Sizes3;
  readonly dilation: Sizes3;
  /** Padding before the first element. */
  readonly padding: Sizes3;
  readonly output: Sizes3;
}

/** Elements of the matrix of windows. */
export function windowMatrixSize({ channels, kernel, output }: WindowGeometry): number {
  return channels * kernel[0] * kernel[1] * kernel[2] * output[0] * output[1] * output[2];
}

/** Writes the windows of one image into `columns`, [channels·∏kernel, ∏output]; the padding is zeros. */
export function gatherWindows(
  image: Float32Array | Float64Array,
  offset: number,
  columns: Float32Array | Float64Array,
  geometry: WindowGeometry,
): void {
  forEachSegment(geometry, (from, step, to, before, count, after) => {
    let at = to;
    for (let end = at + before; at < end; at++) columns[at] = 0;
    let source = offset + from;
    for (let end = at + count; at < end; at++, source += step) columns[at] = image[source];
    for (let end = at + after; at < end; at++) columns[at] = 0;
  });
}

/** Adds the elements of `columns` to the places of the image they came from: the gradient of {@link gatherWindows}. */
export function scatterWindows(
  columns: Float32Array | Float64Array,
  image: Float32Array | Float64Array,
  offset: number,
  geometry: WindowGeometry,
): void {
  forEachSegment(geometry, (from, step, to, before, count) => {
    let target = offset + from;
    for (let at = to + before, end = at + count; at < end; at++, target += step) image[target] += columns[at];
  });
}

/**
 * Calls `visit` for every row of output positions of every row of the matrix: where its input elements start and how
 * far apart they stand, where it starts in the matrix, and how many of its elements lie before, in and after the image.
 */
function forEachSegment(
  { channels, input, kernel, stride, dilation, padding, output }: WindowGeometry,
  visit: (from: number, step: number, to: number, before: number, count: number, after: number) => void,
): void {
  const [depth, height, width] = input;
  const rowLength = output[2];
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let kz = 0; kz < kernel[0]; kz++) {
      for (let ky = 0; ky < kernel[1]; ky++) {
        for (let kx = 0; kx < kernel[2]; kx++) {
          const x = kx * dilation[2] - padding[2];
          const first = Math.min(rowLength, Math.max(0, Math.ceil(-x / stride[2])));
          const last = Math.max(first, Math.min(rowLength, Math.ceil((width - x) / stride[2])));
          for (let oz = 0; oz < output[0]; oz++) {
            const z = oz * stride[0] + kz * dilation[0] - padding[0];
            for (let oy = 0; oy < output[1]; oy++) {
              const y = oy * stride[1] + ky * dilation[1] - padding[1];
              const inside = z >= 0 && z < depth && y >= 0 && y < height;
              const from = ((channel * depth + z) * height + y) * width + x + first * stride[2];
              if (inside) visit(from, stride[2], to, first, last - first, rowLength - last);
              else visit(0, 0, to, rowLength, 0, 0);
              to += rowLength;
            }
          }
        }
      }
    }
  }
}
