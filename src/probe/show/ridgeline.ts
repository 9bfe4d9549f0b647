import { type Bins, histogramPath } from './histogramPath.js';
import { drawLine, drawPath, drawStretched } from './plot.js';
import { drawRows, placeIn, ROW_PLOT, type Row } from './rows.js';
import { linearScale } from './scales.js';

/** Histograms below each other, on a common axis. */
export interface Ridgeline {
  readonly title: string;
  /** What the horizontal axis shows, with its unit. */
  readonly unit: string;
  readonly rows: readonly RidgeRow[];
}

export interface RidgeRow extends Row {
  readonly histogram: Bins;
  /** Where the dashed marks are: at one predicted standard deviation on both sides of the mean. */
  readonly predicted: { readonly mean: number; readonly std: number } | null;
}

const HEIGHT = 30;

/** The values that the axis of a chart has to show. */
export function valuesOfRidges({ rows }: Ridgeline): number[] {
  return rows.flatMap(({ histogram: { from, to, counts } }) => (counts.some((count) => count > 0) ? [from, to] : []));
}

/**
 * Draws the histogram of each row; the highest bin of each row has the same height.
 * @param include further values that the axis has to show
 * @returns SVG
 */
export function drawRidgeline(chart: Ridgeline, id: string, include: Iterable<number> = []): string {
  const scale = linearScale([...valuesOfRidges(chart), ...include]);
  return drawRows({ ...chart, id, scale }, HEIGHT, ({ histogram, predicted }, top) => {
    const path = drawPath('area', histogramPath(histogram, scale.at, HEIGHT));
    const marks = predicted === null ? [] : [predicted.mean - predicted.std, predicted.mean + predicted.std];
    const [low, high] = scale.domain;
    return [
      drawLine('grid', [0, '100%'], [top + HEIGHT, top + HEIGHT]),
      drawStretched(ROW_PLOT, top, HEIGHT, path),
      ...marks
        .filter((value) => value >= low && value <= high)
        .map((value) => {
          const x = placeIn(scale, value);
          return drawLine('predicted', [x, x], [top + 2, top + HEIGHT]);
        }),
    ].join('');
  });
}
