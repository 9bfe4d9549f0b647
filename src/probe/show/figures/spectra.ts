import { formatNumber } from '../../../formatTable.js';
import type { ProbeData, ProbedParameter } from '../../Probe.js';
import { marchenkoPastur } from '../../spectrum/marchenkoPastur.js';
import type { Spectrum } from '../../spectrum/Spectrum.js';
import type { Point } from '../histogramPath.js';
import { element } from '../markup.js';
import { drawSpectrum, type SpectrumChart } from '../spectrumChart.js';
import { describeLeftOut, marksOf, weightOf, worstRows } from '../worst.js';
import { numberCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The most spectra that are drawn. */
const MOST = 12;
/** The number of points of the expected density. */
const POINTS = 48;

interface Seen extends ProbedParameter {
  readonly spectrum: Spectrum;
}

/** The spectra of the weights beside the law of Marchenko and Pastur. */
export function planSpectra({ parameters, findings }: ProbeData): PlannedFigure[] {
  const seen = parameters.filter((parameter): parameter is Seen => parameter.spectrum !== null);
  if (seen.length === 0) return [];
  const marks = marksOf(findings, 'spectrum');
  const rows = worstRows(
    seen,
    ({ path, spectrum }) => weightOf(marks.get(path)) + Math.abs(excess(spectrum) ?? 0),
    MOST,
  );
  const charts = rows.map(({ path, spectrum, expected }): SpectrumChart => {
    const { rows, columns, largest, edge, histogram, isEstimated } = spectrum;
    return {
      label: path,
      title: `Singular values of ${path}`,
      unit: 'singular value',
      note: `${rows} × ${columns}, largest ${formatNumber(largest)}${edge === null ? '' : ` (${formatNumber(edge.expected)})`}${isEstimated ? ', estimated' : ''}`,
      mark: marks.get(path) ?? null,
      histogram: { from: 0, to: largest, counts: histogram },
      density: edge !== null && expected !== null && expected.mean === 0 ? densityOf(spectrum, expected.std) : [],
      edge: edge?.expected ?? null,
    };
  });
  const cells = rows.map(({ path, spectrum }) => [
    path,
    `${spectrum.rows} × ${spectrum.columns}`,
    numberCell(spectrum.largest),
    numberCell(spectrum.edge?.expected ?? null),
    numberCell(excess(spectrum)),
    numberCell(spectrum.smallest),
    numberCell(spectrum.stableRank),
    spectrum.isEstimated ? 'estimated' : 'yes',
  ]);
  return [
    {
      name: 'spectrum',
      key: 'spectrum',
      title: 'Spectra of the weights',
      caption: `The histogram of the singular values of each weight as a matrix. The dashed curve is the law of Marchenko and Pastur for independent elements, and the dashed upright is the largest value that it lets expect. Values far to the right of it amplify one direction; a spike at one value is an orthogonal matrix.${describeLeftOut(rows.length, seen.length)}`,
      table: {
        heading: ['weight', 'matrix', 'largest', 'expected edge', 'distance in τ', 'smallest', 'stable rank', 'exact'],
        alignments: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
        rows: cells,
      },
      walk: { along: 'panels', cells },
      values: [],
      draw: (id) => element('div', { class: 'panels' }, ...charts.map((chart, i) => drawSpectrum(chart, `${id}-${i}`))),
    },
  ];
}

/** The distance of the largest singular value from the expected edge, in units of its fluctuation. */
function excess({ largest, edge }: Spectrum): number | null {
  return edge === null || !(edge.scale > 0) ? null : (largest - edge.expected) / edge.scale;
}

/** The density of Marchenko and Pastur, in counts of a bin of the histogram. */
function densityOf({ rows, columns, largest, histogram }: Spectrum, std: number): Point[] {
  const { from, to, density } = marchenkoPastur(rows, columns, std);
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const scale = (total * largest) / histogram.length;
  if (!(to > from) || !(scale > 0)) return [];
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const value = from + ((to - from) * i) / POINTS;
    return [value, scale * density(value)];
  });
}
