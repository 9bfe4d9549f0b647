/** A plain text table: a heading, a rule, and rows, columns two spaces apart. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly ('left' | 'right')[],
): string {
  const widths = heading.map((title, c) => rows.reduce((width, row) => Math.max(width, row[c].length), title.length));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => (alignments[c] === 'right' ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
