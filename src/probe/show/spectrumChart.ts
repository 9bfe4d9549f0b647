import { formatNumber, shorten } from '../../formatTable.js';
import { type Bins, curvePath, histogramPath, type Point } from './histogramPath.js';
import { drawLine, drawPath, drawPicture, drawStretched, drawText, type Severity, SIGNS } from './plot.js';
import { linearScale } from './scales.js';

/** One histogram with the density that is expected, on an axis of its own: the spectrum of a weight, or its elements. */
export interface SpectrumChart {
  /** What is shown, such as the name of the weight. */
  readonly label: string;
  readonly title: string;
  /** What the horizontal axis shows, with its unit. */
  readonly unit: string;
  /** A short text below the label. */
  readonly note: string;
  readonly mark: Severity | null;
  readonly histogram: Bins;
  /** The expected density, in counts of a bin; empty without one. */
  readonly density: readonly Point[];
  /** The value that no element should exceed; `null` without one. */
  readonly edge: number | null;
}

const TOP = 38;
const HEIGHT = 84;
const WHOLE = { from: 0, to: 1 };

/**
 * Draws a histogram, the expected density as a dashed line, and the expected edge as a dashed upright.
 * @returns SVG
 */
export function drawSpectrum(chart: SpectrumChart, id: string): string {
  const { label, title, unit, note, mark, histogram, density, edge } = chart;
  const shown = histogram.counts.some((count) => count > 0) ? [histogram.from, histogram.to] : [];
  const scale = linearScale([...shown, ...density.map(([x]) => x), ...(edge === null ? [] : [edge])]);
  // The density of a matrix with equal sides has a pole; the histogram decides about the height of the picture.
  const highest = histogram.counts.reduce((most, count) => Math.max(most, count), 0);
  const dense = density.reduce((most, [, y]) => (Number.isFinite(y) ? Math.max(most, y) : most), 0);
  const most = highest > 0 ? Math.min(Math.max(highest, dense), 1.3 * highest) : dense || 1;
  const height = (y: number) => HEIGHT * (1 - Math.min(Math.max(y / most, 0), 1.05));
  const shift = HEIGHT * (1 - highest / most);
  const x = edge !== null && Number.isFinite(edge) ? `${Math.round(1e4 * scale.at(edge)) / 100}%` : null;
  const bottom = TOP + HEIGHT;
  const sign = mark === null ? '' : `${SIGNS[mark]} `;
  return drawPicture(
    { id, title, description: `${unit}; ${note}. The table below has the values.`, height: bottom + 34 },
    drawText(sign + shorten(label, 34), { x: 0, y: 11, class: mark ?? undefined }),
    drawText(note, { x: 0, y: 27, class: 'quiet' }),
    drawLine('axis', [0, '100%'], [bottom, bottom]),
    highest > 0
      ? drawStretched(
          WHOLE,
          TOP + shift,
          HEIGHT - shift,
          drawPath('area', histogramPath(histogram, scale.at, HEIGHT - shift)),
        )
      : drawText('no finite element', { x: 0, y: TOP + 40, class: 'error' }),
    drawStretched(WHOLE, TOP, HEIGHT, drawPath('predicted', curvePath(density, scale.at, height))),
    x === null ? '' : drawLine('predicted', [x, x], [TOP, bottom]),
    drawText(formatNumber(scale.domain[0]), { x: 0, y: bottom + 15, class: 'quiet' }),
    drawText(unit, { x: '50%', y: bottom + 15, class: 'quiet', anchor: 'middle' }),
    drawText(formatNumber(scale.domain[1]), { x: '100%', y: bottom + 15, class: 'quiet', anchor: 'end' }),
  );
}
