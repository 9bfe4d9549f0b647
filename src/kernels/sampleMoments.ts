import type { DType, Storage } from './DType.js';
import { simdKernels } from './kernelPath.js';
import { type Numbers, toNumbers } from './numbers.js';
import type { SimdKernels } from './SimdKernels.js';

/** What {@link accumulateMoments} has seen so far. */
export interface MomentSums {
  count: number;
  /** The first value: sums are of the differences to it, so that a large mean does not swallow the deviations. */
  origin: number;
  /** Four sums of differences, then four of their squares: of every fourth value each. */
  readonly sums: Float64Array;
  min: number;
  max: number;
}

/** Sums of nothing. */
export function createMomentSums(): MomentSums {
  return { count: 0, origin: 0, sums: new Float64Array(8), min: Infinity, max: -Infinity };
}

/**
 * Adds elements to the sums, in one pass. All pieces but the last have a multiple of four.
 *
 * *Method:* four sums of each kind take turns, because one would wait for each addition.
 */
export function accumulateMoments(data: Storage, dtype: DType, moments: MomentSums): void {
  const { length } = data;
  const simd = data instanceof Float32Array || data instanceof Uint16Array ? simdKernels(length) : undefined;
  const even = length - (length % 4);
  if (simd === undefined) addPlainly(toNumbers(data, dtype), moments);
  else {
    if (moments.count === 0) moments.origin = toNumbers(data.subarray(0, 1), dtype)[0];
    for (let start = 0; start < even; start += simd.capacity) {
      addInSimd(simd, data.subarray(start, Math.min(start + simd.capacity, even)), dtype, moments);
    }
    addPlainly(toNumbers(data.subarray(even), dtype), moments);
  }
}

function addInSimd(simd: SimdKernels, data: Storage, dtype: DType, moments: MomentSums): void {
  if (data instanceof Uint16Array) {
    simd.halves.set(data);
    simd.decode(dtype === 'float16' ? 'float16' : 'bfloat16', data.length);
  } else simd.numbers.set(data as Float32Array);
  const { min, max } = simd.addMoments(data.length, moments.origin, moments.sums, moments.min, moments.max);
  moments.count += data.length;
  moments.min = min;
  moments.max = max;
}

function addPlainly(values: Numbers, moments: MomentSums): void {
  const { length } = values;
  if (length === 0) return;
  if (moments.count === 0) moments.origin = values[0];
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

/** Adds the sums of further values, moved to the origin of those that are there. */
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
}

function totalsOf({ sums }: MomentSums): { sum: number; squares: number } {
  return { sum: sums[0] + sums[1] + (sums[2] + sums[3]), squares: sums[4] + sums[5] + (sums[6] + sums[7]) };
}

/** Mean, standard deviation (n − 1 in the denominator; NaN for fewer than two elements), minimum and maximum. */
export function momentsOf(moments: MomentSums): { mean: number; std: number; min: number; max: number } {
  const { count, origin, min, max } = moments;
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
  const { sum, squares } = totalsOf(moments);
  const variance = (squares - (sum * sum) / count) / (count - 1);
  // Adding 0 leaves no −0, whichever zero came first.
  return { mean: origin + sum / count, std: Math.sqrt(Math.max(0, variance)), min: min + 0, max: max + 0 };
}
