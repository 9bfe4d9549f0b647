import { isWeighted } from '../../kinds.js';
import type { Chain, Depth, ProbeData, ProbedOperation } from '../../Probe.js';
import { capitalized, sentence } from '../findingText.js';
import { drawLineChart, type LineChart, valuesOfLine } from '../lineChart.js';
import { MOST_ROWS, marksOf, spreadRows } from '../worst.js';
import { numberCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The figure of the depth: the signal behind each weighted layer with the line that fits it, and the mean-field figures. */
export function planDepth({ operations, depth, findings }: ProbeData): PlannedFigure[] {
  const layers = operations.filter((operation) => isWeighted(operation) && operation.forward.std > 0);
  if (layers.length < 3) return [];
  const marks = marksOf(findings, 'depth');
  const rate = depth.forwardRate;
  const first = rate === null ? null : Math.exp(meanLog(layers) - (Math.log(rate) * (layers.length - 1)) / 2);
  const chart: LineChart = {
    title: 'The trend with depth',
    unit: 'standard deviation after each weighted layer',
    labels: layers.map(({ label }) => label),
    measured: layers.map(({ forward }) => forward.std),
    predicted: layers.map((_, i) => (first === null || rate === null ? null : finiteOrNull(first * rate ** i))),
    bands: layers.map(() => null),
    marks: layers.map(({ label }) => marks.get(label) ?? null),
    names: ['measured', rate === null ? '' : `fitted, × ${numberCell(rate)} a layer`],
  };
  const { chains, reason } = depth;
  const cells = layers.map(({ label, forward }, i) => [label, numberCell(forward.std), numberCell(chart.predicted[i])]);
  const shown = new Set(spreadRows(layers, ({ label }) => marks.get(label) ?? null, MOST_ROWS));
  return [
    {
      name: 'depth',
      key: 'depth',
      title: chart.title,
      caption: `A straight line on this axis is a constant factor for each layer. ${describeRates(depth)} ${describeChains(chains, reason)}`,
      table: {
        heading: ['layer', 'standard deviation', 'fitted'],
        alignments: ['left', 'right', 'right'],
        rows: cells.filter((_, i) => shown.has(layers[i])),
      },
      further: {
        heading: ['chain', 'layers', 'activation', 'phase', 'q*', 'χ₁', 'c*', 'ξ of q', 'ξ of c', 'trainable depth'],
        alignments: ['left', 'right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
        rows: chains.slice(0, MOST_ROWS).map((chain) => chainCells(chain, operations)),
      },
      walk: { along: 'x', cells },
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

function describeRates({ forwardRate, backwardRate }: Depth): string {
  const forwards =
    forwardRate === null
      ? 'This line is not straight, so no factor is fitted'
      : `Forwards it is ${numberCell(forwardRate)}`;
  const backwards =
    backwardRate === null ? '' : `, and ${numberCell(backwardRate)} for the gradient from the last layer to the first`;
  return `${forwards}${backwards}. Factors near 1 allow any depth.`;
}

function describeChains(chains: readonly Chain[], reason: string | null): string {
  if (chains.length > 0) return 'A second table has the mean-field figures of each chain of equal layers.';
  return `There are no mean-field figures. ${capitalized(sentence(reason ?? 'the network has no chain of equal layers'))}`;
}

function chainCells({ operations, activation, meanField }: Chain, all: readonly ProbedOperation[]): string[] {
  const name = (index: number | undefined) => (index === undefined ? '' : (all[index]?.label ?? ''));
  const { phase, q, chi, c, qDepth, cDepth, trainableDepth } = meanField;
  return [
    `${name(operations[0])} … ${name(operations.at(-1))}`,
    String(operations.filter((index) => all[index] && isWeighted(all[index])).length),
    activation === 'identity' ? 'none' : activation,
    phase,
    ...[q, chi, c, qDepth, cDepth, trainableDepth].map(numberCell),
  ];
}
