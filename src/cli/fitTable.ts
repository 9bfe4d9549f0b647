import { foldPaths } from '../foldPaths.js';
import { formatTable, shorten, type Table, type TableFormat } from '../formatTable.js';
import { printable } from '../printable.js';
import { wrapText } from '../wrapText.js';

/** Up to this number of rows every row has its line. */
const SHORT = 8;
/** The least width of the names. */
const LEAST_NAME = 16;

/**
 * Writes tables for a terminal of a width: rows that differ only in a number are one row, with the range of what was seen, and the
 * least important columns are left out until the table fits. A line below the table says what is not in it.
 */
export function fitTo(width: number): TableFormat {
  return (table) => fitTable(table, width);
}

function fitTable<R>({ rows, title, nameOf, keyOf, columns, narrowings }: Table<R>, width: number): string {
  const names = rows.map(nameOf);
  const isFolded = keyOf !== undefined && rows.length > SHORT;
  const folds = isFolded
    ? foldPaths(names, rows.map(keyOf))
    : names.map((path, i) => ({ path, members: [i] as readonly number[] }));
  let shown = columns.map(({ title, alignment, cell }) => ({
    title,
    alignment,
    cells: folds.map(({ members }) => printable(cell(members.map((i) => rows[i])))),
  }));
  let labels = folds.map(({ path }) => printable(path));
  const leftOut: string[] = [];
  const shortened: string[] = [];
  const widthOf = (title: string, cells: readonly string[]) =>
    cells.reduce((most, cell) => Math.max(most, cell.length), title.length);
  const widthOfAll = () =>
    shown.reduce((sum, { title, cells }) => sum + 2 + widthOf(title, cells), widthOf(title, labels));
  for (const narrowing of narrowings) {
    if (widthOfAll() <= width) break;
    if ('leaveOut' in narrowing) {
      const kept = shown.filter(({ title }) => title !== narrowing.leaveOut);
      if (kept.length < shown.length) leftOut.push(narrowing.leaveOut);
      shown = kept;
    } else {
      const { abbreviate, as } = narrowing;
      shortened.push(abbreviate);
      shown = shown.map((column) =>
        column.title === abbreviate ? { ...column, cells: column.cells.map(as) } : column,
      );
    }
  }
  const excess = widthOfAll() - width;
  if (excess > 0) {
    const room = Math.max(LEAST_NAME, widthOf(title, labels) - excess);
    labels = labels.map((label) => shorten(label, room));
  }
  const text = formatTable(
    [title, ...shown.map(({ title }) => title)],
    labels.map((label, i) => [label, ...shown.map(({ cells }) => cells[i])]),
    ['left', ...shown.map(({ alignment }) => alignment)],
  );
  const still = shortened.filter((title) => !leftOut.includes(title));
  const notes = [
    ...(folds.length < rows.length
      ? [`${rows.length} rows in ${folds.length}, a…b is the range of what was seen`]
      : []),
    ...(leftOut.length > 0 ? [`without ${leftOut.join(', ')}`] : []),
    ...still.map((title) => `${title} in short`),
  ];
  if (notes.length === 0) return text;
  return [text, ...wrapText(`(${notes.join('; ')}; --all prints everything)`, width, 1)].join('\n');
}
