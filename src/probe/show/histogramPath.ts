import { area, curveStep, line } from 'd3-shape';
import { STRETCH } from './plot.js';

/** Counts in bins of equal width over [from, to]; for shares the counts may be fractions. */
export interface Bins {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** A point of a curve. */
export type Point = readonly [x: number, y: number];

/**
 * The outline of a histogram as a path: steps over the bins.
 * @param place the share of the width at a value
 * @param height the height of the largest count
 */
export function histogramPath(
  { from, to, counts }: Bins,
  place: (value: number) => number,
  height: number,
): string | null {
  const most = counts.reduce((most, count) => Math.max(most, count), 0);
  if (!(most > 0) || ![from, to].every(Number.isFinite)) return null;
  // A histogram of one value, or of a few beside an axis for large ones, would have no width.
  const [start, end] = [place(from), place(to)];
  const width = Math.max(end - start, 0.006);
  const left = Math.min(start - (width - (end - start)) / 2, 1 - width);
  const bins = from === to ? [most] : counts;
  const edges = [bins[0], ...bins, bins.at(-1) ?? 0];
  const x = (i: number) => STRETCH * (left + (width * Math.min(Math.max(i - 0.5, 0), bins.length)) / bins.length);
  return area<number>()
    .x((_, i) => x(i))
    .y0(height)
    .y1((count) => height * (1 - count / most))
    .curve(curveStep)
    .digits(1)(edges);
}

/** The path of a curve; points that are not finite are gaps. */
export function curvePath(
  points: readonly Point[],
  place: (x: number) => number,
  height: (y: number) => number,
): string | null {
  return line<Point>()
    .defined((point) => point.every(Number.isFinite))
    .x(([x]) => STRETCH * place(x))
    .y(([, y]) => height(y))
    .digits(1)(points.slice());
}
