import { readArguments } from '../../readArguments.js';
import type { Finding, ProbeData } from '../Probe.js';
import { checkProbe } from './checkProbe.js';
import { renderFoldedTable } from './dataTable.js';
import type { PlannedFigure } from './figures/PlannedFigure.js';
import { planFigures } from './figures/planFigures.js';
import { countSeverities, findingText, worstFirst } from './findingText.js';
import { healthyFacts } from './healthyFacts.js';
import { element, escapeMarkup } from './markup.js';
import { renderFacts, renderPage, renderParagraph } from './page.js';
import { SIGNS } from './plot.js';
import { type Figure, renderFigure } from './renderFigure.js';
import { plain } from './terminal/Colour.js';
import { formatTree } from './terminal/formatTree.js';
import { tableOfOperations, tableOfParameters } from './wholeTables.js';

/** How a probe becomes a page. */
export interface RenderOptions {
  /** Another probe of the same model, which the page shows beside the first one, with the same axes. */
  readonly compare?: ProbeData;
}

/** The most findings that are written out; the others are listed below them. */
const MOST_FINDINGS = 8;
/** Fewer findings are followed by what else was seen. */
const FEW_FINDINGS = 3;
/** The columns of the printed model. */
const TREE_WIDTH = 124;
/** The columns of the printed model beside another one. */
const NARROW_TREE = 62;

/**
 * A probe as one HTML file, which opens from disk: the verdict in sentences, worst first, and the figures, those of the findings first.
 * The file has no script and loads nothing.
 * @throws ArgumentError for anything but what `probe` returned
 * @example
 * ```ts
 * import { manualSeed, nn, randn } from 'initree';
 * import { probe, renderProbe } from 'initree/probe';
 *
 * manualSeed(0);
 * const net = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 4));
 * const page = renderProbe(probe(net, { input: randn([32, 8]) }));
 * console.log(page.startsWith('<!doctype html>')); // true
 * ```
 */
export function renderProbe(probe: ProbeData, options?: RenderOptions): string;
export function renderProbe(probe: ProbeData): string {
  const { compare } = readArguments<RenderOptions, 'compare'>('renderProbe', arguments, {
    required: ['probe'],
    defaults: { compare: undefined },
  });
  checkProbe('renderProbe', 'probe', probe);
  if (compare !== undefined) checkProbe('renderProbe', 'compare', compare);
  const probes = compare === undefined ? [probe] : [probe, compare];
  const names = probes.map((one) => (probes.length === 1 ? null : nameOf(one)));
  const { figures, numbers } = drawFigures(probes, names);
  return renderPage({
    title: `${probe.model}: ${probes.map(({ verdict }) => verdict).join(' and ')} – probe`,
    header: [
      element('p', { class: 'kicker' }, 'What the initialisation does to the network'),
      element('h1', {}, escapeMarkup(probe.model)),
      ...probes.map((one) => renderParagraph(describeRun(one), 'run')),
    ],
    main: [
      inColumns(
        'verdict',
        'Verdict',
        probes.map((one, i) => renderVerdict(one, names[i], numbers)),
      ),
      element('section', { id: 'figures', class: 'figures' }, element('h2', {}, 'Figures'), ...figures),
      inColumns(
        'tree',
        'The model, line by line',
        probes.map((one, i) => renderTree(one, names[i])),
      ),
      inColumns(
        'tables',
        'All figures as tables',
        probes.map((one, i) => renderTables(one, names[i])),
      ),
    ],
    footer: [
      inColumns(
        'origin',
        'How this was made',
        probes.map((one, i) => heading(names[i]) + renderFacts(footerOf(one))),
      ),
    ],
  });
}

function nameOf({ policy }: ProbeData): string {
  return policy === null ? 'the weights as they are' : `policy ${policy}`;
}

function describeRun(probe: ProbeData): string {
  const { mode, seed, operations, parameters } = probe;
  const name = nameOf(probe);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${seed === null ? '' : `, seed ${seed}`}, mode ${mode}: ${operations.length.toLocaleString('en')} operations, ${parameters.length.toLocaleString('en')} parameters.`;
}

/** A section with its parts side by side. */
function inColumns(id: string, title: string, parts: readonly string[]): string {
  const columns = parts.map((part) => element('div', {}, part));
  return element(
    'section',
    { id },
    element('h2', {}, title),
    parts.length === 1 ? parts[0] : element('div', { class: 'pair' }, ...columns),
  );
}

function heading(name: string | null): string {
  return name === null ? '' : element('h3', {}, escapeMarkup(name));
}

function renderVerdict(probe: ProbeData, name: string | null, numbers: ReadonlyMap<string, number>): string {
  const { verdict, findings, failure } = probe;
  const sorted = worstFirst(findings);
  const shown = sorted.length > MOST_FINDINGS ? sorted.slice(0, MOST_FINDINGS - 1) : sorted;
  const others = sorted.slice(shown.length);
  const word = element('span', { class: `is-${verdict}` }, verdict);
  return [
    heading(name),
    element(
      'p',
      { class: 'verdict' },
      `The start of this network is ${word}${escapeMarkup(countSeverities(findings))}.`,
    ),
    failure === null
      ? ''
      : renderParagraph(
          `The pass stopped in ${failure.path || 'the model'}: ${failure.message}. The figures show what was measured before.`,
          'is-error',
        ),
    shown.length === 0
      ? ''
      : element('ol', { class: 'findings' }, ...shown.map((finding) => renderFinding(finding, numbers))),
    others.length === 0 ? '' : renderOthers(others),
    ...(findings.length < FEW_FINDINGS ? healthyFacts(probe).map((fact) => renderParagraph(fact)) : []),
  ].join('');
}

function renderFinding(finding: Finding, numbers: ReadonlyMap<string, number>): string {
  const { severity, path, figure } = finding;
  const { fact, why, advice } = findingText(finding);
  const number = numbers.get(figure);
  const link = number === undefined ? ['#tree', 'the model, line by line'] : [`#figure-${number}`, `Figure ${number}`];
  return element(
    'li',
    { class: severity },
    element(
      'p',
      {},
      element('span', { class: `label is-${severity}` }, `${SIGNS[severity]} ${severity}`),
      ' ',
      element('span', { class: 'path' }, escapeMarkup(path)),
      ': ',
      escapeMarkup(fact),
    ),
    why === '' ? '' : renderParagraph(why),
    element(
      'p',
      {},
      advice === '' ? '' : `${element('b', {}, 'What to do:')} ${escapeMarkup(advice)} `,
      element('a', { href: link[0] }, `See ${link[1]}`),
      '.',
    ),
  );
}

function renderOthers(findings: readonly Finding[]): string {
  return renderFoldedTable(`${findings.length} more findings`, {
    heading: ['where', 'severity', 'seen', 'expected', 'what to do'],
    alignments: ['left', 'left', 'left', 'left', 'left'],
    rows: findings
      .slice(0, 200)
      .map(({ path, severity, seen, expected, advice }) => [path, severity, seen, expected, advice]),
  });
}

/** The figures as HTML, and the number of the first figure of each name. */
function drawFigures(
  probes: readonly ProbeData[],
  names: readonly (string | null)[],
): { figures: string[]; numbers: ReadonlyMap<string, number> } {
  const planned = probes.map(planFigures);
  const keys = [...new Set(planned.flat().map(({ key }) => key))];
  const numbers = new Map<string, number>();
  const figures = keys.map((key, k) => {
    const found = planned.map((figures) => figures.find((figure) => figure.key === key));
    const [first] = found.filter((figure) => figure !== undefined);
    if (!numbers.has(first.name)) numbers.set(first.name, k + 1);
    return renderFigure(joinFigures(first, found, names, k + 1));
  });
  return { figures, numbers };
}

/** One figure with a column for each probe that has it, and equal axes. */
function joinFigures(
  first: PlannedFigure,
  found: readonly (PlannedFigure | undefined)[],
  names: readonly (string | null)[],
  number: number,
): Figure {
  const id = `figure-${number}`;
  const values = found.flatMap((figure) => figure?.values ?? []);
  const isShared = found.every((figure) => figure === undefined || figure.caption === first.caption);
  const columns = found.flatMap((figure, i) => {
    if (figure === undefined) return [];
    const caption = isShared ? undefined : figure.caption;
    const { table, further } = figure;
    return [{ name: names[i], caption, picture: figure.draw(`${id}-${i}`, values), table, further }];
  });
  return { id, number, title: first.title, caption: isShared ? first.caption : null, columns };
}

function renderTree(probe: ProbeData, name: string | null): string {
  const width = name === null ? TREE_WIDTH : NARROW_TREE;
  const lines = formatTree(probe, { width, colour: plain, all: false });
  const text =
    'Each line has the standard deviation of the values (→) and the root mean square of the gradient (←), in brackets the prediction.';
  return (
    heading(name) +
    renderParagraph(text) +
    element('pre', { tabindex: '0' }, ...lines.map((line) => `${escapeMarkup(line)}\n`))
  );
}

function renderTables(probe: ProbeData, name: string | null): string {
  return [
    heading(name),
    renderFoldedTable('All operations', tableOfOperations(probe)),
    renderFoldedTable('All parameters', tableOfParameters(probe)),
  ].join('');
}

function footerOf({
  choices,
  policy,
  seed,
  reference,
  version,
  batch,
  mode,
}: ProbeData): (readonly [string, string])[] {
  return [
    ['policy', policy ?? 'none'],
    ['mode', mode],
    ['seed', seed ?? 'none'],
    ['reference', reference ?? 'none'],
    ...choices.map((choice) => ['choice', choice] as const),
    ['batch', `SHA-256 ${batch}`],
    ['version', `initree ${version}`],
  ];
}
