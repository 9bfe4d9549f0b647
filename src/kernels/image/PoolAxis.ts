/** Where the windows lie along one dimension. */
export interface PoolAxis {
  /** Elements of the input. */
  readonly size: number;
  /** The first element of each window. */
  readonly starts: Int32Array;
  /** Where each window ends: the first element after it. */
  readonly ends: Int32Array;
  /** Distance between a window's elements. */
  readonly step: number;
  /** How many elements each window counts in an average. */
  readonly counts: Int32Array;
}

/** The windows of all three dimensions, outermost first. */
export type PoolAxes = readonly [PoolAxis, PoolAxis, PoolAxis];
