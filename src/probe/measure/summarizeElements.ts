import type { Numbers } from '../../numerics/numbers.js';
import { splitAt } from '../../tensor/alongDimension.js';
import { type Dense, numbersOf } from '../../tensor/Dense.js';
import type { ChannelMoments, Statistics } from '../Statistics.js';
import { distributionOf } from './distributionOf.js';

/** The statistics of a tensor, and the moments of its channels. */
export interface ElementSummary {
  readonly statistics: Statistics;
  readonly channels: ChannelMoments;
}

/**
 * Summarises the elements of a tensor in one pass. Percentiles and histogram come from up to 4,096 evenly spaced elements.
 * @param axis the dimension of the channels; `null` if it is not known
 */
export function summarizeElements(tensor: Dense, axis: number | null): ElementSummary {
  const x = numbersOf(tensor);
  const layout = axis === null ? ([1, 1, x.length] as const) : splitAt(tensor.shape, axis);
  const [, channels] = layout;
  let sums = layout[2] === 1 ? addUpSingle(x, layout) : addUp(x, layout);
  // The square of a number of any dtype but float64 is finite in float64.
  if (!sums.squares.every(Number.isFinite)) sums = addUpFinite(x, layout);
  const { counts, shifts, deviations, squares, min, max } = sums;
  const means = new Float64Array(channels);
  const meanSquares = new Float64Array(channels);
  let [count, total, squareTotal] = [0, 0, 0];
  for (let c = 0; c < channels; c++) {
    const deviation = deviations[c] / counts[c];
    means[c] = shifts[c] + deviation;
    meanSquares[c] = squares[c] / counts[c] + 2 * shifts[c] * deviation + shifts[c] ** 2;
    if (counts[c] === 0) continue;
    count += counts[c];
    total += means[c] * counts[c];
    squareTotal += meanSquares[c] * counts[c];
  }
  const mean = min === max ? min : total / count;
  let variance = 0;
  for (let c = 0; c < channels; c++) {
    if (counts[c] === 0) continue;
    // About the mean of the channel, and of this mean about that of the tensor.
    variance += squares[c] - deviations[c] ** 2 / counts[c] + counts[c] * (means[c] - mean) ** 2;
  }
  const statistics: Statistics = {
    count: x.length,
    mean,
    meanSquare: squareTotal / count,
    std: min === max ? 0 : Math.sqrt(Math.max(0, variance / count)),
    min: count === 0 ? NaN : min,
    max: count === 0 ? NaN : max,
    nonFinite: x.length - count,
    zeros: x.length === 0 ? 0 : countZeros(x) / x.length,
    ...distributionOf(x, min, max),
  };
  return { statistics, channels: { axis, means, meanSquares } };
}

/** The elements before the channels, the channels, and the elements behind them. */
type Layout = readonly [outer: number, channels: number, inner: number];

/** Sums over elements. Deviations are from a number of each channel, so that equal elements have the variance 0 exactly. */
interface Sums {
  /** For each channel: the number of finite elements, and the number that is subtracted from them. */
  readonly counts: Float64Array;
  readonly shifts: Float64Array;
  /** For each channel: the sum of the deviations, and that of their squares. */
  readonly deviations: Float64Array;
  readonly squares: Float64Array;
  readonly min: number;
  readonly max: number;
}

/** Adds up elements that are all finite. */
function addUp(x: Numbers, [outer, channels, inner]: Layout): Sums {
  const counts = new Float64Array(channels).fill(outer * inner);
  const shifts = Float64Array.from({ length: channels }, (_, c) => x[c * inner] ?? 0);
  const deviations = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let min = Infinity;
  let max = -Infinity;
  let i = 0;
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      const shift = shifts[c];
      const end = i + inner;
      // Two sums each, which a processor adds up side by side.
      let [deviation, square, deviation2, square2] = [0, 0, 0, 0];
      for (; i < end - 1; i += 2) {
        const first = x[i];
        const second = x[i + 1];
        const d = first - shift;
        const d2 = second - shift;
        deviation += d;
        square += d * d;
        deviation2 += d2;
        square2 += d2 * d2;
        if (first < min) min = first;
        if (first > max) max = first;
        if (second < min) min = second;
        if (second > max) max = second;
      }
      if (i < end) {
        const last = x[i++];
        deviation += last - shift;
        square += (last - shift) * (last - shift);
        if (last < min) min = last;
        if (last > max) max = last;
      }
      deviations[c] += deviation + deviation2;
      squares[c] += square + square2;
    }
  }
  return { counts, shifts, deviations, squares, min, max };
}

/** {@link addUp} where the elements of each channel lie apart. */
function addUpSingle(x: Numbers, [outer, channels]: Layout): Sums {
  const counts = new Float64Array(channels).fill(outer);
  const shifts = Float64Array.from({ length: channels }, (_, c) => x[c] ?? 0);
  const deviations = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let min = Infinity;
  let max = -Infinity;
  for (let o = 0, i = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      const value = x[i++];
      const d = value - shifts[c];
      deviations[c] += d;
      squares[c] += d * d;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { counts, shifts, deviations, squares, min, max };
}

/** Adds up the finite ones of the elements. */
function addUpFinite(x: Numbers, [outer, channels, inner]: Layout): Sums {
  const counts = new Float64Array(channels);
  const shifts = new Float64Array(channels);
  const deviations = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let min = Infinity;
  let max = -Infinity;
  for (let o = 0, i = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      for (const end = i + inner; i < end; i++) {
        const value = x[i];
        if (!Number.isFinite(value)) continue;
        if (counts[c] === 0) shifts[c] = value;
        counts[c]++;
        deviations[c] += value - shifts[c];
        squares[c] += (value - shifts[c]) ** 2;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  return { counts, shifts, deviations, squares, min, max };
}

function countZeros(x: Numbers): number {
  let others = 0;
  if (x instanceof Float32Array) {
    // Without a branch, because a processor cannot predict where a rectifier gives 0.
    const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
    for (let i = 0; i < bits.length; i++) {
      const magnitude = bits[i] << 1;
      others += (magnitude | -magnitude) >>> 31;
    }
  } else for (let i = 0; i < x.length; i++) if (x[i] !== 0) others++;
  return x.length - others;
}
