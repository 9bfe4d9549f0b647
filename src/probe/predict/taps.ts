/** The geometry of a sliding window in each of its dimensions. */
export interface Window {
  /** The sizes of the side that the window slides over: the input of a convolution, the output of a transposed one. */
  readonly wide: readonly number[];
  /** The sizes of the side with one element for each place of the window. */
  readonly narrow: readonly number[];
  readonly kernel: readonly number[];
  /** Default: 1. */
  readonly stride?: readonly number[];
  /** The number of zeros before the first element. Default: 0. */
  readonly padding?: readonly number[];
  /** Default: 1. */
  readonly dilation?: readonly number[];
}

/** How many taps fall on elements that exist, on average; those on zero padding do not count. */
export interface Taps {
  /** For each element of the narrow side: the elements that its window covers. */
  readonly perNarrow: number;
  /** For each element of the wide side: the windows that cover it. */
  readonly perWide: number;
}

/**
 * The exact number of taps of a sliding window. A convolution sums `perNarrow` products in each output, and its gradient
 * `perWide` in each input; a transposed convolution the other way round.
 */
export function countTaps({ wide, narrow, kernel, stride, padding, dilation }: Window): Taps {
  let perNarrow = 1;
  let perWide = 1;
  for (const [d, size] of kernel.entries()) {
    let pairs = 0;
    for (let place = 0; place < narrow[d]; place++) {
      for (let tap = 0; tap < size; tap++) {
        const at = place * (stride?.[d] ?? 1) - (padding?.[d] ?? 0) + tap * (dilation?.[d] ?? 1);
        if (at >= 0 && at < wide[d]) pairs++;
      }
    }
    perNarrow *= pairs / narrow[d];
    perWide *= pairs / wide[d];
  }
  return { perNarrow, perWide };
}
