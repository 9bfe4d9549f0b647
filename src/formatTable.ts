import { printable } from './printable.js';

/**
 * A plain-text table: a line of titles, a line of dashes, and one line for each row. Two spaces separate the columns.
 * Control characters of the cells are escaped.
 */
export function formatTable(
  heading: readonly string[],
  cells: readonly (readonly string[])[],
  alignments: readonly ('left' | 'right')[],
): string {
  const rows = cells.map((row) => row.map(printable));
  const widths = heading.map((title, c) => rows.reduce((width, row) => Math.max(width, row[c].length), title.length));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => (alignments[c] === 'right' ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A column of a {@link Table}. */
export interface Column<R> {
  readonly title: string;
  readonly alignment: 'left' | 'right';
  /** The cell of one row, or of several rows that are printed as one. */
  readonly cell: (rows: readonly R[]) => string;
}

/** A way in which a table becomes narrower: a column is left out, or its cells become shorter. */
type Narrowing = { readonly leaveOut: string } | { readonly abbreviate: string; readonly as: (cell: string) => string };

/** What a table consists of. Some of it is only for a place where the whole table does not fit. */
export interface Table<R> {
  readonly rows: readonly R[];
  /** The first column: its title, and the name of a row. */
  readonly title: string;
  readonly nameOf: (row: R) => string;
  /** Rows with equal keys may be printed as one. Default: no rows are. */
  readonly keyOf?: (row: R) => string;
  readonly columns: readonly Column<R>[];
  /** How the table becomes narrower, the least important first. */
  readonly narrowings: readonly Narrowing[];
}

/** Writes a table. {@link formatWhole} writes all of it. */
export type TableFormat = <R>(table: Table<R>) => string;

/** A table with all its rows and columns. */
export const formatWhole: TableFormat = ({ rows, title, nameOf, columns }) =>
  formatTable(
    [title, ...columns.map(({ title }) => title)],
    rows.map((row) => [nameOf(row), ...columns.map(({ cell }) => cell([row]))]),
    ['left', ...columns.map(({ alignment }) => alignment)],
  );

/** A number as a cell of a table: three significant digits, or a dash for NaN. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

/**
 * The least and the largest of some numbers as a cell, `0.018…0.022`; one number if they are written alike, and a dash without any.
 * @param write writes one number. Default: {@link formatNumber}, and two significant digits for each end of a range.
 */
export function formatRange(values: readonly number[], write?: (value: number) => string): string {
  if (values.length === 0 || values.some(Number.isNaN)) return '–';
  if (values.length === 1) return (write ?? formatNumber)(values[0]);
  const writeOne = write ?? ((value: number) => formatBriefly(value, 2));
  const least = writeOne(values.reduce((a, b) => Math.min(a, b)));
  const most = writeOne(values.reduce((a, b) => Math.max(a, b)));
  return least === most ? least : `${least}…${most}`;
}

/** A number with some significant digits in as few characters as possible: `1.5e-5`, `0.015`. */
export function formatBriefly(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(value) || (size >= 1e-3 && size < 1e5))
    return String(Number(value.toPrecision(digits)));
  return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
}

/** A text of at most `most` characters: its middle is left out, because the ends of paths differ. */
export function shorten(text: string, most: number): string {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  const tail = Math.ceil((most - 1) * 0.6);
  return `${letters.slice(0, most - 1 - tail).join('')}…${letters.slice(letters.length - tail).join('')}`;
}
