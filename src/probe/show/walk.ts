import type { PlotWalk } from './figures/PlannedFigure.js';
import { LINE_PLOT } from './lineChart.js';
import { ROWS_BOTTOM, ROWS_TOP } from './rows.js';

/** A part of a picture. Horizontal numbers are shares of its width, vertical ones pixels. */
export interface Box {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/**
 * Where a place of a walk is in its picture, for the mark of a cursor.
 * @param index from 0
 * @param height the height of the picture in pixels
 */
export function boxOfPlace({ along, cells }: PlotWalk, index: number, height: number): Box {
  const count = Math.max(cells.length, 1);
  if (along === 'x') {
    const { extent, top, height: plotHeight } = LINE_PLOT;
    const width = (extent.to - extent.from) / count;
    return { left: extent.from + index * width, width, top, height: plotHeight };
  }
  const step = (height - ROWS_TOP - ROWS_BOTTOM) / count;
  return { left: 0, width: 1, top: ROWS_TOP + index * step, height: step };
}

/**
 * The place of a walk under a point of its picture; the nearest one beside the plot.
 * @param x the share of the width, in [0, 1]
 * @param y pixels from the top
 * @param height the height of the picture in pixels
 */
export function placeUnder(walk: PlotWalk, x: number, y: number, height: number): number {
  const first = boxOfPlace(walk, 0, height);
  const place = walk.along === 'x' ? (x - first.left) / first.width : (y - first.top) / first.height;
  return Math.min(Math.max(Math.floor(place), 0), walk.cells.length - 1);
}
