import type { DataTable, PlannedFigure } from 'initree/probe/show';

/** The cells of a place as a sentence. */
export function textAt(figure: PlannedFigure | undefined, index: number): string {
  const cells = figure?.walk?.cells[index];
  if (figure === undefined || cells === undefined) return 'nothing here';
  const heading = headingOf(figure);
  return cells.map((cell, c) => (c === 0 ? cell : `${heading[c]} ${cell}`)).join(', ');
}

/** The tables of a figure: that of its places, and that of the figure if it is another one and has rows. */
export function tablesOf(figure: PlannedFigure): DataTable[] {
  const { walk, table } = figure;
  if (walk === null) return [table];
  const heading = headingOf(figure);
  if (heading === table.heading) return [{ ...table, rows: walk.cells }];
  const alignments = heading.map((_, i) => (i === 0 ? 'left' : 'right'));
  const places = { heading, alignments, rows: walk.cells };
  return table.rows.length > 0 ? [places, table] : [places];
}

/** What the cells of the places are. */
function headingOf({ walk, table }: PlannedFigure): readonly string[] {
  return (walk?.along === 'panels' ? undefined : walk?.heading) ?? table.heading;
}
