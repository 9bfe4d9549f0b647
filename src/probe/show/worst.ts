import type { FigureName, Finding } from '../Probe.js';
import type { Severity } from './plot.js';

/** The most rows of a figure and of its table. */
export const MOST_ROWS = 24;
/** The most rows of a figure of histograms, which then fits a page of paper. */
const MOST_SPREAD = 16;

const WEIGHTS: Readonly<Record<Severity, number>> = { error: 3e6, warning: 2e6, note: 1e6 };

/** The worst severity of the findings of one figure about each path or label. */
export function marksOf(findings: readonly Finding[], figure: FigureName): ReadonlyMap<string, Severity> {
  const marks = new Map<string, Severity>();
  for (const { path, places = [path], severity, figure: shown } of findings) {
    if (shown !== figure) continue;
    for (const place of places) {
      const known = marks.get(place);
      if (known === undefined || WEIGHTS[severity] > WEIGHTS[known]) marks.set(place, severity);
    }
  }
  return marks;
}

/** How far a measured value is from the predicted one, as a factor's logarithm; 0 without a prediction, and at most 10⁵. */
export function distance(measured: number | null, predicted: number | null): number {
  if (measured === null || predicted === null) return 0;
  if (measured === predicted) return 0;
  const found = Math.abs(Math.log(Math.abs(measured)) - Math.log(Math.abs(predicted)));
  return Number.isFinite(found) ? Math.min(found, 1e5) : 1e5;
}

/** The rows of a figure. All of them in order, if they are few; otherwise the worst ones, worst first. */
export function worstRows<R>(rows: readonly R[], badness: (row: R) => number, most = MOST_ROWS): readonly R[] {
  if (rows.length <= most) return rows;
  return rows.toSorted((a, b) => badness(b) - badness(a)).slice(0, most);
}

/** What a mark adds to the {@link distance} of a row. */
export function weightOf(mark: Severity | null | undefined): number {
  return mark == null ? 0 : WEIGHTS[mark];
}

/** The words about the rows that a figure leaves out. */
export function describeLeftOut(shown: number, all: number): string {
  return shown < all ? ` The figure shows the ${shown} of ${all} that are worst, worst first.` : '';
}

/**
 * The rows of a figure that shows a development: the marked ones, worst first, and then others at even distances; all of them in
 * their order.
 */
export function spreadRows<R>(
  rows: readonly R[],
  markOf: (row: R) => Severity | null,
  most = MOST_SPREAD,
): readonly R[] {
  if (rows.length <= most) return rows;
  const chosen = new Set(
    rows
      .filter((row) => markOf(row) !== null)
      .toSorted((a, b) => weightOf(markOf(b)) - weightOf(markOf(a)))
      .slice(0, most / 2),
  );
  const left = most - chosen.size;
  for (let i = 0; i < left; i++) chosen.add(rows[Math.round((i * (rows.length - 1)) / (left - 1))]);
  return rows.filter((row) => chosen.has(row));
}
