import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Generator, init, randn, type Tensor, zeros } from '../../../src/index.js';
import { tridiagonalSpectrum } from '../../../src/numerics/tridiagonal.js';
import { marchenkoPastur } from '../../../src/probe/spectrum/marchenkoPastur.js';
import { singularValues } from '../../../src/probe/spectrum/singularValues.js';
import { spectrumOf } from '../../../src/probe/spectrum/spectrumOf.js';
import { spectralEdge } from '../../../src/probe/spectrum/tracyWidom.js';
import { tridiagonalize } from '../../../src/probe/spectrum/tridiagonalize.js';
import { weightMatrix } from '../../../src/probe/spectrum/WeightMatrix.js';

const draw = (shape: number[], seed = 0) => randn(shape, { dtype: 'float64', generator: new Generator(seed) });
const dataOf = (t: Tensor) => t.data as Float64Array;
const valuesOf = (data: Float64Array | Float32Array, shape: number[]) => singularValues(weightMatrix(data, shape)!);
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** A matrix with the given singular values, in float64. */
function matrixWith(values: readonly number[], columns: number): Float64Array {
  const rows = values.length;
  const generator = new Generator(1);
  const left = init.orthogonal_(zeros([rows, rows], { dtype: 'float64' }), 1, { generator });
  const right = init.orthogonal_(zeros([rows, columns], { dtype: 'float64' }), 1, { generator });
  const data = Float64Array.from(dataOf(right), (x, i) => x * values[Math.floor(i / columns)]);
  const scaled = zeros([rows, columns], { dtype: 'float64' });
  dataOf(scaled).set(data);
  return dataOf(left.matmul(scaled));
}

describe('a tridiagonal form', () => {
  it('has the trace and the squares of the matrix', () => {
    const entry = fc.double({ min: -4, max: 4, noNaN: true });
    const sizes = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        sizes.chain((n) => fc.tuple(fc.constant(n), fc.array(entry, { minLength: n * n, maxLength: n * n }))),
        ([n, a]) => {
          const symmetric = Float64Array.from({ length: n * n }, (_, i) => a[i] + a[(i % n) * n + Math.floor(i / n)]);
          const cubes = (m: Float64Array) => {
            let trace = 0;
            for (let i = 0; i < n; i++)
              for (let j = 0; j < n; j++)
                for (let k = 0; k < n; k++) trace += m[i * n + j] * m[j * n + k] * m[k * n + i];
            return trace;
          };
          const squares = sum(symmetric.map((x) => x * x));
          const third = cubes(symmetric);
          const { diagonal, offDiagonal } = tridiagonalize(symmetric.slice(), n);
          const { eigenvalues } = tridiagonalSpectrum(diagonal, offDiagonal);
          expect(sum(eigenvalues.map((x) => x * x))).toBeCloseTo(squares, 8);
          expect(sum(eigenvalues.map((x) => x ** 3))).toBeCloseTo(third, 6);
        },
      ),
    );
  });
});

describe('singular values', () => {
  it('are those that the matrix was made of', () => {
    const values = [1e-6, 0.01, 0.5, 0.5, 1, 2, 3, 100];
    const found = valuesOf(matrixWith(values, 20), [8, 20]);
    values.forEach((value, i) => {
      expect(Math.abs(found[i] - value)).toBeLessThan(1e-6 * 100 * 1e-2);
    });
    expect(found[7]).toBeCloseTo(100, 10);
    expect(found[4]).toBeCloseTo(1, 10);
  });

  it('do not depend on the order of the sides, and scale with the elements', () => {
    const t = draw([7, 30]);
    const found = valuesOf(dataOf(t), [7, 30]);
    const transposed = valuesOf(dataOf(t.transpose(0, 1).reshape(30, 7)), [30, 7]);
    const kernel = valuesOf(dataOf(t), [7, 5, 3, 2]);
    const negative = valuesOf(
      dataOf(t).map((x) => -x),
      [7, 30],
    );
    found.forEach((value, i) => {
      expect(transposed[i]).toBeCloseTo(value, 12);
      expect(negative[i]).toBeCloseTo(value, 12);
    });
    expect(kernel).toEqual(found);
    for (const factor of [1e-170, 1e-40, 1e40, 1e170]) {
      const scaled = valuesOf(
        dataOf(t).map((x) => x * factor),
        [7, 30],
      );
      found.forEach((value, i) => {
        expect(scaled[i] / factor).toBeCloseTo(value, 10);
      });
    }
  });

  it('of wide matrices are the same, part by part', () => {
    const t = draw([3, 5000], 2);
    const found = valuesOf(dataOf(t), [3, 5000]);
    const gram = t.matmul(t.transpose(0, 1));
    expect(sum(found.map((x) => x * x))).toBeCloseTo(dataOf(gram)[0] + dataOf(gram)[4] + dataOf(gram)[8], 6);
    const blocks = draw([200, 300], 3);
    expect(sum(valuesOf(dataOf(blocks), [200, 300]).map((x) => x * x))).toBeCloseTo(
      sum(dataOf(blocks).map((x) => x * x)),
      6,
    );
  });

  it('of matrices that lack rank are 0', () => {
    const ones = new Float64Array(60).fill(2);
    const found = valuesOf(ones, [6, 10]);
    expect(found[5]).toBeCloseTo(2 * Math.sqrt(60), 10);
    for (const value of found.slice(0, 5)) expect(value).toBeLessThan(1e-6);
    expect(valuesOf(new Float64Array(60), [6, 10])).toEqual(new Float64Array(6));
  });
});

describe('a spectrum', () => {
  it('of an orthogonal matrix is one value', () => {
    const generator = new Generator(0);
    const weight = init.orthogonal_(zeros([30, 5, 3, 3]), 2, { generator });
    const spectrum = spectrumOf(weight.data as Float32Array, weight.shape, null)!;
    expect(spectrum).toMatchObject({ rows: 30, columns: 45, isEstimated: false, edge: null });
    expect(spectrum.smallest).toBeCloseTo(2, 5);
    expect(spectrum.largest).toBeCloseTo(2, 5);
    expect(spectrum.stableRank).toBeCloseTo(30, 4);
    expect(sum(spectrum.histogram)).toBe(30);
    expect(spectrum.histogram.at(-1)).toBe(30);
  });

  it('of a random matrix is that of Marchenko and Pastur, within its edge', () => {
    for (const [rows, columns] of [
      [400, 400],
      [600, 300],
    ]) {
      const data = Float32Array.from(dataOf(draw([rows, columns], 5)), (x) => 0.1 * x);
      const spectrum = spectrumOf(data, [rows, columns], 0.1)!;
      const { from, to, density } = marchenkoPastur(rows, columns, 0.1);
      const count = Math.min(rows, columns);
      const bin = spectrum.largest / spectrum.histogram.length;
      spectrum.histogram.forEach((seen, i) => {
        let share = 0;
        for (let k = 0; k < 50; k++) share += (density((i + (k + 0.5) / 50) * bin) * bin) / 50;
        expect(Math.abs(seen / count - share)).toBeLessThan(0.01);
      });
      const { expected, scale } = spectrum.edge!;
      expect(Math.abs(spectrum.largest - expected)).toBeLessThan(5 * scale);
      expect(Math.abs(expected - to)).toBeLessThan(scale);
      expect(spectrum.smallest).toBeGreaterThan(from - 0.2);
      const stableRank = (rows * columns) / (Math.sqrt(rows) + Math.sqrt(columns)) ** 2;
      expect(spectrum.stableRank / stableRank).toBeCloseTo(1, 1);
    }
  });

  it('above 1,024 is estimated, the same each time, and draws nothing from other generators', () => {
    const n = 1100;
    const data = new Float32Array(n * (n + 1));
    for (let i = 0; i < n; i++) data[i * (n + 1) + i] = 1 + i / n;
    data[n * (n + 1) - 2] = 5;
    const spectrum = spectrumOf(data, [n, n + 1], null)!;
    expect(spectrum).toMatchObject({ rows: n, columns: n + 1, isEstimated: true });
    expect(spectrum.largest).toBeCloseTo(5, 4);
    expect(spectrum.smallest).toBeGreaterThanOrEqual(0.999);
    expect(spectrum.smallest).toBeLessThan(1.01);
    expect(sum(spectrum.histogram)).toBeCloseTo(1, 2);
    // The squares lie evenly between 1 and 2 in root; the bins are 1/8 wide.
    expect(spectrum.histogram.slice(0, 7).every((share) => share < 0.02)).toBe(true);
    for (const share of spectrum.histogram.slice(9, 15)) expect(share).toBeCloseTo(1 / 8, 1);
    expect(spectrum.stableRank).toBeCloseTo(sum(data.map((x) => x * x)) / 25, 1);
    expect(spectrumOf(data, [n, n + 1], null)).toEqual(spectrum);
    const transposed = new Float32Array(data.length);
    for (let i = 0; i < n; i++) for (let j = 0; j <= n; j++) transposed[j * n + i] = data[i * (n + 1) + j];
    const other = spectrumOf(transposed, [n + 1, n], null)!;
    expect(other).toMatchObject({ rows: n + 1, columns: n });
    expect(other.largest).toBeCloseTo(spectrum.largest, 4);
  });

  it('above 1,024 of little rank ends early', () => {
    const n = 1050;
    const spectrum = spectrumOf(new Float32Array(n * n).fill(1e-30), [n, n], null)!;
    expect(spectrum.largest / (n * 1e-30)).toBeCloseTo(1, 4);
    expect(spectrum.stableRank).toBeCloseTo(1, 4);
    expect(spectrum.histogram[0]).toBeGreaterThan(0.9);
    const identity = new Float32Array(n * n);
    for (let i = 0; i < n; i++) identity[i * (n + 1)] = 3;
    const single = spectrumOf(identity, [n, n], null)!;
    expect(single.histogram.at(-1)).toBeCloseTo(1, 9);
    expect(single.smallest).toBeCloseTo(3, 5);
    expect(spectrumOf(new Float32Array(n * n), [n, n], 1)).toMatchObject({ largest: 0, smallest: 0, stableRank: 0 });
  });

  it('does not exist for vectors, empty weights and elements that are not finite', () => {
    expect(spectrumOf(new Float32Array(3), [3], 1)).toBeNull();
    expect(spectrumOf(new Float32Array(0), [0, 3], 1)).toBeNull();
    expect(spectrumOf(Float32Array.of(1, Number.NaN), [1, 2], 1)).toBeNull();
    expect(spectrumOf(Float32Array.of(1, Infinity), [2, 1], 1)).toBeNull();
    expect(spectrumOf(Float32Array.of(1, 2), [1, 2], 0)!.edge).toBeNull();
  });
});

describe('the laws of random matrices', () => {
  it('have a density whose integral is 1', () => {
    for (const [rows, columns] of [
      [10, 10],
      [10, 40],
      [500, 20],
    ]) {
      const { from, to, density } = marchenkoPastur(rows, columns, 0.3);
      expect(to).toBeCloseTo(0.3 * (Math.sqrt(rows) + Math.sqrt(columns)), 12);
      let integral = 0;
      const steps = 20000;
      for (let i = 0; i < steps; i++)
        integral += (density(from + ((to - from) * (i + 0.5)) / steps) * (to - from)) / steps;
      expect(integral).toBeCloseTo(1, 4);
      expect([density(from * 0.9 - 1e-9), density(to * 1.1)]).toEqual([0, 0]);
    }
  });

  it('expect the largest singular value where it lies', () => {
    const found = Array.from({ length: 60 }, (_, seed) => valuesOf(dataOf(draw([60, 90], seed)), [60, 90])[59]);
    const { expected, scale } = spectralEdge(60, 90, 1);
    const units = found.map((value) => (value - expected) / scale);
    const mean = sum(units) / units.length;
    const std = Math.sqrt(sum(units.map((x) => (x - mean) ** 2)) / units.length);
    // The Tracy–Widom distribution has mean −1.21 and standard deviation 1.27.
    expect(mean).toBeCloseTo(-1.21, 0);
    expect(std).toBeGreaterThan(0.9);
    expect(std).toBeLessThan(1.6);
    expect(spectralEdge(90, 60, 2)).toEqual({ expected: 2 * expected, scale: expect.closeTo(2 * scale, 12) });
    expect(Object.values(spectralEdge(1, 1, 1)).every(Number.isFinite)).toBe(true);
  });
});
