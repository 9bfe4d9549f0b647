import type { FigureName, ProbeData, ProbedOperation } from '../../Probe.js';
import { type BarChart, drawBarChart, valuesOfBars } from '../barChart.js';
import type { ScaleKind } from '../scales.js';
import { describeLeftOut, distance, marksOf, weightOf, worstRows } from '../worst.js';
import { numberCell, shareCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** A figure with one number for each operation that has it. */
interface Subject {
  readonly name: FigureName;
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly caption: string;
  readonly scale: ScaleKind;
  readonly from: number;
  readonly band: readonly [number, number];
  readonly expected: number | null;
  readonly value: (operation: ProbedOperation) => number | null;
  readonly cell: (value: number | null) => string;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'gain',
    key: 'gain',
    title: 'Gain of the layers',
    unit: 'mean square behind a layer / before it',
    caption:
      'A gain of 1 keeps the size of the signal. A layer with 0.5 halves the mean square; twenty of them leave a millionth. Bars to the left lose the signal, bars to the right let it grow.',
    scale: 'log',
    from: 1,
    band: [0.8, 1.25],
    expected: 1,
    value: ({ gain }) => gain,
    cell: numberCell,
  },
  {
    name: 'residual',
    key: 'residual',
    title: 'Shares of the residual branches',
    unit: '% of the branch in skip + branch',
    caption:
      'The share of the branch in the mean squares of an addition. If every branch adds as much as the input has, the shares fall with depth as 1/2, 1/3, 1/4, …, and the sum grows.',
    scale: 'linear',
    from: 0,
    band: [0, 0.5],
    expected: null,
    value: ({ branchShare }) => branchShare,
    cell: shareCell,
  },
  {
    name: 'saturation',
    key: 'dead',
    title: 'Dead units',
    unit: '% of the units that are 0 for the whole batch',
    caption:
      'A unit that is 0 for every sample of the batch gets no gradient and does not learn. A few are usual in a small batch.',
    scale: 'linear',
    from: 0,
    band: [0, 0.05],
    expected: null,
    value: ({ dead }) => dead,
    cell: shareCell,
  },
  {
    name: 'saturation',
    key: 'saturated',
    title: 'Saturated elements',
    unit: '% of the elements at a flat end of the function',
    caption:
      'Where tanh or sigmoid is flat, hardly any gradient passes. Large shares say that the weights before are too large.',
    scale: 'linear',
    from: 0,
    band: [0, 0.05],
    expected: null,
    value: ({ saturated }) => saturated,
    cell: shareCell,
  },
];

/** The figures with one bar for each operation: gains, residual branches, dead units, saturation. */
export function planLayerBars(probe: ProbeData): PlannedFigure[] {
  return SUBJECTS.flatMap((subject) => planSubject(probe, subject));
}

function planSubject({ operations, findings }: ProbeData, subject: Subject): PlannedFigure[] {
  const { name, key, caption, value, cell, band, expected, from, scale } = subject;
  // Units that are not dead and functions that are not saturated need no bar; a gain is always worth one.
  const measured = operations.filter(
    (operation) => value(operation) !== null && (from !== 0 || value(operation) !== 0),
  );
  if (measured.length === 0) return [];
  const marks = marksOf(findings, name);
  const badness = (operation: ProbedOperation) =>
    weightOf(marks.get(operation.label)) +
    (scale === 'log' ? distance(value(operation), from) : Math.abs((value(operation) ?? from) - from));
  const rows = worstRows(measured, badness);
  // Shares are drawn in per cent.
  const factor = cell === shareCell ? 100 : 1;
  const chart: BarChart = {
    ...subject,
    band: [factor * band[0], factor * band[1]],
    rows: rows.map((operation) => ({
      label: operation.label,
      note: cell(value(operation)),
      mark: marks.get(operation.label) ?? null,
      value: factor * (value(operation) ?? Number.NaN),
      expected,
    })),
  };
  const cells = rows.map((operation) => [operation.label, cell(value(operation)), cell(band[0]), cell(band[1])]);
  return [
    {
      name,
      key,
      title: subject.title,
      caption: caption + describeLeftOut(rows.length, measured.length),
      table: {
        heading: ['operation', subject.unit, 'expected from', 'to'],
        alignments: ['left', 'right', 'right', 'right'],
        rows: cells,
      },
      walk: { along: 'y', cells },
      values: valuesOfBars(chart),
      draw: (id, include) => drawBarChart(chart, id, include),
    },
  ];
}
