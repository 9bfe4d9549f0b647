import { element, escapeMarkup } from './markup.js';

/** A table of texts. */
export interface DataTable {
  readonly heading: readonly string[];
  readonly alignments: readonly ('left' | 'right')[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table as HTML. The first cell of each row is its heading.
 * @param label what a screen reader calls it
 */
export function renderTable({ heading, alignments, rows }: DataTable, label = 'table'): string {
  const cell = (name: string, text: string, c: number, scope?: string) =>
    element(name, { scope, class: alignments[c] === 'right' ? 'n' : undefined }, escapeMarkup(text));
  const head = element('tr', {}, ...heading.map((title, c) => cell('th', title, c, 'col')));
  const body = rows.map((row) =>
    element('tr', {}, ...row.map((text, c) => (c === 0 ? cell('th', text, c, 'row') : cell('td', text, c)))),
  );
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, table);
}

/** A table that a reader opens. */
export function renderFoldedTable(summary: string, table: DataTable): string {
  return element('details', {}, element('summary', {}, escapeMarkup(summary)), renderTable(table));
}
