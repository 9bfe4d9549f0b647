import { foldPaths } from '../../foldPaths.js';
import { formatNumber, formatRange } from '../../formatTable.js';
import type { Report, ReportEntry } from '../../policy/Report.js';
import { histogramOf, type WrittenHistogram } from '../../policy/WrittenHistogram.js';
import { formatShape } from '../../tensor/Shape.js';
import { type DataTable, renderTable } from './dataTable.js';
import { besideCell } from './figures/cells.js';
import type { Point } from './histogramPath.js';
import { element, escapeMarkup } from './markup.js';
import { renderFacts, renderPage, renderParagraph } from './page.js';
import { renderFigure } from './renderFigure.js';
import { drawSpectrum } from './spectrumChart.js';
import { distance, weightOf, worstRows } from './worst.js';

/** The most rows of the table of everything. */
const MOST_IN_TABLE = 300;

interface Seen {
  readonly entry: ReportEntry;
  readonly histogram: WrittenHistogram;
}

/**
 * A report as one HTML file, which opens from disk: a histogram of what was written into each parameter with its expected density,
 * those that are farthest from it first, and the table of the report. The file has no script and loads nothing.
 * @param metadata names and values for the end of the page. Default: those of the report.
 * @example
 * ```ts
 * import { definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';
 * import { renderReport } from 'initree/probe';
 *
 * manualSeed(0);
 * const policy = definePolicy('small', [rule(nn.Linear, { weight: init.normal(0, 0.02), bias: init.zeros() })]);
 * const page = renderReport(initializeWeights(new nn.Linear(16, 16), policy));
 * console.log(page.includes('Elements of weight')); // true
 * ```
 */
export function renderReport(report: Report, metadata: Readonly<Record<string, string>> = report.metadata()): string {
  const { entries, policy } = report;
  const elements = entries.reduce((sum, { count }) => sum + count, 0);
  return renderPage({
    title: `${policy}: what was written`,
    header: [
      element('p', { class: 'kicker' }, 'What was written into the parameters'),
      element('h1', {}, `Policy ${escapeMarkup(policy)}`),
      renderParagraph(
        `${entries.length.toLocaleString('en')} parameters, ${elements.toLocaleString('en')} elements written.`,
        'run',
      ),
    ],
    main: [
      element('section', { id: 'verdict' }, element('h2', {}, 'Verdict'), ...verdictOf(report)),
      element('section', { id: 'figures', class: 'figures' }, element('h2', {}, 'Figures'), figureOf(entries)),
      element('section', { id: 'tables' }, element('h2', {}, 'All parameters'), renderTable(tableOf(entries))),
    ],
    footer: [element('h2', {}, 'How this was made'), renderFacts(Object.entries(metadata))],
  });
}

function verdictOf({ suspicious, entries, uncovered, unusedRules }: Report): string[] {
  const wrong = entries.filter(({ sample }) => sample.nonFinite > 0);
  const items = [
    ...wrong.map(({ path, sample }) => [
      path,
      `${sample.nonFinite.toLocaleString('en')} elements are NaN or infinite.`,
    ]),
    ...suspicious.map(({ path, check }) => [
      path,
      `It does not follow its expected distribution: ${check?.complaints.join(', ')}.`,
    ]),
  ];
  const listed = items
    .slice(0, 8)
    .map(([path, text]) =>
      element(
        'li',
        { class: 'warning' },
        element('p', {}, element('span', { class: 'path' }, escapeMarkup(path)), ': ', escapeMarkup(text)),
      ),
    );
  const compared = entries.filter(({ check }) => check !== null).length;
  return [
    element(
      'p',
      { class: 'verdict' },
      items.length === 0
        ? `Every parameter that can be compared with its law follows it (${compared} of ${entries.length}).`
        : `${items.length} of ${entries.length} parameters are not as expected.`,
    ),
    listed.length === 0 ? '' : element('ol', { class: 'findings' }, ...listed),
    items.length > listed.length ? renderParagraph(`The table names ${items.length - listed.length} more.`) : '',
    uncovered.length === 0
      ? ''
      : renderParagraph(
          `No rule claims ${uncovered.length.toLocaleString('en')} parameters, which stayed as they were: ${namesOf(uncovered)}.`,
        ),
    unusedRules.length === 0 ? '' : renderParagraph(`These rules matched nothing: ${unusedRules.join(', ')}.`),
  ];
}

function namesOf(paths: readonly string[]): string {
  const names = foldPaths(paths).map(({ path }) => path);
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and more` : names.join(', ');
}

function figureOf(entries: readonly ReportEntry[]): string {
  const seen = entries.flatMap((entry): Seen[] => {
    const histogram = histogramOf(entry);
    return histogram === null ? [] : [{ entry, histogram }];
  });
  if (seen.length === 0) {
    return renderParagraph(
      'No parameter has a histogram: constants, parameters that were kept, and those of fewer than 100 elements have none.',
    );
  }
  const shown = worstRows(seen, ({ entry }) => badness(entry));
  const left = seen.length - shown.length;
  const pictures = shown.map(({ entry, histogram }, i) => drawEntry(entry, histogram, `figure-1-${i}`));
  return renderFigure({
    id: 'figure-1',
    number: 1,
    title: 'What was written, beside what was expected',
    caption: `The histogram of up to 1,024 elements of each parameter, from the least to the largest of them. The dashed curve is the density of its law. Parameters without a common distribution, constants, and those of fewer than 100 elements are only in the table.${left > 0 ? ` The figure shows the ${shown.length} of ${seen.length} that are farthest from their law.` : ''}`,
    columns: [
      {
        name: null,
        picture: element('div', { class: 'panels' }, ...pictures),
        table: tableOf(shown.map(({ entry }) => entry)),
      },
    ],
  });
}

function badness({ check, sample, expected }: ReportEntry): number {
  const complains = check !== null && check.complaints.length > 0;
  return weightOf(complains ? 'warning' : null) + distance(sample.std, expected?.std ?? null);
}

function drawEntry(entry: ReportEntry, histogram: WrittenHistogram, id: string): string {
  const { path, sample, expected, check } = entry;
  const { from, to, counts, expected: dense } = histogram;
  const width = (to - from) / counts.length;
  return drawSpectrum(
    {
      label: path,
      title: `Elements of ${path}`,
      unit: 'value',
      note: `std ${besideCell(sample.std, expected?.std ?? null)}`,
      mark: check !== null && check.complaints.length > 0 ? 'warning' : null,
      histogram: { from, to, counts },
      density: dense.map((count, i): Point => [from + (i + 0.5) * width, count]),
      edge: null,
    },
    id,
  );
}

function tableOf(entries: readonly ReportEntry[]): DataTable {
  const folds = foldPaths(
    entries.map(({ path }) => path),
    entries.map(({ shape, rule, initializer, count }) => JSON.stringify([shape, rule, String(initializer), count])),
  );
  const rows = folds.slice(0, MOST_IN_TABLE).map(({ path, members }) => {
    const seen = members.map((i) => entries[i]);
    const [{ shape, rule, initializer, count, expected }] = seen;
    const range = (key: 'mean' | 'std' | 'min' | 'max') => formatRange(seen.map(({ sample }) => sample[key]));
    const inBrackets = (key: 'mean' | 'std') => (expected === null ? '' : ` (${formatNumber(expected[key])})`);
    return [
      path,
      formatShape(shape),
      rule,
      String(initializer),
      count.toLocaleString('en'),
      range('mean') + inBrackets('mean'),
      range('std') + inBrackets('std'),
      range('min'),
      range('max'),
      seen.flatMap(({ check }) => check?.complaints ?? []).join(', ') || '–',
    ];
  });
  const heading = [
    'parameter',
    'shape',
    'rule',
    'initializer',
    'count',
    'mean (expected)',
    'std (expected)',
    'min',
    'max',
    'complaints',
  ];
  const left = folds.length - rows.length;
  return {
    heading,
    alignments: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    rows: left > 0 ? [...rows, [`and ${left} more, which the JSON has`, ...heading.slice(1).map(() => '')]] : rows,
  };
}
