import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawBarChart } from '../../../src/probe/show/barChart.js';
import { drawEqualRows } from '../../../src/probe/show/equalRowsChart.js';
import { drawLineChart, valuesOfLine } from '../../../src/probe/show/lineChart.js';
import { element, escapeMarkup } from '../../../src/probe/show/markup.js';
import type { Severity } from '../../../src/probe/show/plot.js';
import { drawRidgeline } from '../../../src/probe/show/ridgeline.js';
import { linearScale, logScale } from '../../../src/probe/show/scales.js';
import { drawSpectrum } from '../../../src/probe/show/spectrumChart.js';
import { drawStripChart } from '../../../src/probe/show/stripChart.js';
import { checkNumbers, elementsOf, parseMarkup, textOf } from './parseMarkup.js';

/** What measurements may contain. */
const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, 1, -0, 5e-324, 1.7e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const optional = fc.option(number);
const name = fc.oneof(
  fc.string(),
  fc.constantFrom('<script>alert(1)</script>', '"><svg onload=x>', '\u001b[31m', '\uD800', "a'b&c"),
);
const mark = fc.constantFrom<Severity | null>('error', 'warning', 'note', null);
const row = { label: name, note: name, mark };
const bins = fc.record({ from: number, to: number, counts: fc.array(fc.nat(50), { maxLength: 32 }) });
const titles = { title: name, unit: name };
const pair = fc.tuple(number, number);

/** Parses a picture, and checks what every picture has. */
function check(svg: string): string {
  const picture = parseMarkup(svg);
  checkNumbers(picture);
  const [first] = elementsOf(picture);
  expect([first.name, first.attributes.get('role')]).toEqual(['svg', 'img']);
  const ids = elementsOf(picture).map(({ attributes }) => attributes.get('id'));
  for (const id of (first.attributes.get('aria-labelledby') ?? '').split(' ')) expect(ids).toContain(id);
  for (const { name } of elementsOf(picture)) {
    expect(['svg', 'title', 'desc', 'text', 'line', 'path', 'rect']).toContain(name);
  }
  return textOf(picture);
}

describe('charts', () => {
  it('are well-formed, whatever was measured and however it is called', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ label: name, measured: optional, predicted: optional, band: fc.option(pair), mark })),
        name,
        (places, unit) => {
          const chart = {
            title: unit,
            unit,
            labels: places.map(({ label }) => label),
            measured: places.map(({ measured }) => measured),
            predicted: places.map(({ predicted }) => predicted),
            bands: places.map(({ band }) => band),
            marks: places.map(({ mark }) => mark),
          };
          check(drawLineChart(chart, 'a'));
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.record({
          ...titles,
          scale: fc.constantFrom('linear', 'log'),
          from: optional,
          band: fc.option(pair),
          rows: fc.array(fc.record({ ...row, value: optional, expected: optional }), { maxLength: 8 }),
        }),
        (chart) => void check(drawBarChart(chart, 'a')),
      ),
    );
    fc.assert(
      fc.property(
        fc.record({
          ...titles,
          rows: fc.array(
            fc.record({
              ...row,
              percentiles: fc.array(number, { minLength: 7, maxLength: 7 }),
              expected: fc.option(fc.record({ mean: number, std: number })),
            }),
            { maxLength: 8 },
          ),
        }),
        (chart) => void check(drawStripChart(chart, 'a')),
      ),
    );
    fc.assert(
      fc.property(
        fc.record({
          ...titles,
          rows: fc.array(
            fc.record({ ...row, histogram: bins, predicted: fc.option(fc.record({ mean: number, std: number })) }),
            { maxLength: 8 },
          ),
        }),
        (chart) => void check(drawRidgeline(chart, 'a')),
      ),
    );
    fc.assert(
      fc.property(
        fc.record({ ...titles, ...row, histogram: bins, density: fc.array(pair), edge: optional }),
        (chart) => void check(drawSpectrum(chart, 'a')),
      ),
    );
    fc.assert(
      fc.property(
        fc.record({
          ...titles,
          rows: fc.array(fc.record({ ...row, groups: fc.array(fc.option(fc.nat(40)), { maxLength: 128 }) }), {
            maxLength: 8,
          }),
        }),
        (chart) => void check(drawEqualRows(chart, 'a')),
      ),
    );
  });

  it('draw the same place for the same value, if they include each other’s values', () => {
    const chart = (measured: number[]) => ({
      title: 't',
      unit: 'u',
      labels: ['a', 'b'],
      measured,
      predicted: [null, null],
      bands: [null, null],
      marks: [null, null],
    });
    const [small, large] = [chart([1e-6, 1]), chart([1e3, 1])];
    const heightOfLast = (svg: string) => /class="dots" d="[^"]*M750\.0,([\d.]+)h0"/.exec(svg)?.[1];
    const [a, b] = [drawLineChart(small, 'a', valuesOfLine(large)), drawLineChart(large, 'b', valuesOfLine(small))];
    expect(heightOfLast(a)).toBeDefined();
    expect(heightOfLast(a)).toBe(heightOfLast(b));
    expect(heightOfLast(a)).not.toBe(heightOfLast(drawLineChart(small, 'a')));
  });

  it('say where 0 and what is not finite are', () => {
    const chart = {
      title: 't',
      unit: 'u',
      labels: ['a', 'b', 'c'],
      measured: [0, 1, Number.NaN],
      predicted: [1, 1, 1],
      bands: [null, null, null],
      marks: [null, null, null],
    };
    const text = check(drawLineChart(chart, 'a'));
    expect(text).toContain('0 is drawn at the lower edge');
    expect(text).toContain('✕');
  });
});

describe('scales', () => {
  it('put every value into [0, 1], in order', () => {
    fc.assert(
      fc.property(fc.array(number), fc.double({ noNaN: true }), fc.double({ noNaN: true }), (values, a, b) => {
        for (const scale of [linearScale(values), logScale(values)]) {
          const [low, high] = [scale.at(Math.min(a, b)), scale.at(Math.max(a, b))];
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(high);
        }
      }),
    );
  });

  it('show at least two marks, and name powers of ten', () => {
    const ticks = (values: number[]) =>
      logScale(values)
        .ticks(5)
        .map(({ text }) => text);
    expect(ticks([1, 1.1])).toEqual(['0.2', '0.5', '1', '2', '5']);
    expect(ticks([1e-8, 1])).toEqual(['10⁻⁸', '10⁻⁶', '10⁻⁴', '0.01', '1']);
    expect(
      linearScale([-0.33, 0.31])
        .ticks(4)
        .map(({ text }) => text),
    ).toEqual(['−0.4', '−0.2', '0.0', '0.2', '0.4']);
  });
});

describe('markup', () => {
  it('escapes everything that markup or a terminal would obey', () => {
    expect(escapeMarkup(`<a href="x">&'\u0007\uD800`)).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;\\u0007\uFFFD');
    expect(element('b', { title: '"' }, 'x')).toBe('<b title="&quot;">x</b>');
    expect(() => element('rect', { x: Number.NaN })).toThrow('expected a finite coordinate, found NaN');
  });
});
