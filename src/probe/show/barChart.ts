import { element, share } from './markup.js';
import { drawLine } from './plot.js';
import { drawBandBehind, drawRows, placeIn, type Row } from './rows.js';
import { type Scale, type ScaleKind, scaleOf } from './scales.js';

/** One number for each row, beside the expected one. */
export interface BarChart {
  readonly title: string;
  /** What the horizontal axis shows, with its unit. */
  readonly unit: string;
  readonly scale: ScaleKind;
  /** Where the bars begin; `null`: a dot takes the place of each bar, because no place of the axis means nothing. */
  readonly from: number | null;
  /** The values that are as they should be. */
  readonly band: readonly [low: number, high: number] | null;
  readonly rows: readonly BarRow[];
}

export interface BarRow extends Row {
  /** `null`, and what is not finite, has no bar. */
  readonly value: number | null;
  readonly expected: number | null;
}

const HEIGHT = 9;

/** The values that the axis of a chart has to show. */
export function valuesOfBars({ rows, band, from }: BarChart): number[] {
  const values = rows.flatMap(({ value, expected }) => [value, expected]);
  return [...values, ...(band ?? []), from].filter((value): value is number => value !== null);
}

/**
 * Draws a bar for each row, the expected value as a dashed mark, and the band behind.
 * @param include further values that the axis has to show
 * @returns SVG
 */
export function drawBarChart(chart: BarChart, id: string, include: Iterable<number> = []): string {
  const { rows, band, from } = chart;
  const scale = scaleOf(chart.scale, [...valuesOfBars(chart), ...include]);
  return drawRows(
    { ...chart, id, scale },
    HEIGHT,
    (row, top) => drawBar(row, from, top, scale),
    band === null ? '' : drawBandBehind(scale, band, rows.length, HEIGHT),
  );
}

function drawBar({ value, expected }: BarRow, from: number | null, top: number, scale: Scale): string {
  const bar = value !== null && Number.isFinite(value) ? barOf(from, value, top, scale) : '';
  if (expected === null || !Number.isFinite(expected)) return bar;
  const x = placeIn(scale, expected);
  return bar + drawLine('predicted', [x, x], [top - 3, top + HEIGHT + 3]);
}

function barOf(from: number | null, value: number, y: number, scale: Scale): string {
  if (from === null) {
    const x = placeIn(scale, value);
    return drawLine('dots', [x, x], [y + HEIGHT / 2, y + HEIGHT / 2 + 0.01]);
  }
  const [start, end] = [scale.at(from), scale.at(value)];
  // A bar of no length is seen as a line.
  const width = Math.max(Math.abs(end - start), 0.004);
  const x = Math.min(Math.min(start, end), 1 - width);
  return element('rect', {
    class: 'bar',
    x: share(x),
    y,
    width: share(width),
    height: HEIGHT,
    rx: 1.5,
  });
}
