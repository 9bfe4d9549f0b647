import { ArgumentError, describeValue } from '../../errors.js';
import { readArguments } from '../../readArguments.js';
import type { CoordinateCheckData, CoordinateFinding, CoordinateFit } from '../coordinates/CoordinateCheck.js';
import { formatSlope } from '../coordinates/findCoordinates.js';
import { describeCheck, describeVerdict, tableOfSlopes } from '../coordinates/formatCoordinates.js';
import { type DataTable, renderFoldedTable, renderTable } from './dataTable.js';
import { numberCell } from './figures/cells.js';
import { sentence } from './findingText.js';
import { element, escapeMarkup } from './markup.js';
import { renderFacts, renderPage, renderParagraph } from './page.js';
import { type Severity, SIGNS } from './plot.js';
import { renderFigure } from './renderFigure.js';
import { drawWidthChart, type WidthChart } from './widthChart.js';
import { describeLeftOut, weightOf, worstRows } from './worst.js';

/** The most findings that are written out; the others are listed below them. */
const MOST_FINDINGS = 8;

const SEVERITIES = { fail: 'error', undecided: 'note', pass: null } as const;
const COLOURS = { fail: 'broken', undecided: 'note', pass: 'healthy' } as const;
const FIGURES = { size: 'figure-1', change: 'figure-2' } as const;

/**
 * A coordinate check as one HTML file, which opens from disk: the verdict with what to do, the size of the values of every operation over
 * the width, what training changes of them, and the slopes. The file has no script and loads nothing.
 * @throws ArgumentError for anything but what `coordinateCheck` returned
 * @example
 * ```ts
 * import { nn, randn } from 'initree';
 * import { coordinateCheck, renderCoordinateCheck } from 'initree/probe';
 *
 * const build = (width: number) => new nn.Sequential(new nn.Linear(8, width), new nn.ReLU(), new nn.Linear(width, 4));
 * const check = coordinateCheck(build, { widths: [16, 32, 64], seeds: 2, input: randn([16, 8]) });
 * console.log(renderCoordinateCheck(check).startsWith('<!doctype html>')); // true
 * ```
 */
export function renderCoordinateCheck(check: CoordinateCheckData): string;
export function renderCoordinateCheck(check: CoordinateCheckData): string {
  readArguments('renderCoordinateCheck', arguments, { required: ['check'], defaults: {} });
  checkForm(check);
  const { model, widths, verdict, steps } = check;
  const quantities = steps === 0 ? (['size'] as const) : (['size', 'change'] as const);
  return renderPage({
    title: `${model}: ${verdict} – coordinate check`,
    header: [
      element('p', { class: 'kicker' }, 'Whether the network computes and learns alike at every width'),
      element('h1', {}, escapeMarkup(model)),
      renderParagraph(`Widths ${widths.join(', ')}; ${steps} training steps.`, 'run'),
    ],
    main: [
      element('section', { id: 'verdict' }, element('h2', {}, 'Verdict'), ...renderVerdict(check)),
      element(
        'section',
        { id: 'figures', class: 'figures' },
        element('h2', {}, 'Figures'),
        ...quantities.map((quantity) => renderQuantity(check, quantity)),
      ),
      element('section', { id: 'tables' }, element('h2', {}, 'All slopes'), ...renderSlopes(check)),
    ],
    footer: [element('h2', {}, 'How this was made'), renderFacts(factsOf(check))],
  });
}

function checkForm(check: unknown): void {
  const { fits, findings, widths } = (check ?? {}) as Record<string, unknown>;
  if ([fits, findings, widths].every(Array.isArray)) return;
  throw new ArgumentError(
    `renderCoordinateCheck: check: expected what coordinateCheck() returned, found ${describeValue(check)}`,
  );
}

function renderVerdict(check: CoordinateCheckData): string[] {
  const { verdict, findings } = check;
  const [word, ...rest] = describeVerdict(check).split(':');
  const causes = findings.filter(({ cause }) => cause === null);
  const others = [...causes.slice(MOST_FINDINGS), ...findings.filter(({ cause }) => cause !== null)];
  return [
    element(
      'p',
      { class: 'verdict' },
      element('span', { class: `is-${COLOURS[verdict]}` }, escapeMarkup(word)),
      escapeMarkup(`:${rest.join(':')}`),
    ),
    causes.length === 0
      ? ''
      : element('ol', { class: 'findings' }, ...causes.slice(0, MOST_FINDINGS).map(renderFinding)),
    others.length === 0
      ? ''
      : renderFoldedTable(`${others.length} more, which may follow from these`, {
          heading: ['operation', 'verdict', 'seen', 'expected', 'what to do'],
          alignments: ['left', 'left', 'left', 'left', 'left'],
          rows: others.map(({ label, verdict, seen, expected, advice }) => [label, verdict, seen, expected, advice]),
        }),
  ];
}

function renderFinding({ label, verdict, quantity, seen, expected, advice }: CoordinateFinding): string {
  const severity = SEVERITIES[verdict];
  const figure = FIGURES[quantity];
  return element(
    'li',
    { class: severity },
    element(
      'p',
      {},
      element('span', { class: `label is-${severity}` }, `${SIGNS[severity]} ${verdict}`),
      ' ',
      element('span', { class: 'path' }, escapeMarkup(label)),
      ': ',
      escapeMarkup(`${sentence(seen)} Expected: ${sentence(expected)}`),
    ),
    element(
      'p',
      {},
      element('b', {}, 'What to do:'),
      escapeMarkup(` ${advice} `),
      element('a', { href: `#${figure}` }, `See Figure ${figure.at(-1)}`),
      '.',
    ),
  );
}

const TEXTS = {
  size: {
    title: 'The size of the values over the width',
    unit: 'mean |x|',
    caption:
      'One picture for each operation: the mean of |x| over the width, dashed before the training, solid after the number of steps at its end. Level lines do not depend on the width. A line that rises explodes in a wide network; one that falls vanishes there.',
  },
  change: {
    title: 'What training changes of the values, over the width',
    unit: 'mean |x − x₀|',
    caption:
      'One picture for each operation: the mean of |x − x₀| over the width, after the number of steps at the end of each line. Level lines mean that one learning rate suits every width. Where a line rises, the learning rate is too large for a wide network.',
  },
} as const;

/** The figure of one quantity: a picture for each operation, the worst ones first if they are many. */
function renderQuantity({ fits, widths }: CoordinateCheckData, quantity: CoordinateFit['quantity']): string {
  const { title, unit, caption } = TEXTS[quantity];
  const ofQuantity = fits.filter((fit) => fit.quantity === quantity);
  const labels = [...new Set(ofQuantity.map(({ label }) => label))];
  const groups = labels.map((label) => ofQuantity.filter((fit) => fit.label === label));
  const shown = worstRows(groups, badness);
  const charts = shown.map((group) => chartOf(group, widths, unit));
  const ratio = Math.max(1, ...charts.map(ratioOf));
  const id = FIGURES[quantity];
  const pictures = charts.map((chart, i) => drawWidthChart(chart, `${id}-${i}`, ratio));
  return renderFigure({
    id,
    number: Number(id.at(-1)),
    title,
    caption: `${caption} All pictures have as many decades, so that equal slopes look equal.${describeLeftOut(shown.length, groups.length)}`,
    columns: [
      {
        name: null,
        picture: element('div', { class: 'panels' }, ...pictures),
        table: tableOfMeans(shown.flat(), widths),
      },
    ],
  });
}

/** The fit of a group that is farthest from what passes. */
function worstOf(group: readonly CoordinateFit[]): CoordinateFit {
  return group.reduce((a, b) => (distanceOf(b) > distanceOf(a) ? b : a));
}

const badness = (group: readonly CoordinateFit[]): number => distanceOf(worstOf(group));

function distanceOf({ slope, expected: [low, high], verdict }: CoordinateFit): number {
  const far = slope === null ? 0 : Math.max(0, slope - high, low - slope);
  return weightOf(verdict && SEVERITIES[verdict]) + far;
}

function chartOf(group: readonly CoordinateFit[], widths: readonly number[], unit: string): WidthChart {
  const worst = worstOf(group);
  const mark: Severity | null = worst.verdict && SEVERITIES[worst.verdict];
  const slope = worst.slope === null ? (worst.reason ?? 'no slope') : `slope ${formatSlope(worst.slope)}`;
  return {
    label: worst.label,
    title: `${unit} of ${worst.label}`,
    unit,
    note: worst.verdict === null ? `${slope}, ${worst.reason}` : `${slope} at step ${worst.step}`,
    mark,
    widths,
    lines: group.map(({ step, means }) => ({ name: String(step), isDashed: step === 0, values: means })),
  };
}

/** The ratio of the largest to the smallest value of a chart. */
function ratioOf({ lines }: WidthChart): number {
  const values = lines.flatMap((own) => own.values).filter((value) => value > 0 && Number.isFinite(value));
  return values.length === 0 ? 1 : Math.max(...values) / Math.min(...values);
}

function tableOfMeans(fits: readonly CoordinateFit[], widths: readonly number[]): DataTable {
  return {
    heading: ['operation', 'step', ...widths.map((width) => `width ${width}`), 'slope', 'error', 'verdict'],
    alignments: ['left', 'right', ...widths.map(() => 'right' as const), 'right', 'right', 'left'],
    rows: fits.map(({ label, step, means, slope, standardError, verdict, reason }) => [
      label,
      String(step),
      ...means.map(numberCell),
      slope === null ? '–' : formatSlope(slope),
      standardError === null ? '–' : standardError.toFixed(2),
      verdict ?? reason ?? '–',
    ]),
  };
}

function renderSlopes(check: CoordinateCheckData): string[] {
  const text =
    'The slopes of log₂ mean |x| (size) and of log₂ mean |x − x₀| (change) over log₂ width, by the number of training steps. ! fails, ? is undecided, and a slope in brackets is judged with another layer.';
  return [renderParagraph(text), renderTable(tableOfSlopes(check))];
}

function factsOf(check: CoordinateCheckData): (readonly [string, string])[] {
  const { seeds, policy, choices, version } = check;
  return [
    ['run', describeCheck({ ...check, choices: [] })],
    ['policy', policy ?? 'none'],
    ['seeds', seeds.join(', ')],
    ...choices.map((choice) => ['choice', choice] as const),
    ['version', `initree ${version}`],
  ];
}
