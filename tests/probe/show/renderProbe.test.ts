import { describe, expect, it } from '@jest/globals';
import { formatNumber } from '../../../src/formatTable.js';
import type { ProbeData } from '../../../src/probe/Probe.js';
import { planFigures } from '../../../src/probe/show/figures/planFigures.js';
import { renderProbe } from '../../../src/probe/show/renderProbe.js';
import { cellsOf, checkNumbers, elementsOf, type Parsed, parseMarkup, textOf } from './parseMarkup.js';
import {
  deepProbe,
  finding,
  lenetProbe,
  NO_STATISTICS,
  normalStatistics,
  operation,
  parameter,
  probeOf,
  resnetProbe,
} from './probes.js';

/** Parses a page, and checks what every page has. */
function parsePage(html: string): Parsed {
  const page = parseMarkup(html);
  checkNumbers(page);
  const all = elementsOf(page);
  const named = (name: string) => all.filter((element) => element.name === name);
  const ids = all.map(({ attributes }) => attributes.get('id')).filter((id) => id !== undefined);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { attributes } of named('a')) expect(ids).toContain(attributes.get('href')?.slice(1));
  expect(named('html')[0].attributes.get('lang')).toBe('en');
  expect(named('title').filter(({ children }) => children.length > 0)).not.toHaveLength(0);
  // Nothing is loaded, and nothing runs.
  for (const name of ['script', 'link', 'img', 'iframe', 'style'])
    expect(named(name)).toHaveLength(name === 'style' ? 1 : 0);
  for (const { attributes } of all) {
    for (const key of attributes.keys()) expect(key).not.toMatch(/^on|^style$|^src$/);
  }
  const [policy] = named('meta').filter(({ attributes }) => attributes.has('http-equiv'));
  expect(policy.attributes.get('content')).toBe("default-src 'none'; style-src 'unsafe-inline'");
  // No level of headings is left out.
  const levels = all
    .map(({ name }) => /^h([1-6])$/.exec(name)?.[1])
    .filter((level) => level !== undefined)
    .map(Number);
  expect(levels[0]).toBe(1);
  levels.reduce((before, level) => {
    expect(level).toBeLessThanOrEqual(before + 1);
    return level;
  });
  for (const figure of named('figure')) {
    const inside = elementsOf(figure).map(({ name }) => name);
    expect(inside).toEqual(expect.arrayContaining(['figcaption', 'svg', 'details', 'table']));
    for (const svg of elementsOf(figure).filter(({ name }) => name === 'svg')) {
      expect(elementsOf(svg).map(({ name }) => name)).not.toContain('table');
    }
  }
  return page;
}

const figuresOf = (page: Parsed) => elementsOf(page).filter(({ name }) => name === 'figure');
const titlesOf = (page: Parsed) =>
  figuresOf(page).map((figure) => textOf(elementsOf(figure).filter(({ name }) => name === 'h3')[0]));

describe('renderProbe', () => {
  it('begins with the verdict, worst first, each finding with a link to its figure and what to do', () => {
    const page = parsePage(
      renderProbe(
        lenetProbe({
          findings: [
            finding({ severity: 'note', path: 'conv1', figure: 'gain' }),
            finding({ severity: 'error', path: 'fc3' }),
          ],
          verdict: 'broken',
        }),
      ),
    );
    const items = elementsOf(page).filter(({ name }) => name === 'li');
    expect(items.map((item) => item.attributes.get('class'))).toEqual(['error', 'note']);
    expect(textOf(items[0])).toBe(
      '✕ error fc3: The loss is 6.61. Expected: ln(10) = 2.30.The logits are large before anything was learned.' +
        'What to do: Let the last layer begin with init.normal(0, 0.01). See Figure 1.',
    );
    // The figures of the findings come first, in their order.
    expect(titlesOf(page).slice(0, 2)).toEqual(['Figure 1. Loss of the batch', 'Figure 2. Gain of the layers']);
  });

  it('is at most 300 kB for ResNet-50, with at most 24 rows in a figure and 12 spectra', () => {
    const html = renderProbe(resnetProbe());
    expect(Buffer.byteLength(html)).toBeLessThan(300_000);
    const both = renderProbe(resnetProbe(), { compare: resnetProbe() });
    expect(Buffer.byteLength(both)).toBeLessThan(2 * Buffer.byteLength(html));
    const page = parsePage(html);
    for (const figure of figuresOf(page)) {
      for (const table of elementsOf(figure).filter(({ name }) => name === 'table')) {
        expect(cellsOf(table).length).toBeLessThanOrEqual(1 + 24);
      }
    }
    const spectra = figuresOf(page).find((figure) => textOf(figure).includes('Spectra'));
    expect(elementsOf(spectra as Parsed).filter(({ attributes }) => attributes.get('role') === 'img')).toHaveLength(12);
  });

  it('has the data of the figures in their tables, to three digits', () => {
    const probe = lenetProbe();
    const page = parsePage(renderProbe(probe));
    const tableOf = (title: string) => {
      const figure = figuresOf(page).find((figure) => textOf(figure).includes(title)) as Parsed;
      return cellsOf(elementsOf(figure).filter(({ name }) => name === 'table')[0]);
    };
    expect(tableOf('Activations by depth').slice(1)).toEqual(
      probe.operations.map(({ label, forward, step, theory }) => [
        label,
        formatNumber(forward.std),
        formatNumber(step.std as number),
        ...[step, theory]
          .flatMap((prediction) => (prediction.std === null ? [] : [prediction.band.map(formatNumber).join(' – ')]))
          .slice(0, 1),
        formatNumber(theory.std as number),
        ...(theory.std === null ? [] : [theory.band.map(formatNumber).join(' – ')]),
      ]),
    );
    for (const planned of planFigures(probe)) {
      expect(tableOf(planned.title)).toEqual([planned.table.heading, ...planned.table.rows].map((cells) => [...cells]));
    }
  });

  it('lays two probes side by side, with equal axes', () => {
    const healthy: ProbeData = { ...deepProbe(50, 0.98), policy: 'he', findings: [], verdict: 'healthy' };
    const page = parsePage(renderProbe(deepProbe(), { compare: healthy }));
    const [activations] = figuresOf(page);
    const pictures = elementsOf(activations).filter(({ attributes }) => attributes.get('role') === 'img');
    expect(pictures).toHaveLength(2);
    const ticksOf = (picture: Parsed) =>
      elementsOf(picture)
        .filter(
          ({ name, attributes }) =>
            name === 'text' && attributes.get('text-anchor') === 'end' && attributes.get('x') !== '0',
        )
        .map(textOf);
    expect(ticksOf(pictures[0])).toContain('10⁻⁶');
    expect(ticksOf(pictures[1])).toEqual(ticksOf(pictures[0]));
    expect(textOf(page)).toContain('policy kaiming');
    expect(textOf(page)).toContain('policy he');
  });

  it('escapes every name', () => {
    const evil = '"><script>alert(1)</script>\u001b[31m\'&';
    const probe = lenetProbe();
    const page = parsePage(
      renderProbe({
        ...probe,
        model: evil,
        policy: evil,
        seed: evil,
        batch: evil,
        choices: [evil],
        failure: { path: evil, message: evil },
        modules: probe.modules.map((module) => ({ ...module, name: evil, text: evil })),
        operations: probe.operations.map((operation) => ({ ...operation, label: evil, kind: evil })),
        parameters: probe.parameters.map((parameter) => ({
          ...parameter,
          path: evil,
          rule: evil,
          initializer: evil,
          complaints: [evil],
        })),
        symmetries: [{ path: evil, rows: 1, of: 2, firstEqual: [0, 0] }],
        findings: Array.from({ length: 12 }, () =>
          finding({ path: evil, seen: evil, expected: evil, why: evil, advice: evil }),
        ),
      }),
    );
    expect(textOf(page)).toContain('"><script>alert(1)</script>\\u001b[31m\'&');
  });

  it.each<[string, ProbeData]>([
    ['nothing at all', probeOf('Empty', { loss: null, operations: [], parameters: [] })],
    [
      'a pass that failed',
      probeOf('Failed', { loss: null, failure: { path: 'fc', message: 'expected 3 columns, found 4' } }),
    ],
    [
      'one element',
      probeOf('One', {
        operations: [
          { ...operation(0, 'fc', 'linear', { std: 0 }), forward: normalStatistics(0, 1, 1), gradient: null },
        ],
      }),
    ],
    [
      'equal elements',
      probeOf('Equal', {
        operations: [operation(0, 'fc', 'linear', { std: 0, gradient: 0 })],
        parameters: [parameter('fc.weight', [3, 3], 0)],
      }),
    ],
    [
      'only NaN',
      probeOf('NaN', {
        loss: { kind: 'cross-entropy', value: Number.NaN, expected: Math.log(10), logitStd: Number.NaN },
        jacobian: { meanSquare: Number.NaN, predicted: Number.POSITIVE_INFINITY },
        operations: [
          { ...operation(0, 'fc', 'linear', { std: Number.NaN }), forward: NO_STATISTICS, gradient: NO_STATISTICS },
        ],
        parameters: [
          {
            ...parameter('fc.weight', [3, 3], Number.NaN),
            statistics: NO_STATISTICS,
            gradient: NO_STATISTICS,
            updateRatio: Number.NaN,
          },
        ],
      }),
    ],
    [
      'no prediction',
      probeOf('Unpredicted', {
        operations: [
          {
            ...operation(0, 'fc', 'linear', { std: 1 }),
            step: { std: null, reason: 'shared' },
            theory: { std: null, reason: 'shared' },
          },
        ],
      }),
    ],
  ])('is a whole page for %s', (_, probe) => {
    const page = parsePage(renderProbe(probe));
    expect(textOf(page)).toContain('The start of this network is');
    parsePage(renderProbe(probe, { compare: lenetProbe() }));
  });

  it('writes out eight findings at most, and lists the others', () => {
    const page = parsePage(
      renderProbe(lenetProbe({ findings: Array.from({ length: 12 }, (_, i) => finding({ path: `fc${i}` })) })),
    );
    expect(elementsOf(page).filter(({ name }) => name === 'li')).toHaveLength(7);
    expect(textOf(page)).toContain('5 more findings');
  });
});
