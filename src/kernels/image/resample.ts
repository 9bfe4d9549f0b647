/**
 * Resampling of one dimension: every output element is a weighted sum of a few input elements. Several dimensions are resampled
 * one after another, which gives the same weighted sums.
 */

import type { Floats } from '../../numerics/numbers.js';
import { skipsWork } from '../dryRun.js';

/** The input elements and the weights of each output element along one dimension. */
export interface ResampleAxis {
  /** The number of input elements. */
  readonly size: number;
  /** The number of input elements that an output element sums. */
  readonly taps: number;
  /** For each output element, the indices of its input elements. */
  readonly indices: Int32Array;
  /** The weight of each of {@link indices}. */
  readonly weights: Float64Array;
}

/**
 * Resamples a dimension.
 * @param source [outer, axis.size, inner]
 * @param target [outer, output, inner]; overwritten
 * @param inner elements of one index of the dimension
 */
export function resample(
  source: Floats,
  { size, taps, indices, weights }: ResampleAxis,
  inner: number,
  target: Floats,
): void {
  if (skipsWork()) return;
  const slice = size * inner;
  let at = 0;
  for (let start = 0; start < source.length; start += slice) {
    for (let tap = 0; tap < indices.length; tap += taps, at += inner) {
      for (let t = tap; t < tap + taps; t++) {
        const from = start + indices[t] * inner;
        const weight = weights[t];
        if (t === tap) for (let i = 0; i < inner; i++) target[at + i] = weight * source[from + i];
        else for (let i = 0; i < inner; i++) target[at + i] += weight * source[from + i];
      }
    }
  }
}

/**
 * The gradient of {@link resample}.
 * @param gradient [outer, output, inner]
 * @param target [outer, axis.size, inner]; zeros
 */
export function resampleBackward(
  gradient: Floats,
  { size, taps, indices, weights }: ResampleAxis,
  inner: number,
  target: Floats,
): void {
  const slice = size * inner;
  let at = 0;
  for (let start = 0; start < target.length; start += slice) {
    for (let tap = 0; tap < indices.length; tap += taps, at += inner) {
      for (let t = tap; t < tap + taps; t++) {
        const to = start + indices[t] * inner;
        const weight = weights[t];
        for (let i = 0; i < inner; i++) target[to + i] += weight * gradient[at + i];
      }
    }
  }
}
