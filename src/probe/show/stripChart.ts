import { element, share } from './markup.js';
import { drawLine } from './plot.js';
import { drawRows, placeIn, type Row } from './rows.js';
import { linearScale, type Scale } from './scales.js';

/** The spread of many values for each row. */
export interface StripChart {
  readonly title: string;
  /** What the horizontal axis shows, with its unit. */
  readonly unit: string;
  readonly rows: readonly StripRow[];
}

interface StripRow extends Row {
  /** The 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile; empty, and what is not finite, is not drawn. */
  readonly percentiles: readonly number[];
  /** The expected mean and standard deviation: marks at one deviation on both sides. */
  readonly expected: { readonly mean: number; readonly std: number } | null;
}

const HEIGHT = 12;

/** The values that the axis of a chart has to show. */
export function valuesOfStrips({ rows }: StripChart): number[] {
  return rows.flatMap(({ percentiles, expected }) => [...percentiles, ...marksOf(expected)]);
}

/**
 * Draws a line from the 1st to the 99th percentile, a box around the middle half, a mark at the median, and dashed marks at the
 * expected standard deviation.
 * @param include further values that the axis has to show
 * @returns SVG
 */
export function drawStripChart(chart: StripChart, id: string, include: Iterable<number> = []): string {
  const scale = linearScale([...valuesOfStrips(chart), ...include]);
  return drawRows({ ...chart, id, scale }, HEIGHT, (row, top) => drawStrip(row, top, scale));
}

function drawStrip({ percentiles, expected }: StripRow, top: number, scale: Scale): string {
  const marks = marksOf(expected).map((value) => upright('predicted', scale, value, top - 3, top + HEIGHT + 3));
  if (percentiles.length !== 7 || !percentiles.every(Number.isFinite)) return marks.join('');
  const middle = top + HEIGHT / 2;
  const [first, , low, median, high, , last] = percentiles;
  const [from, to] = [scale.at(low), scale.at(high)];
  return [
    drawLine('whisker', [placeIn(scale, first), placeIn(scale, last)], [middle, middle]),
    element('rect', {
      class: 'box',
      x: share(from),
      width: share(to - from),
      y: top,
      height: HEIGHT,
      'fill-opacity': 0.35,
    }),
    upright('middle', scale, median, top, top + HEIGHT),
    ...marks,
  ].join('');
}

function upright(name: string, scale: Scale, value: number, y1: number, y2: number): string {
  const x = placeIn(scale, value);
  return drawLine(name, [x, x], [y1, y2]);
}

function marksOf(expected: StripRow['expected']): number[] {
  if (expected === null) return [];
  const { mean, std } = expected;
  const marks = std > 0 ? [mean - std, mean + std] : [mean];
  return marks.filter(Number.isFinite);
}
