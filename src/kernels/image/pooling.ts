/**
 * Pooling over planes of three spatial dimensions, of which the first ones may be 1.
 *
 * *Method:* where the windows lie is worked out beforehand, for each dimension alone, and cut to the plane, so that the
 * loops meet no padding. Sliding and adaptive windows differ in nothing else.
 */

import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';
import type { PoolAxes } from './PoolAxis.js';
import { simdPooling } from './SimdPooling.js';

/**
 * The largest element of each window, and where in its plane it stands; the first of equals, and NaN before all. A window
 * without elements has −∞, at −1.
 * @param places left alone if empty
 */
export function maxPool(image: Floats, axes: PoolAxes, values: Floats, places: Int32Array): void {
  if (skipsWork()) return;
  if (simdPooling(image.length)?.maxPool(image, axes, values, places)) return;
  const [depths, rows, columns] = axes;
  const planeSize = depths.size * rows.size * columns.size;
  const keep = places.length > 0;
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
          let place = -1;
          for (let z = depths.starts[oz]; z < lastZ; z += depths.step) {
            for (let y = firstY; y < lastY; y += rows.step) {
              const row = (z * rows.size + y) * width;
              for (let x = row + firstX; x < row + lastX; x += step) {
                const value = image[plane + x];
                if (value > best || place < 0 || Number.isNaN(value)) {
                  best = value;
                  place = x;
                }
              }
            }
          }
          values[to] = best;
          if (keep) places[to] = place;
          to++;
        }
      }
    }
  }
}

/** Adds the gradient of each window to the element that was its largest: the gradient of {@link maxPool}. */
export function scatterToPlaces(gradient: Floats, places: Int32Array, planes: number, image: Floats): void {
  const windows = places.length / planes;
  const planeSize = image.length / planes;
  for (let plane = 0, i = 0; plane < planes; plane++) {
    const start = plane * planeSize;
    for (const end = i + windows; i < end; i++) if (places[i] >= 0) image[start + places[i]] += gradient[i];
  }
}

/**
 * The sum of each window, divided by the number of elements it counts.
 * @param divisor divides in place of that number, unless it is `null`
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

/** Adds to every element its share of the gradient of each window it is in: the gradient of {@link averagePool}. */
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
