import type { Prediction, ProbeData, ProbedOperation } from '../../Probe.js';
import { drawLineChart, type LineChart, valuesOfLine } from '../lineChart.js';
import { distance, marksOf, weightOf, worstRows } from '../worst.js';
import { bandCell, numberCell, predictionCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** What the two figures by depth differ in. */
interface Direction {
  readonly name: 'activations' | 'gradients';
  readonly title: string;
  readonly unit: string;
  readonly caption: string;
  readonly measured: (operation: ProbedOperation) => number | null;
  readonly step: (operation: ProbedOperation) => Prediction;
  readonly theory: (operation: ProbedOperation) => Prediction;
}

const FORWARD: Direction = {
  name: 'activations',
  title: 'Activations by depth',
  unit: 'standard deviation of the values',
  caption:
    'Each point is the standard deviation of what one operation gave, in the order of the pass: a layer and its activation have a point each, so the line has teeth. A network that starts well keeps a level line near 1. A line that falls or rises steadily loses or explodes the signal with depth.',
  measured: ({ forward }) => forward.std,
  step: ({ step }) => step,
  theory: ({ theory }) => theory,
};

const BACKWARD: Direction = {
  name: 'gradients',
  title: 'Gradients by depth',
  unit: 'root mean square of the gradient of the loss',
  caption:
    'Each point is the root mean square of the gradient at the value of one operation. The pass goes from right to left. A level line lets all layers learn at one pace. Where the line falls to the left, the first layers hardly learn.',
  measured: ({ gradient }) => (gradient === null ? null : Math.sqrt(gradient.meanSquare)),
  step: ({ gradientStep }) => gradientStep,
  theory: ({ gradientTheory }) => gradientTheory,
};

/** The figures of activations and gradients by depth. */
export function planDepthLines(probe: ProbeData): PlannedFigure[] {
  const hasGradients = probe.operations.some(({ gradient }) => gradient !== null);
  const directions = hasGradients ? [FORWARD, BACKWARD] : [FORWARD];
  return probe.operations.length === 0 ? [] : directions.map((direction) => planDirection(probe, direction));
}

function planDirection({ operations, findings }: ProbeData, direction: Direction): PlannedFigure {
  const { name, title, unit, caption, measured, step, theory } = direction;
  const marks = marksOf(findings, name);
  // The chain of the theory, which explains depth; single steps where there is no chain at all.
  const hasTheory = operations.some((operation) => theory(operation).std !== null);
  const predicted = hasTheory ? theory : step;
  const predictions = operations.map(predicted);
  const chart: LineChart = {
    title,
    unit,
    labels: operations.map(({ label }) => label),
    measured: operations.map(measured),
    predicted: predictions.map(({ std }) => std),
    bands: predictions.map((prediction) => (prediction.std === null ? null : prediction.band)),
    marks: operations.map(({ label }) => marks.get(label) ?? null),
    names: ['measured', hasTheory ? 'theory' : 'step by step'],
  };
  const badness = (operation: ProbedOperation) =>
    weightOf(marks.get(operation.label)) + distance(measured(operation), step(operation).std);
  const rows = worstRows(operations, badness);
  const cellsOf = (operation: ProbedOperation) => [
    operation.label,
    numberCell(measured(operation)),
    predictionCell(step(operation)),
    bandCell(step(operation)),
    predictionCell(theory(operation)),
    bandCell(theory(operation)),
  ];
  return {
    name,
    key: name,
    title,
    caption: `${caption} The dashed line is the prediction for this very network; a measured point outside of its band calls for an explanation. Step: from the measured input of one operation; theory: from the laws of all weights.`,
    table: {
      heading: ['operation', 'measured', 'step', 'band of the step', 'theory', 'band of the theory'],
      alignments: ['left', 'right', 'right', 'right', 'right', 'right'],
      rows: rows.map(cellsOf),
    },
    walk: { along: 'x', cells: operations.map(cellsOf) },
    values: valuesOfLine(chart),
    draw: (id, include) => drawLineChart(chart, id, include),
  };
}
