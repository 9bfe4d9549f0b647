import type { DataTable, PlannedFigure } from 'initree/probe/show';

/** The cells of a place as a sentence. */
export function textAt(figure: PlannedFigure | undefined, index: number): string {
  const cells = figure?.walk?.cells[index];
  if (figure === undefined || cells === undefined) return 'nothing here';
  return cells.map((cell, c) => (c === 0 ? cell : `${figure.table.heading[c]} ${cell}`)).join(', ');
}

/** The tables of a figure: that of all its places, and a further one if it has rows. */
export function tablesOf({ walk, table, further }: PlannedFigure): DataTable[] {
  const places = walk === null ? table : { ...table, rows: walk.cells };
  return further === undefined || further.rows.length === 0 ? [places] : [places, further];
}
