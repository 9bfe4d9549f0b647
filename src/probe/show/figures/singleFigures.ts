import type { FigureName, ProbeData } from '../../Probe.js';
import { type BarChart, type BarRow, drawBarChart, valuesOfBars } from '../barChart.js';
import { marksOf } from '../worst.js';
import { numberCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The figures with few numbers: the loss, the Jacobian. */
export function planSingles(probe: ProbeData): PlannedFigure[] {
  return [...planLoss(probe), ...planJacobian(probe)];
}

/** The figure of the loss. */
export function planLoss({ loss, findings }: ProbeData): PlannedFigure[] {
  if (loss === null) return [];
  const { value, expected, logitStd, kind } = loss;
  const mark = [...marksOf(findings, 'loss').values()][0] ?? null;
  const rows: BarRow[] = [{ label: kind, note: numberCell(value), mark, value, expected }];
  return [
    bars({
      name: 'loss',
      title: 'Loss of the batch',
      unit: 'loss',
      caption:
        expected === null
          ? 'The loss of the batch that was measured.'
          : 'The loss of the batch that was measured. A network that knows nothing gives every class the same probability, and has ln(classes), the dashed mark. Before training, a larger loss says that the network is sure of what it cannot know.',
      from: 0,
      rows,
      heading: ['quantity', 'measured', 'expected', 'standard deviation of the logits'],
      cells: [['loss', numberCell(value), numberCell(expected), numberCell(logitStd)]],
    }),
  ];
}

function planJacobian({ jacobian, findings }: ProbeData): PlannedFigure[] {
  if (jacobian === null) return [];
  const { meanSquare, predicted } = jacobian;
  const mark = [...marksOf(findings, 'jacobian').values()][0] ?? null;
  return [
    bars({
      name: 'jacobian',
      title: 'Jacobian of the outputs by the inputs',
      unit: 'mean square of the singular values',
      caption:
        'How much a small change of the input changes the output, as a mean square. 1 keeps changes; much less forgets the input, much more is chaos. The dashed mark is the prediction.',
      from: 1,
      scale: 'log',
      rows: [{ label: 'whole network', note: numberCell(meanSquare), mark, value: meanSquare, expected: predicted }],
      heading: ['quantity', 'measured', 'predicted'],
      cells: [['mean square of the singular values', numberCell(meanSquare), numberCell(predicted)]],
    }),
  ];
}

/** A figure of bars. */
function bars({
  name,
  caption,
  heading,
  cells,
  scale = 'linear',
  ...rest
}: {
  name: FigureName;
  title: string;
  unit: string;
  caption: string;
  from: number;
  scale?: BarChart['scale'];
  rows: readonly BarRow[];
  heading: readonly string[];
  cells: readonly (readonly string[])[];
}): PlannedFigure {
  const chart: BarChart = { ...rest, scale, band: null };
  return {
    name,
    key: name,
    title: rest.title,
    caption,
    table: { heading, alignments: heading.map((_, c) => (c === 0 ? 'left' : 'right')), rows: cells },
    walk: { along: 'y', cells },
    values: valuesOfBars(chart),
    draw: (id, include) => drawBarChart(chart, id, include),
  };
}
