import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, manualSeed, nn, randn, rule, tensor } from '../../../src/index.js';
import type { PlannedFigure } from '../../../src/probe/show/figures/PlannedFigure.js';
import { planFigures } from '../../../src/probe/show/figures/planFigures.js';
import { planView, type ViewName } from '../../../src/probe/show/figures/planView.js';
import { type ProbeData, probe } from '../../../src/probe.js';

const VIEWS: readonly ViewName[] = ['depth', 'activations', 'gradients', 'weights', 'symmetry', 'spectrum'];

/** A network of four layers of 16 units, measured on 24 examples. */
function measure(weight: init.Initializer, spectra = false): ProbeData {
  manualSeed(0);
  const layers = Array.from({ length: 4 }, (_, i) => [new nn.Linear(i === 0 ? 8 : 16, 16), new nn.Tanh()]).flat();
  const model = new nn.Sequential(...layers, new nn.Linear(16, 3));
  const policy = definePolicy('start', [rule(nn.Linear, { weight, bias: init.zeros() })]);
  const target = tensor(
    Array.from({ length: 24 }, (_, i) => i % 3),
    { dtype: 'int64' },
  );
  return probe(model, { input: randn([24, 8]), target, policy, spectra, learningRate: 0.1 });
}

const symmetryOf = (data: ProbeData): PlannedFigure => planView(data, 'symmetry')[0];

describe('planView', () => {
  it('has places with names of their own in every figure of every view', () => {
    const data = measure(init.normal(0, 2), true);
    const figures = VIEWS.flatMap((view) => planView(data, view));
    expect(figures.length).toBeGreaterThanOrEqual(VIEWS.length);
    for (const { key, walk, table, draw } of figures) {
      if (walk === null) throw new Error(`${key} has no places`);
      const names = walk.cells.map(([name]) => name);
      expect({ key, places: names.length > 0, names: new Set(names).size }).toEqual({
        key,
        places: true,
        names: names.length,
      });
      for (const cells of walk.cells) expect(cells).toHaveLength(table.heading.length);
      if (walk.along === 'panels') expect(draw('a', []).match(/role="img"/g)).toHaveLength(names.length);
    }
  });
});

describe('the figure of equal rows', () => {
  it('lights up the rows of zeros, and none of random weights', () => {
    const zeros = symmetryOf(measure(init.zeros()));
    expect(zeros.table.rows[0]).toEqual(['0.weight', '15', '16', '93.8 %', '0–15']);
    expect(zeros.draw('a', [])).toContain('class="equal equal-0"');
    const random = symmetryOf(measure(init.xavierNormal()));
    expect(random.table.rows).toContainEqual(['2.weight', '0', '16', '0 %', 'none']);
    expect(random.draw('a', [])).not.toContain('class="equal');
    expect(random.draw('a', []).match(/class="lone"/g)).toHaveLength(5);
  });

  it('gives each group a colour and a height, the largest group first', () => {
    const data = measure(init.xavierNormal());
    const firstEqual = [0, 1, 1, 0, 1, 5, ...Array.from({ length: 10 }, (_, i) => 6 + i)];
    const figure = symmetryOf({ ...data, symmetries: [{ path: '4.weight', rows: 3, of: 16, firstEqual }] });
    expect(figure.table.rows[0]).toEqual(['4.weight', '3', '16', '18.8 %', '1–2, 4; 0, 3']);
    const [strip] = figure.draw('a', []).split('0.weight');
    const cells = Array.from(strip.matchAll(/class="(equal equal-\d|lone)" d="([^"]*)"/g), ([, name, d]) => [
      name,
      [...new Set(d.match(/(?<=v-)\d+/g))].join(),
      d.match(/M/g)?.length,
    ]);
    expect(cells.toSorted()).toEqual([
      ['equal equal-0', '22', 3],
      ['equal equal-1', '15', 2],
      ['lone', '2', 11],
    ]);
  });

  it('draws the first 128 rows, and says so', () => {
    const data = measure(init.xavierNormal());
    const [first, ...rest] = data.parameters;
    const wide = { ...first, shape: [1000, 8] };
    const symmetry = { path: first.path, rows: 999, of: 1000, firstEqual: new Array<number>(128).fill(0) };
    const figure = symmetryOf({ ...data, parameters: [wide, ...rest], symmetries: [symmetry] });
    expect(figure.caption).toContain('the first 128 rows are drawn');
    expect(figure.table.rows[0]).toEqual([first.path, '999', '1000', '99.9 %', '0–127']);
    expect(symmetryOf(data).caption).not.toContain('128');
  });

  it('is a figure of a page only if there are equal rows', () => {
    const keys = (data: ProbeData) => planFigures(data).map(({ key }) => key);
    expect(keys(measure(init.zeros()))).toContain('symmetry');
    expect(keys(measure(init.xavierNormal()))).not.toContain('symmetry');
  });
});
