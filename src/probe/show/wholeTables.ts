import { foldPaths } from '../../foldPaths.js';
import { formatRange } from '../../formatTable.js';
import type { ProbeData, ProbedOperation, ProbedParameter } from '../Probe.js';
import type { DataTable } from './dataTable.js';

/** The most rows of a table of everything. */
const MOST = 300;

/** All operations in one table, in their order; repeated ones in one row with the range of what was seen. */
export function tableOfOperations({ operations }: ProbeData): DataTable {
  return foldedTable(
    operations,
    ({ label }) => label,
    ({ kind, shape }) => `${kind} ${shape.join('×')}`,
    [
      ['kind', 'left', (rows) => rows[0].kind],
      ['shape', 'left', (rows) => rows[0].shape.join('×')],
      ['std', 'right', (rows) => rangeOf(rows, ({ forward }) => forward.std)],
      ['step', 'right', (rows) => rangeOf(rows, ({ step }) => step.std)],
      ['theory', 'right', (rows) => rangeOf(rows, ({ theory }) => theory.std)],
      [
        'gradient',
        'right',
        (rows) => rangeOf(rows, ({ gradient }) => (gradient ? Math.sqrt(gradient.meanSquare) : null)),
      ],
      ['step', 'right', (rows) => rangeOf(rows, ({ gradientStep }) => gradientStep.std)],
      ['zeros', 'right', (rows) => rangeOf(rows, ({ forward }) => forward.zeros)],
    ] satisfies readonly Column<ProbedOperation>[],
  );
}

/** All parameters in one table, in their order; repeated ones in one row with the range of what was seen. */
export function tableOfParameters({ parameters }: ProbeData): DataTable {
  return foldedTable(
    parameters,
    ({ path }) => path,
    ({ shape, initializer }) => `${shape.join('×')} ${initializer}`,
    [
      ['shape', 'left', (rows) => rows[0].shape.join('×')],
      ['initializer', 'left', (rows) => rows[0].initializer ?? '–'],
      ['mean', 'right', (rows) => rangeOf(rows, ({ statistics }) => statistics.mean)],
      ['std', 'right', (rows) => rangeOf(rows, ({ statistics }) => statistics.std)],
      ['expected', 'right', (rows) => rangeOf(rows, ({ expected }) => expected?.std ?? null)],
      [
        'gradient',
        'right',
        (rows) => rangeOf(rows, ({ gradient }) => (gradient ? Math.sqrt(gradient.meanSquare) : null)),
      ],
      ['log₁₀ update', 'right', (rows) => rangeOf(rows, ({ updateRatio }) => updateRatio)],
    ] satisfies readonly Column<ProbedParameter>[],
  );
}

type Column<R> = readonly [title: string, alignment: 'left' | 'right', cell: (rows: readonly R[]) => string];

function foldedTable<R>(
  rows: readonly R[],
  nameOf: (row: R) => string,
  keyOf: (row: R) => string,
  columns: readonly Column<R>[],
): DataTable {
  const folds = foldPaths(rows.map(nameOf), rows.map(keyOf));
  const shown = folds.slice(0, MOST).map(({ path, members }) => {
    const seen = members.map((i) => rows[i]);
    return [path, ...columns.map(([, , cell]) => cell(seen))];
  });
  const left = folds.length - shown.length;
  return {
    heading: ['name', ...columns.map(([title]) => title)],
    alignments: ['left', ...columns.map(([, alignment]) => alignment)],
    rows: left > 0 ? [...shown, [`and ${left} more, which the JSON has`, ...columns.map(() => '')]] : shown,
  };
}

/** One number, or the least and the largest; a dash if a row has none. */
function rangeOf<R>(rows: readonly R[], value: (row: R) => number | null): string {
  return formatRange(rows.map((row) => value(row) ?? Number.NaN));
}
