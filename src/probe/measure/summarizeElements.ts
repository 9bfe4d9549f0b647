import type { Numbers } from '../../numerics/numbers.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import type { ChannelMoments, Histogram, Statistics } from '../Statistics.js';

/** The statistics of a tensor, and the moments of its channels. */
export interface ElementSummary {
  readonly statistics: Statistics;
  readonly channels: ChannelMoments;
}

/** The number of elements of which percentiles are taken. */
const PERCENTILE_ELEMENTS = 4096;
/** The number of elements that a histogram counts. */
const HISTOGRAM_ELEMENTS = 16_384;
const BINS = 32;
const PERCENTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/**
 * Summarises the elements of a tensor in one pass. Percentiles come from up to 4,096 evenly spaced elements, and histograms from
 * up to 16,384.
 * @param axis the dimension of the channels; `null` if it is not known
 */
export function summarizeElements(tensor: Dense, axis: number | null): ElementSummary {
  const x = numbersOf(tensor);
  const [outer, channels, inner] = axis === null ? [1, 1, x.length] : splitAt(tensor.shape, axis);
  const shift = firstFinite(x);
  let sums = addUp(x, outer, channels, inner, shift);
  // The square of a number of any dtype but float64 is finite in float64.
  if (!sums.squares.every(Number.isFinite)) sums = addUpFinite(x, outer, channels, inner, shift);
  const { counts, squares, deviations } = sums;
  const means = new Float64Array(channels);
  const meanSquares = new Float64Array(channels);
  let count = 0;
  let deviation = 0;
  let square = 0;
  for (let c = 0; c < channels; c++) {
    count += counts[c];
    deviation += deviations[c];
    square += squares[c];
    means[c] = shift + deviations[c] / counts[c];
    meanSquares[c] = meanSquareOf(squares[c] / counts[c], deviations[c] / counts[c], shift);
  }
  const meanDeviation = deviation / count;
  const variance = square / count - meanDeviation ** 2;
  const statistics: Statistics = {
    count: x.length,
    mean: shift + meanDeviation,
    meanSquare: meanSquareOf(square / count, meanDeviation, shift),
    std: Math.sqrt(Math.max(0, variance)),
    min: count === 0 ? NaN : sums.min,
    max: count === 0 ? NaN : sums.max,
    nonFinite: x.length - count,
    zeros: x.length === 0 ? 0 : sums.zeros / x.length,
    percentiles: percentilesOf(x),
    histogram: histogramOf(x, sums.min, sums.max, count),
  };
  return { statistics, channels: { axis, means, meanSquares } };
}

/** E[x²] from the moments of x − shift. */
function meanSquareOf(square: number, deviation: number, shift: number): number {
  return square + 2 * shift * deviation + shift * shift;
}

/** Sums over elements. Deviations are from a common number, so that equal elements have the variance 0 exactly. */
interface Sums {
  /** For each channel: the number of finite elements, the sum of their deviations, and that of the deviations' squares. */
  readonly counts: Float64Array;
  readonly deviations: Float64Array;
  readonly squares: Float64Array;
  readonly min: number;
  readonly max: number;
  readonly zeros: number;
}

/** Adds up elements that are all finite. */
function addUp(x: Numbers, outer: number, channels: number, inner: number, shift: number): Sums {
  const deviations = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let min = Infinity;
  let max = -Infinity;
  let zeros = 0;
  let i = 0;
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      let deviation = 0;
      let square = 0;
      for (const end = i + inner; i < end; i++) {
        const value = x[i];
        const d = value - shift;
        deviation += d;
        square += d * d;
        if (value < min) min = value;
        if (value > max) max = value;
        if (value === 0) zeros++;
      }
      deviations[c] += deviation;
      squares[c] += square;
    }
  }
  return { counts: new Float64Array(channels).fill(outer * inner), deviations, squares, min, max, zeros };
}

/** Adds up the finite ones of the elements. */
function addUpFinite(x: Numbers, outer: number, channels: number, inner: number, shift: number): Sums {
  const counts = new Float64Array(channels);
  const deviations = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let min = Infinity;
  let max = -Infinity;
  let zeros = 0;
  for (let o = 0, i = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      for (const end = i + inner; i < end; i++) {
        const value = x[i];
        if (!Number.isFinite(value)) continue;
        counts[c]++;
        deviations[c] += value - shift;
        squares[c] += (value - shift) ** 2;
        if (value < min) min = value;
        if (value > max) max = value;
        if (value === 0) zeros++;
      }
    }
  }
  return { counts, deviations, squares, min, max, zeros };
}

function firstFinite(x: Numbers): number {
  for (let i = 0; i < x.length; i++) if (Number.isFinite(x[i])) return x[i];
  return 0;
}

/** Up to `limit` elements, evenly spaced. Their distance shares no divisor with the length, so that no channel is left out. */
export function evenlySpaced(x: Numbers, limit: number): Numbers {
  if (x.length <= limit) return x;
  let step = Math.ceil(x.length / limit);
  while (greatestDivisor(step, x.length) > 1) step++;
  const sample = new Float64Array(Math.ceil(x.length / step));
  for (let k = 0, i = 0; k < sample.length; k++, i += step) sample[k] = x[i];
  return sample;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The percentiles of the finite ones of up to 4,096 elements, by linear interpolation as NumPy takes them. */
function percentilesOf(x: Numbers): readonly number[] {
  const sorted = Float64Array.from(evenlySpaced(x, PERCENTILE_ELEMENTS)).filter(Number.isFinite).sort();
  return PERCENTILES.map((share) => {
    if (sorted.length === 0) return NaN;
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  });
}

function histogramOf(x: Numbers, min: number, max: number, count: number): Histogram {
  if (count === 0) return { from: NaN, to: NaN, counts: [] };
  // Equal elements are in the middle of a range around them.
  const [from, to] = min === max ? [min - 0.5, max + 0.5] : [min, max];
  const counts = new Array<number>(BINS).fill(0);
  const scale = BINS / (to - from);
  const sample = evenlySpaced(x, HISTOGRAM_ELEMENTS);
  for (let i = 0; i < sample.length; i++) {
    const value = sample[i];
    if (Number.isFinite(value)) counts[Math.min(BINS - 1, Math.floor((value - from) * scale))]++;
  }
  return { from, to, counts };
}
