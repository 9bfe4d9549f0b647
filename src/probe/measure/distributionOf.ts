import type { Numbers } from '../../numerics/numbers.js';
import type { Histogram } from '../Statistics.js';

/** The number of elements that are looked at. */
const SAMPLE = 4096;
const BINS = 32;
/** The elements of each part of a bin have a bucket. */
const PARTS = 32;
const BUCKETS = PARTS * BINS;
/** The bucket of what is not finite. */
const NONE = BUCKETS;
const PERCENTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/** How the elements of a tensor are spread. */
export interface Distribution {
  readonly percentiles: readonly number[];
  readonly histogram: Histogram;
}

/**
 * The percentiles, by linear interpolation as NumPy takes them, and the histogram of up to 4,096 evenly spaced elements.
 *
 * *Method:* the elements are counted in buckets of equal width. The bins of the histogram are groups of buckets. For the
 * percentiles only the elements in their buckets are sorted, which takes a fraction of the time of sorting all.
 * @param min the smallest finite element
 * @param max the largest finite element
 */
export function distributionOf(x: Numbers, min: number, max: number): Distribution {
  if (!(min <= max)) return { percentiles: PERCENTILES.map(() => NaN), histogram: { from: NaN, to: NaN, counts: [] } };
  const sample = evenlySpaced(x, SAMPLE);
  const [from, to] = [min, max];
  // The quotient is not finite for equal elements; their bucket is the first one.
  const scale = BUCKETS / (to - from);
  const buckets = new Uint16Array(sample.length);
  const counts = new Int32Array(BUCKETS + 1);
  for (let i = 0; i < sample.length; i++) {
    const value = sample[i];
    const bucket = value >= min && value <= max ? Math.min(((value - from) * scale) | 0, BUCKETS - 1) : NONE;
    buckets[i] = bucket;
    counts[bucket]++;
  }
  const bins = new Array<number>(BINS).fill(0);
  for (let bucket = 0; bucket < BUCKETS; bucket++) bins[Math.floor(bucket / PARTS)] += counts[bucket];
  return { percentiles: percentilesOf(sample, buckets, counts), histogram: { from, to, counts: bins } };
}

function percentilesOf(sample: Numbers, buckets: Uint16Array, counts: Int32Array): number[] {
  // For each bucket, the elements in the buckets before it.
  const starts = new Int32Array(BUCKETS + 1);
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] = starts[b] + counts[b];
  const count = starts[BUCKETS];
  const places = PERCENTILES.map((share) => {
    const place = share * (count - 1);
    const below = Math.floor(place);
    const ranks = [below, Math.min(below + 1, count - 1)] as const;
    return { share: place - below, ranks: ranks.map((rank) => ({ rank, bucket: bucketOfRank(starts, rank) })) };
  });
  const members = new Map(
    places.flatMap(({ ranks }) => ranks.map(({ bucket }) => [bucket, new Float64Array(counts[bucket])])),
  );
  collect(sample, buckets, members);
  return places.map(({ share, ranks }) => {
    const [lower, upper] = ranks.map(({ rank, bucket }) => members.get(bucket)?.[rank - starts[bucket]] ?? NaN);
    return lower + share * (upper - lower);
  });
}

/** Fills the arrays of some buckets, which are all 0 before, with their elements, sorted. */
function collect(sample: Numbers, buckets: Uint16Array, members: ReadonlyMap<number, Float64Array>): void {
  const arrays = [...members.values()];
  // Zeros, which may be half of all elements behind a rectifier, are not sorted: they are between the others already.
  const negative = new Int32Array(arrays.length);
  const positive = Int32Array.from(arrays, ({ length }) => length);
  // For each bucket, one more than the index of its array; 0 without one.
  const places = new Uint8Array(BUCKETS + 1);
  Array.from(members.keys()).forEach((bucket, i) => {
    places[bucket] = i + 1;
  });
  for (let i = 0; i < sample.length; i++) {
    const place = places[buckets[i]] - 1;
    if (place < 0) continue;
    const value = sample[i];
    if (value < 0) arrays[place][negative[place]++] = value;
    else if (value > 0) arrays[place][--positive[place]] = value;
  }
  arrays.forEach((array, i) => {
    array.subarray(0, negative[i]).sort();
    array.subarray(positive[i]).sort();
  });
}

/** The bucket of the element that stands at a rank if all are sorted. */
function bucketOfRank(starts: Int32Array, rank: number): number {
  let low = 0;
  let high = BUCKETS - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle + 1] > rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Up to `limit` elements, evenly spaced. Their distance shares no divisor with the length, so that no channel is left out. */
export function evenlySpaced(x: Numbers, limit: number): Numbers {
  if (x.length <= limit) return x;
  let step = Math.ceil(x.length / limit);
  while (greatestDivisor(step, x.length) > 1) step++;
  const length = Math.ceil(x.length / step);
  const sample = x instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  for (let k = 0, i = 0; k < sample.length; k++, i += step) sample[k] = x[i];
  return sample;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
