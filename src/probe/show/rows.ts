import { shorten } from '../../formatTable.js';
import { element, share } from './markup.js';
import { drawAxis, drawPicture, drawText, type Extent, type Severity, SIGNS } from './plot.js';
import type { Scale } from './scales.js';

/** A row of a chart: its name stands above it on the left, and what is said of it on the right. */
export interface Row {
  readonly label: string;
  /** A short text, such as the value with its unit. */
  readonly note: string;
  readonly mark: Severity | null;
}

/** The extent of all rows. */
export const ROW_PLOT: Extent = { from: 0, to: 1 };

/** The height above the first row, and that below the last one, in pixels. */
export const ROWS_TOP = 16;
export const ROWS_BOTTOM = 22;

/** The most letters of a name; the narrowest picture that is drawn for has some 300 pixels. */
const LETTERS = 34;

/** The place of a value within the picture. */
export function placeIn(scale: Scale, value: number): string {
  return share(ROW_PLOT.from + (ROW_PLOT.to - ROW_PLOT.from) * scale.at(value));
}

/**
 * A picture of rows with a common horizontal axis, if there is a scale.
 * @param rowHeight the height of a row in pixels, without its name
 * @param draw draws a row below a height
 */
export function drawRows<R extends Row>(
  {
    id,
    title,
    unit,
    rows,
    scale,
  }: { id: string; title: string; unit: string; rows: readonly R[]; scale: Scale | null },
  rowHeight: number,
  draw: (row: R, top: number) => string,
  ...behind: readonly string[]
): string {
  const step = rowHeight + 22;
  const bottom = ROWS_TOP + rows.length * step;
  return drawPicture(
    {
      id,
      title,
      description: `${rows.length} rows; ${unit}. The table below has the values.`,
      height: bottom + ROWS_BOTTOM,
    },
    drawText(unit, { x: 0, y: 10, class: 'quiet' }),
    ...behind,
    scale === null ? '' : drawAxis(scale, ROW_PLOT, ROWS_TOP + 4, bottom),
    ...rows.map((row, i) => {
      const top = ROWS_TOP + i * step + 18;
      const sign = row.mark === null ? '' : `${SIGNS[row.mark]} `;
      return (
        drawText(sign + shorten(row.label, LETTERS), { x: 0, y: top - 4, class: row.mark ?? undefined }) +
        drawText(row.note, { x: '100%', y: top - 4, class: 'quiet', anchor: 'end' }) +
        draw(row, top)
      );
    }),
  );
}

/** A band of the horizontal axis behind all rows. */
export function drawBandBehind(
  scale: Scale,
  [low, high]: readonly [number, number],
  rows: number,
  rowHeight: number,
): string {
  const [from, to] = [scale.at(low), scale.at(high)];
  const height = rows * (rowHeight + 22);
  return element('rect', {
    class: 'band',
    x: share(from),
    y: ROWS_TOP + 4,
    width: share(to - from),
    height: height - 4,
    'fill-opacity': 0.15,
  });
}
