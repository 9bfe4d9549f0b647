/**
 * Mean, standard deviation (n − 1 in the denominator; NaN for fewer than two elements), minimum and maximum of an
 * array, in one pass; all NaN for no elements.
 *
 * *Method:* sums of the differences to the first element, so that a large mean does not swallow the deviations.
 */
export function sampleMoments(values: ArrayLike<number>): { mean: number; std: number; min: number; max: number } {
  const count = values.length;
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
  const origin = values[0];
  let sum = 0;
  let squares = 0;
  let min = origin;
  let max = origin;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const difference = value - origin;
    sum += difference;
    squares += difference * difference;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const variance = (squares - (sum * sum) / count) / (count - 1);
  return { mean: origin + sum / count, std: Math.sqrt(Math.max(0, variance)), min, max };
}
