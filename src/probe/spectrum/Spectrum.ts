/** The singular values of a weight as a matrix (rows = outputs). */
export interface Spectrum {
  readonly rows: number;
  readonly columns: number;
  readonly largest: number;
  readonly smallest: number;
  /** Σσ²/σ_max². A large random matrix has n·m / (√n + √m)², a square one n/4. */
  readonly stableRank: number;
  /** Whether Lanczos estimated the figures, because the smaller side is above 1,024. */
  readonly isEstimated: boolean;
  /** Counts, or estimated shares, of the singular values in bins of equal width over [0, `largest`]. */
  readonly histogram: readonly number[];
  /** The largest singular value that the law lets expect, and the scale of its fluctuation; `null` without a law. */
  readonly edge: { readonly expected: number; readonly scale: number } | null;
}
