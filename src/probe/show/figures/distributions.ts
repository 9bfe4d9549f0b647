import { formatNumber } from '../../../formatTable.js';
import type { FigureName, ProbeData } from '../../Probe.js';
import type { Statistics } from '../../Statistics.js';
import { drawRidgeline, type Ridgeline, type RidgeRow, valuesOfRidges } from '../ridgeline.js';
import { marksOf, spreadRows } from '../worst.js';
import { numberCell, shareCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** What has a histogram. */
interface Seen {
  readonly label: string;
  readonly statistics: Statistics;
  /** The short text beside the label. */
  readonly note: string;
  readonly predicted: RidgeRow['predicted'];
}

/** What the figures of histograms differ in. */
interface Subject {
  readonly name: FigureName;
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly place: string;
  readonly caption: string;
  readonly order: string;
  readonly see: (probe: ProbeData) => readonly Seen[];
}

const ACTIVATIONS: Subject = {
  name: 'activations',
  key: 'distributions',
  title: 'Distributions of the activations',
  unit: 'value',
  place: 'operation',
  caption:
    'The histogram of what each operation gave, on one axis; the highest bin of each row has the same height. Histograms that become narrow with depth show a signal that vanishes; a wall at one end shows saturation. The dashed marks are one predicted standard deviation from the mean.',
  order: 'in the order of the pass',
  see: ({ operations }) =>
    operations.map(({ label, forward, step }) => ({
      label,
      statistics: forward,
      note: `std ${formatNumber(forward.std)}`,
      predicted: step.std === null ? null : { mean: forward.mean, std: step.std },
    })),
};

const GRADIENTS: Subject = {
  name: 'gradients',
  key: 'gradientDistributions',
  title: 'Distributions of the gradients',
  unit: 'gradient of the loss',
  place: 'operation',
  caption:
    'The histogram of the gradient at the value of each operation, on one axis. The pass goes from the last row to the first. Rows that become narrow towards the first one show a gradient that vanishes on its way back.',
  order: 'in the order of the pass',
  see: ({ operations }) =>
    operations.flatMap(({ label, gradient }) =>
      gradient === null
        ? []
        : [
            {
              label,
              statistics: gradient,
              note: `rms ${formatNumber(Math.sqrt(gradient.meanSquare))}`,
              predicted: null,
            },
          ],
    ),
};

const WEIGHTS: Subject = {
  name: 'parameters',
  key: 'weightDistributions',
  title: 'Distributions of the weights',
  unit: 'value',
  place: 'parameter',
  caption:
    'The histogram of the elements of each weight, on one axis. The dashed marks are one standard deviation of its law from the mean.',
  order: 'in the order of the model',
  see: ({ parameters }) =>
    parameters
      .filter(({ shape }) => shape.length > 1)
      .map(({ path, statistics, expected }) => ({
        label: path,
        statistics,
        note: `std ${formatNumber(statistics.std)}`,
        predicted: expected,
      })),
};

/** The histograms of the activations, one below the other. */
export function planDistributions(probe: ProbeData): PlannedFigure[] {
  return planSubject(probe, ACTIVATIONS);
}

/** The histograms of the gradients, one below the other. */
export function planGradientDistributions(probe: ProbeData): PlannedFigure[] {
  return planSubject(probe, GRADIENTS);
}

/** The histograms of the weights, one below the other. */
export function planWeightDistributions(probe: ProbeData): PlannedFigure[] {
  return planSubject(probe, WEIGHTS);
}

function planSubject(
  probe: ProbeData,
  { name, key, title, unit, place, caption, order, see }: Subject,
): PlannedFigure[] {
  const all = see(probe);
  if (all.length === 0) return [];
  const marks = marksOf(probe.findings, name);
  const rows = spreadRows(all, ({ label }) => marks.get(label) ?? null);
  const chart: Ridgeline = {
    title,
    unit,
    rows: rows.map(({ label, note, statistics, predicted }) => ({
      label,
      note,
      mark: marks.get(label) ?? null,
      histogram: statistics.histogram,
      predicted,
    })),
  };
  const cells = rows.map(({ label, statistics }) => [
    label,
    numberCell(statistics.mean),
    numberCell(statistics.std),
    numberCell(statistics.min),
    numberCell(statistics.percentiles[3] ?? null),
    numberCell(statistics.max),
    shareCell(statistics.zeros),
    String(statistics.nonFinite),
  ]);
  const left = `The figure shows the ${rows.length} of ${all.length} ${order}: those that the findings name, and others at even distances.`;
  return [
    {
      name,
      key,
      title,
      caption: `${caption}${rows.length < all.length ? ` ${left}` : ''}`,
      table: {
        heading: [place, 'mean', 'std', 'min', 'median', 'max', 'zeros', 'not finite'],
        alignments: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
        rows: cells,
      },
      walk: { along: 'y', cells },
      values: valuesOfRidges(chart),
      draw: (id, include) => drawRidgeline(chart, id, include),
    },
  ];
}
