import { describe, expect, it, jest } from '@jest/globals';
import * as init from '../../src/init.js';
import { expectedMoments } from '../../src/laws/expectedMoments.js';
import type { Law } from '../../src/laws/Law.js';
import type { Moments } from '../../src/laws/LawOperations.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { diagnoseSample, type LawCheck } from '../../src/policy/diagnoseSample.js';
import { measureSample } from '../../src/policy/measureSample.js';
import { RangeSample } from '../../src/policy/RangeSample.js';
import { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { tensor, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

function check(
  drawnBy: init.Initializer,
  heldAgainst: init.Initializer,
  seed: number,
  dtype: FloatDType = 'float32',
): LawCheck | null {
  const t = zeros([100, 100], { dtype });
  drawnBy.fill(t, { generator: new Generator(seed) });
  const law = heldAgainst.law(t.shape, dtype);
  return diagnoseSample(law, t.data, dtype, expectedMoments(law, t.shape), finish(measureSample(t.data, dtype)));
}

const FLOATS = ['float32', 'float64'] as const;
const HALVES = ['bfloat16', 'float16'] as const;

const LAWS = [
  init.normal(0.5, 2),
  init.uniform(-1, 3),
  init.truncNormal({ std: 1, a: -0.5, b: 2 }),
  init.truncNormal({ a: 1.5, b: 5 }),
  init.truncNormalTf({ mean: 1, std: 0.02 }),
  init.kaimingUniform(),
  init.blocks(4, init.xavierNormal()),
];

describe('the comparison of a sample with its expected distribution', () => {
  it.each(LAWS.map((law) => [String(law), law] as const))('has no complaint about %s', (_, law) => {
    const zs: number[] = [];
    // Far from the mean, PyTorch compares densities in the dtype itself. Half precision is too coarse there for the distribution.
    const dtypes = String(law).includes('a=1.5') ? FLOATS : [...FLOATS, ...HALVES];
    for (const dtype of dtypes) {
      for (let seed = 0; seed < 10; seed++) {
        const found = check(law, law, seed, dtype);
        expect(found?.complaints).toEqual([]);
        zs.push(found?.zMean ?? Number.NaN, found?.zStd ?? Number.NaN);
      }
    }
    // The distances are standard normal, so the mean square of 40 or more of them is near 1.
    const square = zs.reduce((sum, z) => sum + z * z, 0) / zs.length;
    expect(square).toBeGreaterThan(0.4);
    expect(square).toBeLessThan(1.9);
  });

  it('has no complaint about truncated normals far from their mean', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    for (const settings of [
      { mean: 100, a: 1.9 },
      { mean: -30, b: -1.8 },
      { a: 10, b: 10.5 },
    ]) {
      const law = init.truncNormal(settings);
      for (const dtype of FLOATS) expect(check(law, law, 0, dtype)?.complaints).toEqual([]);
    }
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
  });

  it.each([
    ['mean', init.normal(0.1), init.normal(0)],
    ['variance', init.normal(0, 1.1), init.normal(0, 1)],
    ['values outside', init.uniform(-1, 1.01), init.uniform(-1, 1)],
    ['distribution', init.sparse(0.5, Math.SQRT2), init.normal(0, 1)],
  ])('has a complaint about: %s', (complaint, drawnBy, heldAgainst) => {
    expect(check(drawnBy, heldAgainst, 0)?.complaints.join()).toContain(complaint);
  });

  it('is null for a law without a distribution, and for fewer than 100 elements', () => {
    for (const law of [init.zeros(), init.eye(), init.orthogonal(), init.sparse(0.1), init.keep, init.normal(0, 0)]) {
      expect(check(law, law, 0)).toBeNull();
    }
    for (const [length, isNull] of [
      [99, true],
      [100, false],
    ] as const) {
      const t = zeros([length]);
      const law = init.normal().law(t.shape);
      const moments = finish(measureSample(t.data, 'float32'));
      expect(diagnoseSample(law, t.data, 'float32', expectedMoments(law, t.shape), moments) === null).toBe(isNull);
    }
  });

  describe('of 10,000 elements with given moments', () => {
    const shape = [10_000];
    const uniform = init.uniform(-1, 1).law(shape);
    const normal = init.normal(0, 1).law(shape);
    const { data } = init.normal(0, 1).fill(zeros(shape), { generator: new Generator(0) });
    const found = (law: typeof normal, sample: Partial<Moments>) =>
      diagnoseSample(law, data, 'float32', expectedMoments(law, shape), {
        mean: 0,
        std: 1,
        min: -1,
        max: 1,
        ...sample,
      });
    const complaints = (law: typeof normal, sample: Partial<Moments>) => found(law, sample)?.complaints;

    it('measures the distances in standard errors', () => {
      expect(found(normal, { mean: 0.03 })?.zMean).toBeCloseTo(3, 12);
      expect(found(init.normal(1, 2).law(shape), { mean: 0.9, std: 2 })?.zMean).toBeCloseTo(-5, 12);
      // The kurtosis is 3 for a normal, and 1.8 for a uniform distribution.
      expect(found(normal, { std: 1.02 })?.zStd).toBeCloseTo(0.0404 / Math.sqrt(2 / 10_000), 6);
      expect(found(uniform, { std: 1.02 / Math.sqrt(3) })?.zStd).toBeCloseTo(0.0404 / Math.sqrt(0.8 / 10_000), 6);
    });

    it('complains about more than four standard errors', () => {
      for (const sign of [-1, 1]) {
        expect(complaints(normal, { mean: sign * 0.0399 })).toEqual([]);
        expect(complaints(normal, { mean: sign * 0.0501 })).toEqual([`mean ${sign * 5}.0 standard errors off`]);
        expect(complaints(normal, { std: Math.sqrt(1 + sign * 0.0564) })).toEqual([]);
        expect(complaints(normal, { std: Math.sqrt(1 + sign * 0.0707) })).toEqual([
          `variance ${sign * 5}.0 standard errors off`,
        ]);
      }
      expect(complaints(normal, { mean: Number.NaN })).toEqual(['mean NaN standard errors off']);
    });

    it('complains about values outside of the bounds', () => {
      const std = 1 / Math.sqrt(3);
      const outside = 'values outside [-1, 1]';
      expect(found(uniform, { std })).toMatchObject({ withinBounds: true });
      expect(complaints(uniform, { std, max: 1.0001 })).toContain(outside);
      expect(complaints(uniform, { std, min: -1.0001 })).toContain(outside);
    });

    it('complains about another distribution of the elements', () => {
      expect(found(normal, {})?.ksP).toBeGreaterThan(0.01);
      expect(complaints(uniform, { std: 1 / Math.sqrt(3) })).toEqual([
        expect.stringMatching(/^distribution unlike the expected one \(p = \d\.\de-\d+\)$/),
      ]);
    });
  });

  describe('in half precision', () => {
    const shape = [10_000];
    const found = (law: Law, dtype: 'bfloat16' | 'float16', sample: Moments) =>
      diagnoseSample(law, zeros(shape, { dtype }).data, dtype, expectedMoments(law, shape), sample);

    it('subtracts the variance that rounding adds, at most all of it', () => {
      const law = init.normal(32, 0.25).law(shape);
      const zStd = (std: number) => found(law, 'bfloat16', { mean: 32, std, min: 31, max: 33 })?.zStd;
      // Half a unit in the last place of 32 is half the deviation, so rounding adds up to 0.5² / 3 of the variance.
      const error = Math.sqrt(2 / 10_000);
      expect(zStd(0.25 * Math.sqrt(1.5))).toBeCloseTo((0.5 - 1 / 12) / error, 9);
      expect(zStd(0.25 * Math.sqrt(1.08))).toBe(0);
      expect(zStd(0.25)).toBe(0);
      expect(zStd(0.25 * Math.sqrt(0.5))).toBeCloseTo(-0.5 / error, 9);
    });

    it('rounds the bounds', () => {
      const law = init.uniform(-0.3, 0.3).law(shape);
      // The nearest float16 to 0.3.
      const bound = 0.300048828125;
      const within = (by: number) =>
        found(law, 'float16', { mean: 0, std: 0.3 / Math.sqrt(3), min: -bound - by, max: bound + by })?.withinBounds;
      expect([within(0), within(1e-9)]).toEqual([true, false]);
    });
  });

  describe('by the test of Kolmogorov and Smirnov', () => {
    const law = init.uniform(0, 1).law([100]);
    const test = (values: number[]) => {
      const { data } = tensor(values, { dtype: 'float64' });
      const moments = { mean: 0.5, std: 1 / Math.sqrt(12), min: 0, max: 1 };
      return diagnoseSample(law, data, 'float64', expectedMoments(law, [values.length]), moments);
    };
    /** The middles of `count` equal parts of [0, 1], all moved by the same distance. */
    const evenly = (count: number, by = 0) => Array.from({ length: count }, (_, i) => (i + 0.5) / count + by);

    it.each([
      // 100 values that are `by` off have the distance by + 0.005. λ is 10.131 times that, and p is, in Python,
      // 2 * sum((-1) ** (k - 1) * exp(-2 * k * k * λ * λ) for k in range(1, 101)).
      [0.1, 0.2078105504601661, []],
      [-0.1, 0.2078105504601661, []],
      [0.2147, 9.952991871200576e-5, []],
      [0.2389, 9.948890506837048e-6, ['distribution unlike the expected one (p = 9.9e-6)']],
    ])('finds p for values that are %p off', (by, p, complaints) => {
      const found = test(evenly(100, by).reverse());
      expect(found?.ksP).toBeCloseTo(p, 12);
      expect(found?.complaints).toEqual(complaints);
    });

    it('finds p = 1 for the quantiles themselves', () => {
      expect([test(evenly(100))?.ksP, test(evenly(1024))?.ksP]).toEqual([1, 1]);
    });

    it('reads 1,024 evenly spaced elements of a larger tensor', () => {
      const values = evenly(1024).flatMap((value) => [value, 0.5]);
      expect(test(values)?.ksP).toBe(1);
      expect(test(values.slice(0, 1024))?.ksP).toBeLessThan(1e-6);
      expect(test(values.reverse())?.ksP).toBeLessThan(1e-100);
    });
  });
});

describe('the measures of a sample', () => {
  const measure = (t: Tensor) => finish(measureSample(t.data, t.dtype));

  it('are exact over a large mean, in one pass, for any number of elements', () => {
    for (const length of [1, 2, 3, 65_536, 65_537, 131_075]) {
      const values = Float64Array.from({ length }, (_, i) => 1e9 + Math.sin(i));
      const mean = values.reduce((sum, x) => sum + (x - 1e9), 0) / length;
      const variance = values.reduce((sum, x) => sum + (x - 1e9 - mean) ** 2, 0) / (length - 1);
      const found = measure(tensor([...values], { dtype: 'float64' }));
      expect(found.mean).toBeCloseTo(1e9 + mean, 5);
      if (length > 1) expect(found.std).toBeCloseTo(Math.sqrt(variance), 6);
      else expect(found.std).toBeNaN();
      expect([found.min, found.max]).toEqual([
        values.reduce((a, b) => Math.min(a, b)),
        values.reduce((a, b) => Math.max(a, b)),
      ]);
    }
    expect(measure(zeros([0])).mean).toBeNaN();
  });

  it('are sums of parts of 65,536 elements', () => {
    const { data } = zeros([2 * 65_536 + 3]);
    data.fill(1 as never, 65_536);
    const sample = new RangeSample(data.length, 'float32', [0, data.length], false);
    sample.add(data);
    const { parts } = sample;
    expect(parts.map(({ count, min, max }) => [count, min, max])).toEqual([
      [65_536, 0, 0],
      [65_536, 1, 1],
      [3, 1, 1],
    ]);
  });

  it.each([1, 5, 70_000])('are those of PyTorch if some of %d elements are not finite', (length) => {
    const { NaN: none } = Number;
    const filled = (value: number, ...first: number[]) => {
      const data = Array<number>(length).fill(value);
      for (const [i, x] of first.entries()) data[i] = x;
      return (['float32', 'float64', 'bfloat16'] as const).map((dtype) => measure(tensor(data, { dtype })));
    };
    for (const found of filled(none)) {
      expect(found).toEqual({ mean: none, std: none, min: none, max: none, nonFinite: length });
    }
    for (const found of filled(Infinity)) {
      expect(found).toEqual({ mean: Infinity, std: none, min: Infinity, max: Infinity, nonFinite: length });
    }
    for (const found of filled(2, none)) {
      expect(found).toEqual({ mean: none, std: none, min: none, max: none, nonFinite: 1 });
    }
    if (length === 1) return;
    for (const found of filled(2, 3, -Infinity)) {
      expect(found).toEqual({ mean: -Infinity, std: none, min: -Infinity, max: 3, nonFinite: 1 });
    }
    for (const found of filled(2, Infinity, -Infinity)) {
      expect(found).toEqual({ mean: none, std: none, min: -Infinity, max: Infinity, nonFinite: 2 });
    }
  });
});
