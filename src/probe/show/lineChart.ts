import { area, line } from 'd3-shape';
import { shorten } from '../../formatTable.js';
import { element, share } from './markup.js';
import {
  drawGridLine,
  drawLine,
  drawPath,
  drawPicture,
  drawStretched,
  drawText,
  type Extent,
  type Severity,
  SIGNS,
  STRETCH,
} from './plot.js';
import { logScale } from './scales.js';

/** Values by depth, measured beside predicted, on a logarithmic axis. */
export interface LineChart {
  readonly title: string;
  /** What the vertical axis shows, with its unit. */
  readonly unit: string;
  /** The names of the places, in order. */
  readonly labels: readonly string[];
  /** One value for each place. `null`, and what is not finite, is a gap; 0 is drawn at the lower edge. */
  readonly measured: readonly (number | null)[];
  readonly predicted: readonly (number | null)[];
  /** The band of each predicted value. */
  readonly bands: readonly (readonly [low: number, high: number] | null)[];
  /** What a mark says of a place. */
  readonly marks: readonly (Severity | null)[];
  /** The words of the key. Default: `'measured'` and `'predicted'`. */
  readonly names?: readonly [measured: string, predicted: string];
}

const TOP = 34;
const HEIGHT = 190;
const PLOT: Extent = { from: 0.1, to: 0.99 };
/** The plot within the picture: its horizontal extent, and its top and height in pixels. */
export const LINE_PLOT = { extent: PLOT, top: TOP, height: HEIGHT } as const;
/** More dots than these are small. */
const MANY = 60;
/** The most names below the axis, and their most letters. */
const NAMES = { count: 16, letters: 20 };

/** The values that the vertical axis of a chart has to show. */
export function valuesOfLine({ measured, predicted, bands }: LineChart): number[] {
  return [...measured, ...predicted, ...bands.flat()].filter((value): value is number => value !== null);
}

/**
 * Draws measured values as a solid line with dots, and predicted values as a dashed line with a band.
 * @param include further values that the axis has to show, so that two charts have the same axis
 * @returns SVG
 */
export function drawLineChart(chart: LineChart, id: string, include: Iterable<number> = []): string {
  const { title, unit, labels, measured, predicted, bands, marks, names = ['measured', 'predicted'] } = chart;
  const scale = logScale([...valuesOfLine(chart), ...include]);
  const count = Math.max(labels.length, 1);
  const x = (index: number) => (STRETCH * (index + 0.5)) / count;
  const y = (value: number) => HEIGHT * (1 - scale.at(value));
  const isShown = (value: number | null) => value !== null && Number.isFinite(value);
  const path = line<number | null>()
    .defined(isShown)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .digits(1);
  const bandPath = area<readonly [number, number] | null>()
    .defined((band) => band?.every(Number.isFinite) ?? false)
    .x((_, index) => x(index))
    .y0((band) => y(band?.[0] ?? 0))
    .y1((band) => y(band?.[1] ?? 0))
    .digits(1);
  const dot = (index: number, value: number) => `M${x(index).toFixed(1)},${y(value).toFixed(1)}h0`;
  const dots = measured.map((value, i) => (value !== null && isShown(value) ? dot(i, value) : '')).join('');
  const rings = (['note', 'warning', 'error'] as const).map((severity) =>
    drawPath(
      `ring ${severity}`,
      marks.map((mark, i) => (mark === severity ? dot(i, markedValue(measured[i])) : '')).join(''),
    ),
  );
  const hasZero = measured.includes(0);
  const nameHeight = heightOfNames(labels);
  return drawPicture(
    {
      id,
      title,
      description: `${labels.length} places; ${unit}, on a logarithmic axis. The table below has the values.`,
      height: TOP + HEIGHT + nameHeight + (hasZero ? 16 : 0),
    },
    drawKey(
      names,
      bands.some((band) => band !== null),
      predicted.some(isShown),
    ),
    drawText(unit, { x: 0, y: 11, class: 'quiet' }),
    ...scale.ticks(5).map(({ value, text }) => drawGridLine(PLOT, TOP + y(value), text, 0.012)),
    drawStretched(
      PLOT,
      TOP,
      HEIGHT,
      drawPath('band', bandPath(bands)),
      drawPath('predicted', path(predicted)),
      drawPath('measured', path(measured)),
      ...rings,
      drawPath(count > MANY ? 'dots many' : 'dots', dots),
    ),
    ...measured.map((value, i) => (value === null || isShown(value) ? '' : drawGap(i, count))),
    drawNames(labels, marks, count),
    hasZero
      ? drawText('0 is drawn at the lower edge', {
          x: share(PLOT.to),
          y: TOP + HEIGHT + nameHeight + 10,
          class: 'quiet',
          anchor: 'end',
        })
      : '',
  );
}

/** A mark without a value is drawn at the lower edge. */
function markedValue(value: number | null | undefined): number {
  return value != null && Number.isFinite(value) ? value : 0;
}

function drawGap(index: number, count: number): string {
  return drawText(SIGNS.error, { x: placeOf(index, count), y: TOP + 10, class: 'error', anchor: 'middle' });
}

/** The horizontal place of an index within the picture. */
function placeOf(index: number, count: number): string {
  return share(PLOT.from + ((PLOT.to - PLOT.from) * (index + 0.5)) / count);
}

/** The key, in the upper right corner. */
function drawKey([measured, predicted]: readonly [string, string], hasBand: boolean, hasPrediction: boolean): string {
  const sample = (name: string, y: number) => drawLine(name, [0, 22], [y, y]);
  const first = sample('measured', 22) + drawText(measured, { x: 28, y: 26 });
  if (!hasPrediction) return first;
  const band = hasBand
    ? element('rect', { class: 'band', x: 110, y: 16, width: 22, height: 12, 'fill-opacity': 0.3 })
    : '';
  const second = element('svg', { x: 110, overflow: 'visible' }, sample('predicted', 22));
  const words = `${predicted}${hasBand ? ', with band' : ''}`;
  return first + band + second + drawText(words, { x: 138, y: 26 });
}

/** The indices whose names are written: those with marks, and some between them. */
function namedIndices(labels: readonly string[], marks: readonly (Severity | null)[]): Set<number> {
  const step = Math.ceil(labels.length / NAMES.count);
  const named = new Set<number>();
  const isFree = (index: number) => {
    for (let near = index - step + 1; near < index + step; near++) if (named.has(near)) return false;
    return true;
  };
  for (const wanted of ['error', 'warning', 'note', null] as const) {
    for (let index = 0; index < labels.length; index += wanted === null ? step : 1) {
      if ((wanted === null || marks[index] === wanted) && isFree(index)) named.add(index);
    }
  }
  return named;
}

function heightOfNames(labels: readonly string[]): number {
  const letters = labels.reduce((most, label) => Math.max(most, Math.min(NAMES.letters, label.length)), 0);
  return 18 + Math.ceil(letters * 5.2);
}

function drawNames(labels: readonly string[], marks: readonly (Severity | null)[], count: number): string {
  return Array.from(namedIndices(labels, marks), (index) => {
    const mark = marks[index];
    const name = `${mark ? `${SIGNS[mark]} ` : ''}${shorten(labels[index], NAMES.letters)}`;
    const word = drawText(name, {
      x: 0,
      y: 0,
      class: mark ?? 'quiet',
      anchor: 'end',
      transform: 'rotate(-52)',
    });
    return element('svg', { x: placeOf(index, count), y: TOP + HEIGHT + 12, overflow: 'visible' }, word);
  }).join('');
}
