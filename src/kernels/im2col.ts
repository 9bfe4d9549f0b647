/**
 * Windows of an image as columns of a matrix, so that a convolution is a matrix product, and back again.
 *
 * *Method:* an image has three spatial dimensions, of which the first ones may be 1. For every channel and every place in
 * the kernel there is one row of the matrix: the input elements that this place sees, one for each output position.
 * Along the last dimension these stand at equal distances. Where such segments start in the image and in the matrix is
 * worked out once for all images; what lies in the padding is left out, because the matrix starts as zeros.
 */

import { sparesWork } from './dryRun.js';

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

/** Where the windows of any image of one geometry are. */
export interface WindowMap {
  /** Elements of the matrix, [channels·∏kernel, ∏output]. */
  readonly size: number;
  /** Distance between the image's elements of a segment. */
  readonly step: number;
  /** For each segment: its first element in the image, its first in the matrix, and how many it has. */
  readonly segments: Int32Array;
}

/** Works out where the windows are. */
export function buildWindowMap(geometry: WindowGeometry): WindowMap {
  const { channels, input, kernel, stride, dilation, padding, output } = geometry;
  const [depth, height, width] = input;
  const rows = channels * kernel[0] * kernel[1] * kernel[2] * output[0] * output[1];
  const segments = new Int32Array(rows * 3);
  let used = 0;
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let kz = 0; kz < kernel[0]; kz++) {
      for (let ky = 0; ky < kernel[1]; ky++) {
        for (let kx = 0; kx < kernel[2]; kx++) {
          const x = kx * dilation[2] - padding[2];
          const first = Math.min(output[2], Math.max(0, Math.ceil(-x / stride[2])));
          const last = Math.max(first, Math.min(output[2], Math.ceil((width - x) / stride[2])));
          for (let oz = 0; oz < output[0]; oz++) {
            const z = oz * stride[0] + kz * dilation[0] - padding[0];
            for (let oy = 0; oy < output[1]; oy++, to += output[2]) {
              const y = oy * stride[1] + ky * dilation[1] - padding[1];
              if (z < 0 || z >= depth || y < 0 || y >= height || first === last) continue;
              segments[used++] = ((channel * depth + z) * height + y) * width + x + first * stride[2];
              segments[used++] = to + first;
              segments[used++] = last - first;
            }
          }
        }
      }
    }
  }
  return { size: to, step: stride[2], segments: segments.subarray(0, used) };
}

/**
 * Writes the windows of the image at `offset` into `columns`.
 * @param columns zeros, or the windows of another image of the same map
 */
export function gatherWindows(
  image: Float32Array | Float64Array,
  offset: number,
  columns: Float32Array | Float64Array,
  { segments, step }: WindowMap,
): void {
  if (sparesWork()) return;
  for (let s = 0; s < segments.length; s += 3) {
    let from = offset + segments[s];
    const start = segments[s + 1];
    const end = start + segments[s + 2];
    for (let at = start; at < end; at++, from += step) columns[at] = image[from];
  }
}

/** Adds the elements of `columns` to the places of the image they came from: the gradient of {@link gatherWindows}. */
export function scatterWindows(
  columns: Float32Array | Float64Array,
  image: Float32Array | Float64Array,
  offset: number,
  { segments, step }: WindowMap,
): void {
  if (sparesWork()) return;
  for (let s = 0; s < segments.length; s += 3) {
    let to = offset + segments[s];
    const start = segments[s + 1];
    const end = start + segments[s + 2];
    for (let at = start; at < end; at++, to += step) image[to] += columns[at];
  }
}
