import type { Floats } from '../../numerics/numbers.js';
import { type Matrix, rowMajor, transposeOf } from '../linear/Matrix.js';
import { multiplyMatrices } from '../linear/matmul.js';
import { addByFilters, addByImage, addSums } from './directConvolution.js';
import { gatherWindows, scatterWindows } from './im2col.js';
import { simdWindows } from './SimdWindows.js';
import { type Band, bandsOf, type WindowMap } from './windowMap.js';

/**
 * Convolution and its two gradients. It is linear in the image and in the filters, and a transposed convolution consists
 * of the same three.
 *
 * *Method:* for each group of each image the filters, [rows, depth], times the matrix of its windows, [depth, positions], a
 * band of positions at a time. Groups of few filters, depthwise convolution above all, go the direct way.
 */

/** One convolution: the sizes of its matrices and where its windows lie. */
export interface ConvolutionPlan {
  readonly batch: number;
  readonly groups: number;
  /** Image channels of a group. */
  readonly channels: number;
  /** Filters of a group, which are its output channels. */
  readonly rows: number;
  /** Elements of a filter. */
  readonly depth: number;
  /** Output positions. */
  readonly positions: number;
  /** Elements of one group of one image. */
  readonly imageSize: number;
  /** Where the windows lie; `null` where each position sees one element, its own. */
  readonly windows: WindowMap | null;
}

/** Elements of the matrix of windows that are held at a time: 4 MB of float32. */
const BUFFER = 2 ** 20;
/** As many filters of a group are still faster without a matrix product, whose tiles of four rows they would leave empty. */
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

/** Adds to `images` what {@link addConvolution} owes to them, given the gradient of its output. */
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

/** Adds to `filters` what {@link addConvolution} owes to them, given the gradient of its output. */
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

/** Calls `visit` for each group of each image, with where it, its filters and its output start. */
function forEachGroup(
  { batch, groups, rows, depth, positions, imageSize }: ConvolutionPlan,
  visit: (image: number, filter: number, out: number) => void,
): void {
  for (let index = 0; index < batch * groups; index++) {
    visit(index * imageSize, (index % groups) * rows * depth, index * rows * positions);
  }
}

/**
 * Calls `visit` for each band of each group of each image, with the matrices of its windows, filters and output. The
 * matrix of windows is one buffer that is used again, or the image itself where each position sees its own element.
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

/** A buffer of the kind of `images`, in the memory of the SIMD kernels where they will multiply it. */
function createWindows(images: Floats, size: number, rows: number): Floats {
  if (images instanceof Float64Array) return new Float64Array(size);
  return simdWindows(size * rows)?.workspace(size) ?? new Float32Array(size);
}
