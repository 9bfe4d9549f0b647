import { element, escapeMarkup, share } from './markup.js';
import type { Scale } from './scales.js';

/** How bad something is that a picture marks. */
export type Severity = 'error' | 'warning' | 'note';

/** The signs of severities, for those who do not see colours. */
export const SIGNS: Readonly<Record<Severity, string>> = { error: '✕', warning: '▲', note: '●' };

/**
 * A picture as SVG. Its width is that of its surroundings: horizontal places are percentages, vertical ones and letters have their size
 * in pixels. So letters can be read on a phone.
 * @param id begins the ids of the elements; unique in the page
 * @param title the name of the picture, which a screen reader says
 * @param description what there is to see, in a sentence
 */
export function drawPicture(
  { id, title, description, height }: { id: string; title: string; description: string; height: number },
  ...content: readonly string[]
): string {
  return element(
    'svg',
    {
      class: 'chart',
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      width: '100%',
      height,
      'font-size': 12,
      fill: 'currentColor',
    },
    element('title', { id: `${id}-title` }, escapeMarkup(title)),
    element('desc', { id: `${id}-desc` }, escapeMarkup(description)),
    ...content,
  );
}

/** Letters at a place. */
export function drawText(
  text: string,
  place: {
    x: number | string;
    y: number;
    class?: string | undefined;
    anchor?: 'middle' | 'end' | undefined;
    transform?: string;
  },
): string {
  const { anchor, class: name, ...rest } = place;
  return element('text', { class: name, 'text-anchor': anchor, ...rest }, escapeMarkup(text));
}

/** The horizontal extent of a plot within a picture, as shares of its width. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The width of a {@link drawStretched} in its own units. */
export const STRETCH = 1000;

/** Paths that are stretched to the width of a plot; their lines are not. Horizontal coordinates run from 0 to {@link STRETCH}. */
export function drawStretched({ from, to }: Extent, y: number, height: number, ...content: readonly string[]): string {
  return element(
    'svg',
    {
      x: share(from),
      y,
      width: share(to - from),
      height,
      viewBox: `0 0 ${STRETCH} ${height}`,
      preserveAspectRatio: 'none',
      overflow: 'visible',
    },
    ...content,
  );
}

/** What remains of a line where a policy forbids styles. */
const LINE = { fill: 'none', stroke: 'currentColor' };

/** A line; an upright if both horizontal places are one. */
export function drawLine(
  name: string,
  x: readonly [string | number, string | number],
  y: readonly [number, number],
): string {
  return element('line', { class: name, x1: x[0], x2: x[1], y1: y[0], y2: y[1], stroke: LINE.stroke });
}

/** A path in a {@link drawStretched}. */
export function drawPath(name: string, d: string | null): string {
  return d === null || d === ''
    ? ''
    : element('path', { class: name, d, ...LINE, 'vector-effect': 'non-scaling-stroke' });
}

/** The vertical lines of a horizontal axis from `top` to `bottom`, with their numbers below. */
export function drawAxis(scale: Scale, { from, to }: Extent, top: number, bottom: number): string {
  return scale
    .ticks(4)
    .map(({ value, text }) => {
      const x = share(from + (to - from) * scale.at(value));
      return (
        drawLine('grid', [x, x], [top, bottom]) +
        drawText(text, { x, y: bottom + 15, class: 'quiet', anchor: anchorAt(scale.at(value)) })
      );
    })
    .join('');
}

/** Letters at the ends of an axis stay within the picture. */
function anchorAt(place: number): 'middle' | 'end' | undefined {
  if (place < 0.06) return undefined;
  return place > 0.94 ? 'end' : 'middle';
}

/**
 * A grid line across a plot, with its value to the left of it.
 * @param at the height of the line in the picture
 * @param gap the distance from the value to the plot, as a share of the width of the picture
 */
export function drawGridLine({ from, to }: Extent, at: number, text: string, gap: number): string {
  return (
    drawLine('grid', [share(from), share(to)], [at, at]) +
    drawText(text, { x: share(from - gap), y: at + 4, class: 'quiet', anchor: 'end' })
  );
}
