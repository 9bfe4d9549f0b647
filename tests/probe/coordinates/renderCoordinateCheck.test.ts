import { describe, expect, it } from '@jest/globals';
import { Generator, nn, randn } from '../../../src/index.js';
import { coordinateCheck, renderCoordinateCheck } from '../../../src/probe.js';
import { parseMarkup } from '../show/parseMarkup.js';

const build = (width: number) =>
  new nn.Sequential(new nn.Linear(8, width), new nn.ReLU(), new nn.Linear(width, width), new nn.Linear(width, 4));
const options = { widths: [16, 64, 32], seeds: 2, steps: 2, input: randn([16, 8], { generator: new Generator(1) }) };
const check = coordinateCheck(build, options);
const page = renderCoordinateCheck(check);

/** The widths of the points of a path, `M0,1L500,2`. */
const placesOf = (d: string) => [...d.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x));

describe('the page of a coordinate check', () => {
  it('begins with the verdict, the causes and what to do', () => {
    const [cause] = check.findings;
    expect(check.verdict).toBe('fail');
    expect(page).toMatch(/<h2>Verdict<\/h2><p class="verdict"><span class="is-broken">fail<\/span>: what an operation/);
    expect(page.indexOf(cause.advice)).toBeGreaterThan(page.indexOf('What to do:'));
    expect(page.indexOf('<figure')).toBeGreaterThan(page.indexOf(cause.advice));
    expect(page).toContain('href="#figure-2">See Figure 2');
  });

  it('has a picture of each operation for each quantity, with a line for each step over the logarithm of the width', () => {
    const pictures = page.split('<svg class="chart"').slice(1);
    expect(pictures).toHaveLength(2 * 4);
    const lines = pictures.map((picture) =>
      [...picture.matchAll(/<path class="(measured|predicted)" d="([^"]*)"/g)].map(([, name, d]) => ({ name, d })),
    );
    for (const [i, drawn] of lines.entries()) {
      expect(drawn.map(({ name }) => name)).toEqual(
        i < 4 ? ['predicted', 'measured', 'measured'] : ['measured', 'measured'],
      );
      for (const { d } of drawn) expect(placesOf(d)).toEqual([0, 500, 1000]);
    }
  });

  it('has the means and the slopes as tables', () => {
    const [first] = check.fits;
    expect(page).toContain('>width 64<');
    expect(page).toContain(`>${first.means[0].toPrecision(3)}<`);
    for (const heading of ['size 2', 'change 1', 'largest error']) expect(page).toContain(`>${heading}<`);
  });

  it('is well-formed, has no script and unique ids, and is small', () => {
    expect(() => parseMarkup(page.replace('<!doctype html>', ''))).not.toThrow();
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3)/);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.length).toBeLessThan(100_000);
  });

  it('shows values that are 0 or not finite, and a check without training', () => {
    const zero = coordinateCheck(
      (width) => {
        const model = build(width);
        for (const parameter of model.getSubmodule('3').parameters()) parameter.zero_();
        return model;
      },
      { ...options, optimizer: 'sgd', learningRate: 1e30 },
    );
    expect(renderCoordinateCheck(zero)).toContain('not finite');
    const untrained = renderCoordinateCheck(coordinateCheck(build, { ...options, steps: 0 }));
    expect(untrained.split('<figure')).toHaveLength(2);
  });

  it('keeps 24 pictures of a quantity, the worst first', () => {
    const fits = Array.from({ length: 30 }, (_, i) => ({ ...check.fits[0], label: `layer ${i}`, slope: i / 100 }));
    const long = renderCoordinateCheck({ ...check.toJSON(), steps: 0, fits, findings: [] });
    expect(long.split('<svg class="chart"')).toHaveLength(25);
    expect(long.indexOf('layer 29')).toBeLessThan(long.indexOf('layer 28'));
    expect(long).toContain('shows the 24 of 30');
  });

  it('needs what coordinateCheck returned', () => {
    expect(() => renderCoordinateCheck({} as never)).toThrow(
      /expected what coordinateCheck\(\) returned, found a plain object/,
    );
  });
});
