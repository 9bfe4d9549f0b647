import type { DType, Storage } from '../../numerics/DType.js';
import { type Numbers, readNumber, toNumbers } from '../../numerics/numbers.js';
import { simdDrawKernels } from './chooseDrawKernels.js';
import type { SimdDrawKernels } from './SimdDrawKernels.js';

/** The moments and the range of a sample. */
export interface SampleMoments {
  readonly mean: number;
  /** The standard deviation, with n − 1 in the denominator; NaN for fewer than two elements. */
  readonly std: number;
  /** The least element; NaN if any element is NaN, or if there are none. */
  readonly min: number;
  /** The largest element; NaN if any element is NaN, or if there are none. */
  readonly max: number;
  /** The number of elements that are NaN or infinite. */
  readonly nonFinite: number;
}

/** The running sums of {@link accumulateMoments}. */
export interface MomentSums {
  count: number;
  /** The first value if it is finite, else 0. The sums add differences to it, so that a large mean does not cost digits. */
  origin: number;
  /** Four sums of differences, then four sums of their squares. Sum i adds every fourth value, from value i on. */
  readonly sums: Float64Array;
  /** The least value that is not NaN. */
  min: number;
  /** The largest value that is not NaN. */
  max: number;
  nans: number;
  infinities: number;
}

/** Creates the sums of an empty sample. */
export function createMomentSums(): MomentSums {
  return { ...EMPTY, sums: new Float64Array(8) };
}

/** Makes sums those of an empty sample again. */
export function clearMomentSums(moments: MomentSums): void {
  moments.sums.fill(0);
  Object.assign(moments, EMPTY);
}

const EMPTY = { count: 0, origin: 0, min: Infinity, max: -Infinity, nans: 0, infinities: 0 } as const;

/**
 * Adds elements to the sums, in one pass. The length of each piece, except the last one, is a multiple of four.
 *
 * *Method:* four sums of each kind take turns, because an addition to a single sum would have to wait for the previous one.
 */
export function accumulateMoments(data: Storage, dtype: DType, moments: MomentSums): void {
  const { length } = data;
  const simd = simdDrawKernels(length);
  if (simd !== undefined && (data instanceof Float32Array || data instanceof Uint16Array)) {
    if (moments.count === 0) moments.origin = originFor(readNumber(data, dtype, 0));
    const even = length - (length % 4);
    addInSimd(simd, data, dtype, even, moments);
    if (even < length) addPlainly(toNumbers(data.subarray(even), dtype), moments);
  } else addPlainly(toNumbers(data, dtype), moments);
  // A sum that met NaN or an infinity stays NaN or infinite. Only then do such elements have to be counted.
  if (!Number.isFinite(totalsOf(moments).sum)) countNonFinite(toNumbers(data, dtype), moments);
}

function originFor(first: number): number {
  return Number.isFinite(first) ? first : 0;
}

function countNonFinite(values: Numbers, moments: MomentSums): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) moments.nans++;
    else if (!Number.isFinite(values[i])) moments.infinities++;
  }
}

/** Adds the first `count` elements, a multiple of 4. The sums stay in the memory of the kernels meanwhile, so that nothing is allocated. */
function addInSimd(
  simd: SimdDrawKernels,
  data: Float32Array | Uint16Array,
  dtype: DType,
  count: number,
  moments: MomentSums,
): void {
  const { sums, bounds, capacity } = simd;
  sums.set(moments.sums);
  bounds.fill(moments.min, 0, 4).fill(moments.max, 4);
  for (let start = 0; start < count; start += capacity) {
    const here = Math.min(capacity, count - start);
    const elements = data.subarray(start, start + here);
    if (elements instanceof Float32Array) simd.numbers.set(elements);
    else {
      simd.halves.set(elements);
      simd.decode(dtype === 'float16' ? 'float16' : 'bfloat16', here);
    }
    simd.addMoments(here, moments.origin);
  }
  moments.sums.set(sums);
  moments.count += count;
  moments.min = Math.min(bounds[0], bounds[1], bounds[2], bounds[3]);
  moments.max = Math.max(bounds[4], bounds[5], bounds[6], bounds[7]);
}

function addPlainly(values: Numbers, moments: MomentSums): void {
  const { length } = values;
  if (length === 0) return;
  if (moments.count === 0) moments.origin = originFor(values[0]);
  const { origin, sums } = moments;
  let { min, max } = moments;
  let [sum0, sum1, sum2, sum3, squares0, squares1, squares2, squares3] = sums;
  const even = length - (length % 4);
  for (let i = 0; i < even; i += 4) {
    const a = values[i];
    const b = values[i + 1];
    const c = values[i + 2];
    const d = values[i + 3];
    const fromA = a - origin;
    const fromB = b - origin;
    const fromC = c - origin;
    const fromD = d - origin;
    sum0 += fromA;
    sum1 += fromB;
    sum2 += fromC;
    sum3 += fromD;
    squares0 += fromA * fromA;
    squares1 += fromB * fromB;
    squares2 += fromC * fromC;
    squares3 += fromD * fromD;
    if (a < min) min = a;
    if (a > max) max = a;
    if (b < min) min = b;
    if (b > max) max = b;
    if (c < min) min = c;
    if (c > max) max = c;
    if (d < min) min = d;
    if (d > max) max = d;
  }
  sums.set([sum0, sum1, sum2, sum3, squares0, squares1, squares2, squares3]);
  for (let i = even; i < length; i++) {
    const value = values[i];
    sums[i - even] += value - origin;
    sums[i - even + 4] += (value - origin) ** 2;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  moments.count += length;
  moments.min = min;
  moments.max = max;
}

/** Adds the sums `more` to `moments`, after moving them to the origin of `moments`. */
export function addMoments(moments: MomentSums, more: MomentSums): void {
  if (more.count === 0) return;
  const { sums } = moments;
  if (moments.count === 0) {
    moments.origin = more.origin;
    sums.set(more.sums);
  } else {
    const moved = more.origin - moments.origin;
    const { sum, squares } = totalsOf(more);
    sums[0] += sum + more.count * moved;
    sums[4] += squares + moved * (2 * sum + more.count * moved);
  }
  moments.count += more.count;
  moments.min = Math.min(moments.min, more.min);
  moments.max = Math.max(moments.max, more.max);
  moments.nans += more.nans;
  moments.infinities += more.infinities;
}

function totalsOf({ sums }: MomentSums): { sum: number; squares: number } {
  return { sum: sums[0] + sums[1] + (sums[2] + sums[3]), squares: sums[4] + sums[5] + (sums[6] + sums[7]) };
}

/** Returns the moments of the elements that were summed. */
export function momentsOf(moments: MomentSums): SampleMoments {
  const { count, origin, nans, infinities } = moments;
  const nonFinite = nans + infinities;
  const { sum, squares } = totalsOf(moments);
  const mean = count === 0 ? Number.NaN : origin + sum / count;
  const variance = (squares - (sum * sum) / count) / (count - 1);
  const std = Math.sqrt(Math.max(0, variance));
  if (count === 0 || nans > 0) return { mean, std, min: Number.NaN, max: Number.NaN, nonFinite };
  // Adding 0 turns −0 into 0, so that the result does not depend on which zero came first.
  return { mean, std, min: moments.min + 0, max: moments.max + 0, nonFinite };
}

/** Returns the moments of a sample from the sums of its parts, which are added in order. */
export function momentsOfParts(parts: readonly MomentSums[]): SampleMoments {
  const sums = createMomentSums();
  for (const part of parts) addMoments(sums, part);
  return momentsOf(sums);
}
