import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import type { Floats } from '../numerics/numbers.js';

/** Counts of what was written into a parameter, from up to 1,024 of its elements, in bins of equal width. */
export interface WrittenHistogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
  /** The counts that the law lets expect. */
  readonly expected: readonly number[];
}

const BINS = 24;
const histograms = new WeakMap<object, () => WrittenHistogram | null>();

/** Keeps the histogram of an entry of a report, beside the entry, because a report is data of a fixed form. */
export function keepHistogram(entry: object, read: () => WrittenHistogram | null): void {
  histograms.set(entry, read);
}

/**
 * The histogram of what was written; `null` for a parameter whose elements have no common distribution, or too few elements, and for an
 * entry that no run made.
 */
export function histogramOf(entry: object): WrittenHistogram | null {
  return histograms.get(entry)?.() ?? null;
}

/**
 * Counts elements, and what their law lets expect.
 * @returns `null` without finite elements, and for a law without a continuous distribution
 */
export function countElements(law: Law, values: Floats): WrittenHistogram | null {
  const distribution = operationsOf(law).distribution?.(law) ?? null;
  const finite = Float64Array.from(values).filter(Number.isFinite);
  if (distribution === null || finite.length === 0) return null;
  const [from, to] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  const counts = new Array<number>(BINS).fill(0);
  for (const value of finite) counts[binOf(value, from, to)]++;
  const width = (to - from) / BINS;
  const below = Array.from({ length: BINS + 1 }, (_, i) => distribution.cdf(from + i * width));
  return { from, to, counts, expected: counts.map((_, i) => finite.length * (below[i + 1] - below[i])) };
}

function binOf(value: number, from: number, to: number): number {
  return to === from ? 0 : Math.min(BINS - 1, Math.floor((BINS * (value - from)) / (to - from)));
}
