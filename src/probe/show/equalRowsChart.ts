import { drawPath, drawStretched, STRETCH } from './plot.js';
import { drawRows, ROW_PLOT, type Row } from './rows.js';

/** Weights as strips with a cell for each of their rows, in which equal rows are seen to be equal. */
export interface EqualRowsChart {
  readonly title: string;
  /** What a strip shows. */
  readonly unit: string;
  readonly rows: readonly EqualRowsStrip[];
}

interface EqualRowsStrip extends Row {
  /** For each row of the weight, the group of equal rows that it belongs to, from 0; `null`: it equals no other one. */
  readonly groups: readonly (number | null)[];
}

const HEIGHT = 24;
/** The heights of the cells of groups, and that of a row without a group. */
const HEIGHTS = [22, 15, 8];
const LONE = 2;
/** The colours of groups, each a class of the style. With three heights, four colours tell twelve groups apart. */
const COLOURS = 4;

/**
 * Draws a strip for each weight. The cells of equal rows have one height and one colour; a row that equals no other one is a thin mark on
 * the ground.
 * @returns SVG
 */
export function drawEqualRows(chart: EqualRowsChart, id: string): string {
  return drawRows({ ...chart, id, scale: null }, HEIGHT, ({ groups }, top) => {
    const cells = new Map<number | null, string>();
    const width = STRETCH / Math.max(groups.length, 1);
    for (const [i, group] of groups.entries()) {
      const height = group === null ? LONE : HEIGHTS[group % HEIGHTS.length];
      const [left, right] = [width * (i + 0.1), width * (i + 0.9)];
      const cell = `M${left.toFixed(1)},${HEIGHT}v${-height}H${right.toFixed(1)}v${height}z`;
      cells.set(group, (cells.get(group) ?? '') + cell);
    }
    const paths = Array.from(cells, ([group, d]) =>
      drawPath(group === null ? 'lone' : `equal equal-${group % COLOURS}`, d),
    );
    return drawStretched(ROW_PLOT, top, HEIGHT, ...paths);
  });
}
