import type { Numbers } from '../../numerics/numbers.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import { numelOf } from '../../tensor/Shape.js';
import type { Taps } from './windowTaps.js';

/** E[(Σx)²], where the sum is over the last dimension. */
export function squaredSumOfRows(tensor: Dense): number {
  const x = numbersOf(tensor);
  const features = tensor.shape.at(-1) ?? 1;
  const rows = x.length / features;
  let total = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    let sum = 0;
    for (const end = i + features; i < end; i++) sum += x[i];
    total += sum * sum;
  }
  return total / rows;
}

/**
 * E[(Σx)²] over the output elements of a convolution, where the sum is over the elements that one output element reads.
 * @param taps for each spatial dimension
 */
export function squaredSumOfWindows(tensor: Dense, groups: number, taps: readonly Taps[]): number {
  const spatial = tensor.shape.slice(tensor.shape.length - taps.length);
  const positions = numelOf(spatial);
  const perGroup = tensor.shape[tensor.shape.length - taps.length - 1] / groups;
  const x = numbersOf(tensor);
  let total = 0;
  let count = 0;
  for (let start = 0; start < x.length; start += perGroup * positions) {
    let plane: Float64Array = new Float64Array(positions);
    for (let c = 0, i = start; c < perGroup; c++) for (let p = 0; p < positions; p++, i++) plane[p] += x[i];
    let sizes = spatial;
    for (let d = 0; d < taps.length; d++) {
      plane = sumAlong(plane, sizes, d, taps[d]);
      sizes = sizes.with(d, taps[d].length);
    }
    for (let p = 0; p < plane.length; p++) total += plane[p] * plane[p];
    count += plane.length;
  }
  return total / count;
}

/** Sums over the taps of one dimension. */
function sumAlong(x: Numbers, sizes: readonly number[], dim: number, taps: Taps): Float64Array {
  const outer = numelOf(sizes.slice(0, dim));
  const inner = numelOf(sizes.slice(dim + 1));
  const size = sizes[dim];
  const sums = new Float64Array(outer * taps.length * inner);
  for (let o = 0, at = 0; o < outer; o++) {
    for (const indices of taps) {
      for (const index of indices) {
        const from = (o * size + index) * inner;
        for (let i = 0; i < inner; i++) sums[at + i] += x[from + i];
      }
      at += inner;
    }
  }
  return sums;
}

/**
 * For each channel the mean correlation between two elements of one window of a pooling; 0 where no window has two elements,
 * and where all elements of the channel are equal.
 * @param taps for each spatial dimension
 * @param means the mean of each channel
 * @param meanSquares the mean square of each channel
 */
export function windowCorrelations(
  tensor: Dense,
  taps: readonly Taps[],
  means: Float64Array,
  meanSquares: Float64Array,
): Float64Array {
  const spatial = tensor.shape.slice(tensor.shape.length - taps.length);
  const positions = numelOf(spatial);
  const channels = means.length;
  const products = new Float64Array(channels);
  let pairs = 0;
  const windows = windowsOf(spatial, taps);
  for (const indices of windows) pairs += indices.length * (indices.length - 1);
  const x = numbersOf(tensor);
  const planes = x.length / positions;
  for (let plane = 0; plane < planes; plane++) {
    const c = plane % channels;
    const start = plane * positions;
    const mean = means[c];
    let sum = 0;
    for (const indices of windows) {
      let total = 0;
      let squares = 0;
      for (let k = 0; k < indices.length; k++) {
        const d = x[start + indices[k]] - mean;
        total += d;
        squares += d * d;
      }
      // Twice the sum over all pairs.
      sum += total * total - squares;
    }
    products[c] += sum;
  }
  return products.map((product, c) => {
    const variance = meanSquares[c] - means[c] ** 2;
    const count = (pairs * planes) / channels;
    return count === 0 || !(variance > 0) ? 0 : product / count / variance;
  });
}

/** The indices of each window in a plane. */
function windowsOf(spatial: readonly number[], taps: readonly Taps[]): Int32Array[] {
  let windows: number[][] = [[0]];
  taps.forEach((ofDimension, d) => {
    windows = windows.flatMap((outer) =>
      ofDimension.map((indices) => outer.flatMap((at) => indices.map((index) => at * spatial[d] + index))),
    );
  });
  return windows.map((indices) => Int32Array.from(indices));
}

/** E[x₁ x₂] of two tensors of one shape. */
export function meanProduct(first: Dense, second: Dense): number {
  const x = numbersOf(first);
  const y = numbersOf(second);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum / x.length;
}
