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

/** What was counted, without what was expected. */
export type CountedElements = Omit<WrittenHistogram, 'expected'>;

const BINS = 24;
const kept = new WeakMap<object, { readonly law: Law; readonly read: () => CountedElements | null }>();

/** Keeps the histogram of an entry of a report, beside the entry, because a report is data of a fixed form. */
export function keepHistogram(entry: object, law: Law, read: () => CountedElements | null): void {
  kept.set(entry, { law, read });
}

/**
 * The histogram of what was written; `null` for a parameter whose elements have no common distribution, or too few elements, and for an
 * entry that no run made.
 */
export function histogramOf(entry: object): WrittenHistogram | null {
  const { law, read } = kept.get(entry) ?? {};
  const counted = read?.() ?? null;
  return law === undefined || counted === null ? null : addExpected(law, counted);
}

/**
 * Counts elements.
 * @returns `null` without finite elements
 */
export function countElements(values: Floats): CountedElements | null {
  const finite = Float64Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return null;
  const [from, to] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  const counts = new Array<number>(BINS).fill(0);
  for (const value of finite) counts[binOf(value, from, to)]++;
  return { from, to, counts };
}

function binOf(value: number, from: number, to: number): number {
  return to === from ? 0 : Math.min(BINS - 1, Math.floor((BINS * (value - from)) / (to - from)));
}

/** Adds what a law lets expect; `null` for a law without a continuous distribution. */
export function addExpected(law: Law, { from, to, counts }: CountedElements): WrittenHistogram | null {
  const distribution = operationsOf(law).distribution?.(law) ?? null;
  if (distribution === null) return null;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const below = Array.from({ length: BINS + 1 }, (_, i) => distribution.cdf(from + ((to - from) * i) / BINS));
  return { from, to, counts, expected: counts.map((_, i) => total * (below[i + 1] - below[i])) };
}
