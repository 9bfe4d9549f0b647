import type { Numbers } from './numbers.js';

/** What {@link accumulateMoments} has seen so far. */
export interface MomentSums {
  count: number;
  /** The first value: sums are of the differences to it, so that a large mean does not swallow the deviations. */
  origin: number;
  sum: number;
  squares: number;
  min: number;
  max: number;
}

/** Sums of nothing. */
export function createMomentSums(): MomentSums {
  return { count: 0, origin: 0, sum: 0, squares: 0, min: Infinity, max: -Infinity };
}

/**
 * Adds values to the sums, in one pass.
 *
 * *Method:* two sums of each kind take turns, because one would wait for each addition.
 */
export function accumulateMoments(values: Numbers, sums: MomentSums): void {
  const { length } = values;
  if (length === 0) return;
  const origin = sums.count === 0 ? values[0] : sums.origin;
  let { sum, squares, min, max } = sums;
  let otherSum = 0;
  let otherSquares = 0;
  const even = length - (length % 2);
  for (let i = 0; i < even; i += 2) {
    const a = values[i];
    const b = values[i + 1];
    const fromA = a - origin;
    const fromB = b - origin;
    sum += fromA;
    otherSum += fromB;
    squares += fromA * fromA;
    otherSquares += fromB * fromB;
    if (a < min) min = a;
    if (a > max) max = a;
    if (b < min) min = b;
    if (b > max) max = b;
  }
  if (even < length) {
    const last = values[even];
    sum += last - origin;
    squares += (last - origin) ** 2;
    min = Math.min(min, last);
    max = Math.max(max, last);
  }
  sums.count += length;
  sums.origin = origin;
  sums.sum = sum + otherSum;
  sums.squares = squares + otherSquares;
  sums.min = min;
  sums.max = max;
}

/** Mean, standard deviation (n − 1 in the denominator; NaN for fewer than two elements), minimum and maximum. */
export function momentsOf(sums: MomentSums): { mean: number; std: number; min: number; max: number } {
  const { count, origin, sum, squares, min, max } = sums;
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
  const variance = (squares - (sum * sum) / count) / (count - 1);
  return { mean: origin + sum / count, std: Math.sqrt(Math.max(0, variance)), min, max };
}
