import { formatNumber } from '../../../formatTable.js';
import type { ProbeData } from '../../Probe.js';
import { drawRidgeline, type Ridgeline, valuesOfRidges } from '../ridgeline.js';
import { marksOf, spreadRows } from '../worst.js';
import { numberCell, shareCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The histograms of the activations, one below the other. */
export function planDistributions({ operations, findings }: ProbeData): PlannedFigure[] {
  if (operations.length === 0) return [];
  const marks = marksOf(findings, 'activations');
  const rows = spreadRows(operations, ({ label }) => marks.get(label) ?? null);
  const chart: Ridgeline = {
    title: 'Distributions of the activations',
    unit: 'value',
    rows: rows.map(({ label, forward, step }) => ({
      label,
      note: `std ${formatNumber(forward.std)}`,
      mark: marks.get(label) ?? null,
      histogram: forward.histogram,
      predicted: step.std === null ? null : { mean: forward.mean, std: step.std },
    })),
  };
  return [
    {
      name: 'activations',
      key: 'distributions',
      title: chart.title,
      caption: `The histogram of what each operation gave, on one axis; the highest bin of each row has the same height. Histograms that become narrow with depth show a signal that vanishes; a wall at one end shows saturation. The dashed marks are one predicted standard deviation from the mean.${rows.length < operations.length ? ` The figure shows the ${rows.length} of ${operations.length} in the order of the pass: those that the findings name, and others at even distances.` : ''}`,
      table: {
        heading: ['operation', 'mean', 'std', 'min', 'median', 'max', 'zeros', 'not finite'],
        alignments: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
        rows: rows.map(({ label, forward }) => [
          label,
          numberCell(forward.mean),
          numberCell(forward.std),
          numberCell(forward.min),
          numberCell(forward.percentiles[3] ?? null),
          numberCell(forward.max),
          shareCell(forward.zeros),
          String(forward.nonFinite),
        ]),
      },
      values: valuesOfRidges(chart),
      draw: (id, include) => drawRidgeline(chart, id, include),
    },
  ];
}
