import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tridiagonalSpectrum } from '../../src/numerics/tridiagonal.js';

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe('the spectrum of a tridiagonal matrix', () => {
  it('has the eigenvalues and weights of the second difference', () => {
    const n = 50;
    const { eigenvalues, weights } = tridiagonalSpectrum(new Array(n).fill(2), new Array(n - 1).fill(-1));
    for (let k = 1; k <= n; k++) {
      const angle = (k * Math.PI) / (n + 1);
      expect(eigenvalues[k - 1]).toBeCloseTo(2 - 2 * Math.cos(angle), 13);
      expect(weights[k - 1]).toBeCloseTo((2 / (n + 1)) * Math.sin(angle) ** 2, 13);
    }
  });

  it('is the diagonal where nothing is connected, in rising order', () => {
    const { eigenvalues, weights } = tridiagonalSpectrum([3, 1, 2], [0, 0]);
    expect([...eigenvalues]).toEqual([1, 2, 3]);
    expect([...weights]).toEqual([0, 0, 1]);
    expect(tridiagonalSpectrum([], [])).toEqual({ eigenvalues: new Float64Array(0), weights: new Float64Array(0) });
    expect([...tridiagonalSpectrum([7], []).eigenvalues]).toEqual([7]);
  });

  it.each([
    ['the smallest of all numbers', Number.MIN_VALUE],
    ['subnormal numbers', 2 ** -1040],
    ['numbers whose squares overflow', 2 ** 1000],
  ])('is scaled with the matrix, for %s', (_, scale) => {
    const { eigenvalues, weights } = tridiagonalSpectrum([0, 0, 0], [scale, 0]);
    expect([...eigenvalues].map((x) => x / scale)).toEqual([
      expect.closeTo(-1, 14),
      expect.closeTo(0, 14),
      expect.closeTo(1, 14),
    ]);
    expect(weights[0]).toBeCloseTo(0.5, 14);
    expect(weights[1]).toBeCloseTo(0, 14);
    expect(weights[2]).toBeCloseTo(0.5, 14);
  });

  it('takes a connection that is lost beside the rest for none', () => {
    const { eigenvalues, weights } = tridiagonalSpectrum([0, 0, 1], [Number.MIN_VALUE, 0]);
    expect([...eigenvalues]).toEqual([0, 0, 1]);
    expect(sum(weights)).toBe(1);
  });

  it('keeps the moments that the matrix has', () => {
    const entry = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 30 }), (pairs) => {
        const d = pairs.map(([a]) => a);
        const e = pairs.slice(1).map(([, b]) => b);
        const { eigenvalues, weights } = tridiagonalSpectrum(d, e);
        expect(sum(eigenvalues)).toBeCloseTo(sum(d), 10);
        expect(sum(eigenvalues.map((x) => x * x))).toBeCloseTo(
          sum(d.map((x) => x * x)) + 2 * sum(e.map((x) => x * x)),
          9,
        );
        expect(sum(weights)).toBeCloseTo(1, 12);
        // The first moment of the weights is element (0, 0), the second that of the square.
        expect(sum(weights.map((w, i) => w * eigenvalues[i]))).toBeCloseTo(d[0], 10);
        expect(sum(weights.map((w, i) => w * eigenvalues[i] ** 2))).toBeCloseTo(d[0] ** 2 + (e[0] ?? 0) ** 2, 9);
      }),
    );
  });
});
