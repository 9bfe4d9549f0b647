import { describe, expect, it, jest } from '@jest/globals';
import { expectedMoments } from '../../src/init/expectedMoments.js';
import * as init from '../../src/init.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { diagnoseSample, type LawCheck } from '../../src/policy/diagnoseSample.js';
import { measureSample } from '../../src/policy/measureSample.js';
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

describe('the check of a sample against its law', () => {
  it.each(LAWS.map((law) => [String(law), law] as const))('finds nothing wrong with %s', (_, law) => {
    const zs: number[] = [];
    // PyTorch accepts under a far density in the dtype itself, which in halves is too coarse to follow the law.
    const dtypes = String(law).includes('a=1.5') ? FLOATS : [...FLOATS, ...HALVES];
    for (const dtype of dtypes) {
      for (let seed = 0; seed < 10; seed++) {
        const found = check(law, law, seed, dtype);
        expect(found?.complaints).toEqual([]);
        zs.push(found?.zMean ?? Number.NaN, found?.zStd ?? Number.NaN);
      }
    }
    // Standard normal themselves: 40 and more of them have a mean square near 1.
    const square = zs.reduce((sum, z) => sum + z * z, 0) / zs.length;
    expect(square).toBeGreaterThan(0.4);
    expect(square).toBeLessThan(1.9);
  });

  it('finds nothing wrong with truncated normals far from their mean', () => {
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
  ])('notices a wrong %s', (complaint, drawnBy, heldAgainst) => {
    expect(check(drawnBy, heldAgainst, 0)?.complaints.join()).toContain(complaint);
  });

  it('says nothing of what has no distribution or too few elements', () => {
    for (const law of [init.zeros(), init.eye(), init.orthogonal(), init.sparse(0.1), init.keep, init.normal(0, 0)]) {
      expect(check(law, law, 0)).toBeNull();
    }
    const few = tensor([1, 2, 3]);
    const law = init.normal().law(few.shape);
    expect(
      diagnoseSample(
        law,
        few.data,
        'float32',
        expectedMoments(law, few.shape),
        finish(measureSample(few.data, 'float32')),
      ),
    ).toBeNull();
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

  it.each([1, 5, 70_000])('are those of PyTorch for what is not finite among %d elements', (length) => {
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
