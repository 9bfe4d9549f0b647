import { isWeighted } from '../../kinds.js';
import type { Chain, ProbeData, ProbedOperation } from '../../Probe.js';
import { sentence } from '../findingText.js';
import { drawLineChart, type LineChart, valuesOfLine } from '../lineChart.js';
import { MOST_ROWS, marksOf } from '../worst.js';
import { numberCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The figure of the depth: what is left of the first weighted layer's signal at each further one, and the mean-field figures. */
export function planDepth({ operations, depth, findings }: ProbeData): PlannedFigure[] {
  const layers = operations.filter((operation) => isWeighted(operation) && operation.forward.std > 0);
  if (layers.length < 3 || depth.forwardRate === null) return [];
  const marks = marksOf(findings, 'depth');
  const rate = depth.forwardRate;
  const first = Math.exp(meanLog(layers) - (Math.log(rate) * (layers.length - 1)) / 2);
  const chart: LineChart = {
    title: 'The trend with depth',
    unit: 'standard deviation after each weighted layer',
    labels: layers.map(({ label }) => label),
    measured: layers.map(({ forward }) => forward.std),
    predicted: layers.map((_, i) => finiteOrNull(first * rate ** i)),
    bands: layers.map(() => null),
    marks: layers.map(({ label }) => marks.get(label) ?? null),
    names: ['measured', `fitted, × ${numberCell(rate)} a layer`],
  };
  const { chains, reason } = depth;
  return [
    {
      name: 'depth',
      key: 'depth',
      title: chart.title,
      caption: `A straight line on this axis is a constant factor for each layer: forwards ${numberCell(rate)}, and ${numberCell(depth.backwardRate)} for the gradient from the last layer to the first. Factors near 1 allow any depth. ${describeChains(chains, reason)}`,
      table: {
        heading: ['chain', 'layers', 'activation', 'phase', 'q*', 'χ₁', 'c*', 'ξ of q', 'ξ of c', 'trainable depth'],
        alignments: ['left', 'right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
        rows: chains.slice(0, MOST_ROWS).map((chain) => chainCells(chain, operations)),
      },
      walk: {
        along: 'x',
        heading: ['layer', 'standard deviation', 'fitted'],
        cells: layers.map(({ label, forward }, i) => [label, numberCell(forward.std), numberCell(chart.predicted[i])]),
      },
      values: valuesOfLine(chart),
      draw: (id, include) => drawLineChart(chart, id, include),
    },
  ];
}

function meanLog(layers: readonly ProbedOperation[]): number {
  return layers.reduce((sum, { forward }) => sum + Math.log(forward.std), 0) / layers.length;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) && value > 0 ? value : null;
}

function describeChains(chains: readonly Chain[], reason: string | null): string {
  if (chains.length > 0) return 'The table has the mean-field figures of each chain of equal layers.';
  return `There are no mean-field figures. ${sentence(reason ?? 'the network has no chain of equal layers')}`;
}

function chainCells({ operations, activation, meanField }: Chain, all: readonly ProbedOperation[]): string[] {
  const name = (index: number | undefined) => (index === undefined ? '' : (all[index]?.label ?? ''));
  const { phase, q, chi, c, qDepth, cDepth, trainableDepth } = meanField;
  return [
    `${name(operations[0])} … ${name(operations.at(-1))}`,
    String(Math.ceil(operations.length / 2)),
    activation,
    phase,
    ...[q, chi, c, qDepth, cDepth, trainableDepth].map(numberCell),
  ];
}
