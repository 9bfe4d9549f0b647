import type { DType } from '../numerics/DType.js';

/** What is said of the elements of one tensor. Not-finite elements are counted and left out of all other figures. */
export interface Statistics {
  /** The number of elements. */
  readonly count: number;
  readonly mean: number;
  /** The mean of the squares. */
  readonly meanSquare: number;
  /** The standard deviation, with n in the denominator; NaN without finite elements. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** The number of elements that are NaN or infinite. */
  readonly nonFinite: number;
  /** The share of the elements that are exactly 0, in [0, 1]. */
  readonly zeros: number;
  /** The 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile, from up to 4,096 elements. */
  readonly percentiles: readonly number[];
  readonly histogram: Histogram;
}

/** Counts of elements in bins of equal width over [from, to], which are the smallest and the largest element. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  /** 32 counts; empty if there are no finite elements. */
  readonly counts: readonly number[];
}

/** The means and the mean squares of the channels of a tensor, from finite elements. */
export interface ChannelMoments {
  /** The dimension of the channels; `null` if it is not known. Then the whole tensor is one channel. */
  readonly axis: number | null;
  readonly means: Float64Array;
  readonly meanSquares: Float64Array;
}

/** A tensor's form. */
export interface Form {
  readonly shape: readonly number[];
  readonly dtype: DType;
}
