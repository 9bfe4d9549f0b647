import { type DataTable, renderFoldedTable } from './dataTable.js';
import { element, escapeMarkup } from './markup.js';

/** A picture with everything around it. */
export interface Figure {
  /** Unique in the page. */
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** What to look for; `null` if each column has a caption of its own. */
  readonly caption: string | null;
  /** One column, or two that are compared, each with the name of its column. */
  readonly columns: readonly FigureColumn[];
}

interface FigureColumn {
  /** Above the picture; `null` if there is only one. */
  readonly name: string | null;
  /** What to look for in this column. Default: the caption of the figure says it. */
  readonly caption?: string | undefined;
  /** SVG. */
  readonly picture: string;
  /** The data of the picture. */
  readonly table: DataTable;
  /** Figures of another kind that belong to it. */
  readonly further?: DataTable | undefined;
}

/** A figure as HTML: title, caption, picture, and its data as a table. */
export function renderFigure({ id, number, title, caption, columns }: Figure): string {
  const head = [element('h3', {}, `Figure ${number}. ${escapeMarkup(title)}`)];
  if (caption !== null) head.push(element('p', {}, escapeMarkup(caption)));
  const parts = columns.map(({ name, caption, picture, table, further }) =>
    [
      name === null ? '' : element('h4', {}, escapeMarkup(name)),
      caption === undefined ? '' : element('p', { class: 'caption' }, escapeMarkup(caption)),
      picture,
      renderFoldedTable('Data of the figure', table),
      further === undefined || further.rows.length === 0 ? '' : renderFoldedTable('Further figures', further),
    ].join(''),
  );
  const isSingle = parts.length === 1;
  const body = element(
    'div',
    isSingle ? {} : { class: 'pair' },
    ...(isSingle ? parts : parts.map((part) => element('div', {}, part))),
  );
  return element('figure', { id, class: isSingle ? 'single' : undefined }, element('figcaption', {}, ...head), body);
}
