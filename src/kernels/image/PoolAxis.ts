/** The positions of the windows along one dimension. */
export interface PoolAxis {
  /** The number of input elements. */
  readonly size: number;
  /** The index of the first element of each window. */
  readonly starts: Int32Array;
  /** The index of the first element after each window. */
  readonly ends: Int32Array;
  /** The distance between neighbouring elements of a window. */
  readonly step: number;
  /** The number of elements by which each window's sum is divided in an average. */
  readonly counts: Int32Array;
}

/** The windows of all three dimensions, outermost first. */
export type PoolAxes = readonly [PoolAxis, PoolAxis, PoolAxis];
