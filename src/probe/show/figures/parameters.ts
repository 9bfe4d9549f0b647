import { formatNumber } from '../../../formatTable.js';
import type { ProbeData, ProbedParameter } from '../../Probe.js';
import { type BarChart, drawBarChart, valuesOfBars } from '../barChart.js';
import { drawStripChart, type StripChart, valuesOfStrips } from '../stripChart.js';
import { describeLeftOut, distance, marksOf, weightOf, worstRows } from '../worst.js';
import { besideCell, numberCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** log₁₀ of the ratio of an update to its parameter: what lets a network learn without being torn apart. */
const UPDATE_BAND = [-4, -1.5] as const;

/** The figures of the parameters: what was written, and how much a step changes it. */
export function planParameters(probe: ProbeData): PlannedFigure[] {
  return [...planValues(probe), ...planUpdates(probe)];
}

function planValues({ parameters, findings }: ProbeData): PlannedFigure[] {
  if (parameters.length === 0) return [];
  const marks = marksOf(findings, 'parameters');
  const rows = worstRows(
    parameters,
    ({ path, statistics, expected }: ProbedParameter) =>
      // Constants come last: there is nothing to see.
      weightOf(marks.get(path)) + distance(statistics.std, expected?.std ?? null) + (statistics.std > 0 ? 1e-9 : 0),
  );
  const chart: StripChart = {
    title: 'Parameters as they were written',
    unit: 'value',
    rows: rows.map(({ path, statistics, expected }) => ({
      label: path,
      note: `std ${besideCell(statistics.std, expected?.std ?? null)}`,
      mark: marks.get(path) ?? null,
      percentiles: statistics.percentiles,
      expected,
    })),
  };
  const cells = rows.map(({ path, shape, rule, initializer, statistics, expected, complaints }) => [
    path,
    `[${shape.join(', ')}]`,
    rule ?? '–',
    initializer ?? '–',
    besideCell(statistics.mean, expected?.mean ?? null),
    besideCell(statistics.std, expected?.std ?? null),
    numberCell(statistics.min),
    numberCell(statistics.max),
    complaints.join(', ') || '–',
  ]);
  return [
    {
      name: 'parameters',
      key: 'parameters',
      title: chart.title,
      caption: `Each row shows the 1st to the 99th percentile of a parameter as a line, its middle half as a box, and its median. The dashed marks are one expected standard deviation from the expected mean; for a normal distribution the box ends at two thirds of them. Numbers in brackets are the expected ones.${describeLeftOut(rows.length, parameters.length)}`,
      table: {
        heading: [
          'parameter',
          'shape',
          'rule',
          'initializer',
          'mean (expected)',
          'std (expected)',
          'min',
          'max',
          'complaints',
        ],
        alignments: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'left'],
        rows: cells,
      },
      walk: { along: 'y', cells },
      values: valuesOfStrips(chart),
      draw: (id, include) => drawStripChart(chart, id, include),
    },
  ];
}

function planUpdates({ parameters, findings }: ProbeData): PlannedFigure[] {
  const measured = parameters.filter(({ updateRatio }) => updateRatio !== null);
  if (measured.length === 0) return [];
  const marks = marksOf(findings, 'parameters');
  const middle = (UPDATE_BAND[0] + UPDATE_BAND[1]) / 2;
  const rows = worstRows(
    measured,
    ({ path, updateRatio }: ProbedParameter) => weightOf(marks.get(path)) + Math.abs((updateRatio ?? middle) - middle),
  );
  const chart: BarChart = {
    title: 'Updates beside the parameters',
    unit: 'log₁₀ of (learning rate · gradient / value)',
    scale: 'linear',
    from: null,
    band: UPDATE_BAND,
    rows: rows.map(({ path, updateRatio }) => ({
      label: path,
      note: numberCell(updateRatio),
      mark: marks.get(path) ?? null,
      value: updateRatio,
      expected: null,
    })),
  };
  const cells = rows.map(({ path, updateRatio, gradient, statistics }) => [
    path,
    numberCell(updateRatio),
    gradient === null ? '–' : formatNumber(Math.sqrt(gradient.meanSquare)),
    formatNumber(statistics.std),
  ]);
  return [
    {
      name: 'parameters',
      key: 'updates',
      title: chart.title,
      caption: `How much the first step changes each parameter, as a power of ten of its own standard deviation. −3 is a thousandth. Left of the band a parameter hardly moves; right of it one step overwrites what was initialised.${describeLeftOut(rows.length, measured.length)}`,
      table: {
        heading: ['parameter', 'log₁₀ ratio', 'rms of the gradient', 'std of the values'],
        alignments: ['left', 'right', 'right', 'right'],
        rows: cells,
      },
      walk: { along: 'y', cells },
      values: valuesOfBars(chart),
      draw: (id, include) => drawBarChart(chart, id, include),
    },
  ];
}
