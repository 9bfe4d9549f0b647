/**
 * A point between two numbers where a condition changes, to the last bit.
 * @param isBelow whether a point lies below the change; true at `low` and false at `high`
 * @param middle a point between two points. Default: the mean.
 */
export function bisect(
  low: number,
  high: number,
  isBelow: (x: number) => boolean,
  middle: (low: number, high: number) => number = (a, b) => a + (b - a) / 2,
): number {
  for (let x = middle(low, high); x > low && x < high; x = middle(low, high)) {
    if (isBelow(x)) low = x;
    else high = x;
  }
  return low;
}

/** The middle of two positive numbers on a logarithmic scale. */
export function geometricMean(a: number, b: number): number {
  return a * Math.sqrt(b / a);
}
