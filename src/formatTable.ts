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

/** A number as a cell of a table: three significant digits, or a dash for NaN. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}
