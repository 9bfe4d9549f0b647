import type { Floats } from '../../numerics/numbers.js';
import { type Matrix, rowMajor, transposeOf } from '../linear/Matrix.js';
import { multiplyMatrices } from '../linear/matmul.js';
import { addByFilters, addByImage, addSums } from './directConvolution.js';
import { gatherWindows, scatterWindows } from './im2col.js';
import { simdWindows } from './SimdWindows.js';
import { type Band, bandsOf, type WindowMap } from './windowMap.js';

/**
 * Convolution and its two gradients. A transposed convolution uses the same three functions, because a convolution is linear in
 * the image and in the filters.
 *
 * *Method:* for each group of each image, the filters, [rows, depth], are multiplied by the matrix of windows, [depth,
 * positions], one band of positions at a time. Groups of few filters, as in depthwise convolution, use direct loops instead.
 */

/** One convolution: the sizes of its matrices and the positions of its windows. */
export interface ConvolutionPlan {
  readonly batch: number;
  readonly groups: number;
  /** The number of image channels in a group. */
  readonly channels: number;
  /** The number of filters in a group, which is its number of output channels. */
  readonly rows: number;
  /** The number of elements in a filter. */
  readonly depth: number;
  /** The number of output positions. */
  readonly positions: number;
  /** The number of elements in one group of one image. */
  readonly imageSize: number;
  /** The positions of the windows; `null` if the window of each position is the one element at that position. */
  readonly windows: WindowMap | null;
}

/** The largest part of the matrix of windows that is held at a time, in elements: 4 MB of float32. */
const BUFFER = 2 ** 20;
/** Up to this many filters in a group, direct loops are faster than a matrix product, whose tiles have four rows. */
const FEW = 2;

/** Adds to `output` the sums of the filters over the windows of the images. */
export function addConvolution(plan: ConvolutionPlan, images: Floats, filters: Floats, output: Floats): void {
  const { rows, depth, windows } = plan;
  if (windows && rows <= FEW) {
    forEachGroup(plan, (image, filter, out) => addSums(plan, windows, images, image, filters, filter, output, out));
    return;
  }
  forEachBand(plan, images, filters, output, (seen, weights, sums, band, image) => {
    if (windows) gatherWindows(images, image, plan.channels, seen.data, windows, band);
    multiplyMatrices(rows, depth, band.size, weights, seen, sums, true);
  });
}

/** Adds to `images` their gradient, given the gradient of the output of {@link addConvolution}. */
export function addImageGradient(plan: ConvolutionPlan, images: Floats, filters: Floats, gradient: Floats): void {
  const { rows, depth, windows } = plan;
  if (windows && rows <= FEW) {
    forEachGroup(plan, (image, filter, out) =>
      addByImage(plan, windows, images, image, filters, filter, gradient, out),
    );
    return;
  }
  forEachBand(plan, images, filters, gradient, (seen, weights, sums, band, image) => {
    multiplyMatrices(depth, rows, band.size, transposeOf(weights), sums, seen, windows === null);
    if (windows) scatterWindows(seen.data, images, image, plan.channels, windows, band);
  });
}

/** Adds to `filters` their gradient, given the gradient of the output of {@link addConvolution}. */
export function addFilterGradient(plan: ConvolutionPlan, images: Floats, filters: Floats, gradient: Floats): void {
  const { rows, depth, windows } = plan;
  if (windows && rows <= FEW) {
    forEachGroup(plan, (image, filter, out) =>
      addByFilters(plan, windows, images, image, filters, filter, gradient, out),
    );
    return;
  }
  forEachBand(plan, images, filters, gradient, (seen, weights, sums, band, image) => {
    if (windows) gatherWindows(images, image, plan.channels, seen.data, windows, band);
    multiplyMatrices(rows, band.size, depth, sums, transposeOf(seen), weights, true);
  });
}

/** Calls `visit` for each group of each image, with the offsets of the group, of its filters and of its output. */
function forEachGroup(
  { batch, groups, rows, depth, positions, imageSize }: ConvolutionPlan,
  visit: (image: number, filter: number, out: number) => void,
): void {
  for (let index = 0; index < batch * groups; index++) {
    visit(index * imageSize, (index % groups) * rows * depth, index * rows * positions);
  }
}

/**
 * Calls `visit` for each band of each group of each image, with the matrices of its windows, filters and output. All bands share
 * one buffer for the matrix of windows. Without windows, the image itself is that matrix.
 */
function forEachBand(
  plan: ConvolutionPlan,
  images: Floats,
  filters: Floats,
  output: Floats,
  visit: (seen: Matrix, weights: Matrix, sums: Matrix, band: Band, image: number) => void,
): void {
  const { depth, positions, windows } = plan;
  const limit = windows ? Math.max(1, Math.floor(BUFFER / Math.max(depth, 1))) : positions;
  const bands = bandsOf(windows ?? { rows: 1, width: positions }, limit);
  const size = windows ? depth * bands[0].size : 0;
  const columns = createWindows(images, size, plan.rows);
  forEachGroup(plan, (image, filter, out) => {
    for (const band of bands) {
      const seen = windows ? rowMajor(columns, band.size) : rowMajor(images, positions, image);
      visit(seen, rowMajor(filters, depth, filter), rowMajor(output, positions, out + band.start), band, image);
    }
  });
}

/** Creates a buffer for windows of the dtype of `images`. It lies in the memory of the SIMD kernels if they will multiply it. */
function createWindows(images: Floats, size: number, rows: number): Floats {
  if (images instanceof Float64Array) return new Float64Array(size);
  return simdWindows(size * rows)?.workspace(size) ?? new Float32Array(size);
}
