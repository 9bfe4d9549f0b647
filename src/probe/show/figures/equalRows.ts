import { KNOWN_ROWS } from '../../knownRows.js';
import type { ProbeData, Symmetry } from '../../Probe.js';
import { drawEqualRows, type EqualRowsChart } from '../equalRowsChart.js';
import { describeLeftOut, marksOf, weightOf } from '../worst.js';
import { shareCell } from './cells.js';
import type { PlannedFigure } from './PlannedFigure.js';

/** The most weights that are drawn, and the most groups that a cell of the table names. */
const MOST = 12;
const MOST_GROUPS = 4;

/**
 * The figure of the equal rows of weights: every weight that has a gradient, those with the largest share of equal rows first.
 * @returns no figure for a probe without such a weight
 */
export function planSymmetry({ parameters, symmetries, findings }: ProbeData): PlannedFigure[] {
  const found = new Map(symmetries.map((symmetry) => [symmetry.path, symmetry]));
  const weights = parameters
    .filter(({ path, shape, gradient }) => found.has(path) || (gradient !== null && shape.length > 1 && shape[0] > 1))
    .map(({ path, shape }) => found.get(path) ?? withoutEqual(path, shape[0]));
  if (weights.length === 0) return [];
  const marks = marksOf(findings, 'symmetry');
  const badness = ({ path, rows, of }: Symmetry) => weightOf(marks.get(path)) + rows / of;
  const shown = weights.toSorted((a, b) => badness(b) - badness(a)).slice(0, MOST);
  const groups = shown.map(({ firstEqual }) => groupsOf(firstEqual));
  const chart: EqualRowsChart = {
    title: 'Equal rows',
    unit: 'rows of each weight, from left to right',
    rows: shown.map(({ path, rows, of }, i) => ({
      label: path,
      note: rows === 0 ? `none of ${of} equal` : `${rows} of ${of} equal an earlier one`,
      mark: marks.get(path) ?? null,
      groups: numberGroups(groups[i], Math.min(of, KNOWN_ROWS)),
    })),
  };
  const cells = shown.map(({ path, rows, of }, i) => [
    path,
    String(rows),
    String(of),
    shareCell(rows / of),
    describeGroups(groups[i]),
  ]);
  const cut = shown.some(({ of }) => of > KNOWN_ROWS) ? ` Of each weight, the first ${KNOWN_ROWS} rows are drawn.` : '';
  return [
    {
      name: 'symmetry',
      key: 'symmetry',
      title: chart.title,
      caption: `Each cell is a row of a weight, which is what one unit reads. Equal rows light up: they have one colour and one height. A thin mark on the ground is a row that equals no other one. Rows that are equal, and whose gradients are equal, stay equal for ever: the units compute one and the same thing.${cut}${describeLeftOut(shown.length, weights.length)}`,
      table: {
        heading: ['weight', 'rows that equal an earlier one', 'rows', 'share', 'groups of equal rows'],
        alignments: ['left', 'right', 'right', 'right', 'left'],
        rows: cells,
      },
      walk: { along: 'y', cells },
      values: [],
      draw: (id) => drawEqualRows(chart, id),
    },
  ];
}

function withoutEqual(path: string, of: number): Symmetry {
  return { path, rows: 0, of, firstEqual: [] };
}

/** The groups of at least two equal rows, the largest first, each with its rows in order. */
function groupsOf(firstEqual: readonly number[]): number[][] {
  const byFirst = new Map<number, number[]>();
  for (const [row, first] of firstEqual.entries()) byFirst.set(first, [...(byFirst.get(first) ?? []), row]);
  return [...byFirst.values()].filter(({ length }) => length > 1).toSorted((a, b) => b.length - a.length);
}

/** For each of the first `count` rows the index of its group; `null` without one. */
function numberGroups(groups: readonly number[][], count: number): (number | null)[] {
  const numbers = new Array<number | null>(count).fill(null);
  for (const [group, rows] of groups.entries()) for (const row of rows) numbers[row] = group;
  return numbers;
}

/** `0–63`, or `0, 2, 3; 1, 4`: groups of rows in words, from 0. */
function describeGroups(groups: readonly number[][]): string {
  if (groups.length === 0) return 'none';
  const left = groups.length - MOST_GROUPS;
  const words = groups.slice(0, MOST_GROUPS).map(describeRows).join('; ');
  return left > 0 ? `${words}; and ${left} more` : words;
}

/** Numbers in order, with a dash between neighbours. */
function describeRows(rows: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
