import { formatNumber } from '../../../formatTable.js';
import type { ProbeData, ProbedOperation } from '../../Probe.js';
import { drawRidgeline, type Ridgeline, valuesOfRidges } from '../ridgeline.js';
import { distance, marksOf, weightOf, worstRows } from '../worst.js';
import { numberCell, shareCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The histograms of the activations, one below the other. */
export function planDistributions({ operations, findings }: ProbeData): PlannedFigure[] {
  if (operations.length === 0) return [];
  const marks = marksOf(findings, 'activations');
  // The worst ones, in the order of the pass: what changes with depth is seen only in order.
  const rows = worstRows(
    operations,
    ({ label, forward, step }: ProbedOperation) => weightOf(marks.get(label)) + distance(forward.std, step.std),
  ).toSorted((a, b) => a.index - b.index);
  const chart: Ridgeline = {
    title: 'Distributions of the activations',
    unit: 'value',
    rows: rows.map(({ label, forward, step }) => ({
      label,
      note: `std ${formatNumber(forward.std)}`,
      mark: marks.get(label) ?? null,
      histogram: forward.histogram,
      predicted: step.std,
    })),
  };
  return [
    {
      name: 'activations',
      key: 'distributions',
      title: chart.title,
      caption: `The histogram of what each operation gave, on one axis; the highest bin of each row has the same height. Histograms that become narrow with depth show a signal that vanishes; a wall at one end shows saturation. The dashed marks are one predicted standard deviation from 0.${rows.length < operations.length ? ` The figure shows the ${rows.length} of ${operations.length} that are farthest from their prediction, in the order of the pass.` : ''}`,
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
