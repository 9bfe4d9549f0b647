/**
 * Pooling over planes of three spatial dimensions. The sizes of the outer dimensions may be 1.
 *
 * *Method:* the caller computes the positions of the windows for each dimension, cut to the plane, so the loops meet no padding.
 * Sliding and adaptive windows differ only in these positions.
 */

import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import type { PoolAxes } from './PoolAxis.js';
import { simdPooling } from './SimdPooling.js';

/**
 * Writes the largest element of each window and its index in the plane. Of equal elements the first one counts, and NaN counts as
 * larger than all others. A window without elements has the value −∞ and the index −1.
 * @param indices not written if it is empty
 */
export function maxPool(image: Floats, axes: PoolAxes, values: Floats, indices: Int32Array): void {
  if (skipsWork()) return;
  if (simdPooling(image.length)?.maxPool(image, axes, values, indices)) return;
  const [depths, rows, columns] = axes;
  const planeSize = depths.size * rows.size * columns.size;
  const keep = indices.length > 0;
  const { starts, ends, step, size: width } = columns;
  let to = 0;
  for (let plane = 0; plane < image.length; plane += planeSize) {
    for (let oz = 0; oz < depths.starts.length; oz++) {
      for (let oy = 0; oy < rows.starts.length; oy++) {
        const lastZ = depths.ends[oz];
        const firstY = rows.starts[oy];
        const lastY = rows.ends[oy];
        for (let ox = 0; ox < starts.length; ox++) {
          const firstX = starts[ox];
          const lastX = ends[ox];
          let best = -Infinity;
          let index = -1;
          for (let z = depths.starts[oz]; z < lastZ; z += depths.step) {
            for (let y = firstY; y < lastY; y += rows.step) {
              const row = (z * rows.size + y) * width;
              for (let x = row + firstX; x < row + lastX; x += step) {
                const value = image[plane + x];
                if (value > best || index < 0 || Number.isNaN(value)) {
                  best = value;
                  index = x;
                }
              }
            }
          }
          values[to] = best;
          if (keep) indices[to] = index;
          to++;
        }
      }
    }
  }
}

/** Adds the gradient of each window to the element that was the largest in it: the gradient of {@link maxPool}. */
export function scatterToIndices(gradient: Floats, indices: Int32Array, planes: number, image: Floats): void {
  const windows = indices.length / planes;
  const planeSize = image.length / planes;
  for (let plane = 0, i = 0; plane < planes; plane++) {
    const start = plane * planeSize;
    for (const end = i + windows; i < end; i++) if (indices[i] >= 0) image[start + indices[i]] += gradient[i];
  }
}

/**
 * Writes the sum of each window, divided by its count.
 * @param divisor divides instead of the counts, unless it is `null`
 */
export function averagePool(
  image: Floats,
  [depths, rows, columns]: PoolAxes,
  values: Floats,
  divisor: number | null,
): void {
  if (skipsWork()) return;
  const planeSize = depths.size * rows.size * columns.size;
  let to = 0;
  for (let plane = 0; plane < image.length; plane += planeSize) {
    for (let oz = 0; oz < depths.starts.length; oz++) {
      for (let oy = 0; oy < rows.starts.length; oy++) {
        for (let ox = 0; ox < columns.starts.length; ox++) {
          let sum = 0;
          for (let z = depths.starts[oz]; z < depths.ends[oz]; z++) {
            for (let y = rows.starts[oy]; y < rows.ends[oy]; y++) {
              const row = plane + (z * rows.size + y) * columns.size;
              for (let x = columns.starts[ox]; x < columns.ends[ox]; x++) sum += image[row + x];
            }
          }
          values[to++] = sum / (divisor ?? depths.counts[oz] * rows.counts[oy] * columns.counts[ox]);
        }
      }
    }
  }
}

/** Adds to every element its share of the gradient of each window that contains it: the gradient of {@link averagePool}. */
export function spreadAverages(
  gradient: Floats,
  [depths, rows, columns]: PoolAxes,
  image: Floats,
  divisor: number | null,
): void {
  const planeSize = depths.size * rows.size * columns.size;
  let from = 0;
  for (let plane = 0; plane < image.length; plane += planeSize) {
    for (let oz = 0; oz < depths.starts.length; oz++) {
      for (let oy = 0; oy < rows.starts.length; oy++) {
        for (let ox = 0; ox < columns.starts.length; ox++) {
          const share = gradient[from++] / (divisor ?? depths.counts[oz] * rows.counts[oy] * columns.counts[ox]);
          for (let z = depths.starts[oz]; z < depths.ends[oz]; z++) {
            for (let y = rows.starts[oy]; y < rows.ends[oy]; y++) {
              const row = plane + (z * rows.size + y) * columns.size;
              for (let x = columns.starts[ox]; x < columns.ends[ox]; x++) image[row + x] += share;
            }
          }
        }
      }
    }
  }
}
