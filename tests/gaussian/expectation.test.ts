import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activation } from '../../src/gaussian/activations.js';
import { expectation, pairExpectation } from '../../src/gaussian/expectation.js';
import { gaussHermite } from '../../src/gaussian/gaussRule.js';
import { erf } from '../../src/numerics/erf.js';

const cdf = (x: number) => (1 + erf(x / Math.SQRT2)) / 2;
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const relu = activation('relu');
const square = (f: (x: number) => number) => (x: number) => f(x) ** 2;
const near = (found: number, expected: number, relative: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-300));

describe('the expectation of a function of a normal variable', () => {
  it('has the closed forms of ReLU', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), fc.integer({ min: -12, max: 12 }), (z, exponent) => {
        const std = 10 ** exponent;
        const mean = z * std;
        const normal = { mean, variance: std * std };
        near(expectation(relu.value, normal, relu), mean * cdf(z) + std * density(z), 1e-10);
        near(expectation(square(relu.value), normal, relu), std * std * ((z * z + 1) * cdf(z) + z * density(z)), 1e-10);
        near(expectation(relu.slope, normal, relu), cdf(z), 1e-10);
      }),
    );
  });

  it('has the closed forms of erf and GELU', () => {
    const [phi, gelu] = [activation('erf'), activation('gelu')];
    for (const variance of [1e-8, 0.01, 1, 30, 1e3]) {
      const normal = { mean: 0, variance };
      near(
        expectation(square(phi.value), normal, phi),
        (2 / Math.PI) * Math.asin((2 * variance) / (1 + 2 * variance)),
        1e-12,
      );
      near(expectation(square(phi.slope), normal, phi), 4 / Math.PI / Math.sqrt(1 + 4 * variance), 1e-12);
      near(expectation(gelu.value, normal, gelu), variance / Math.sqrt(2 * Math.PI * (1 + variance)), 1e-12);
    }
  });

  it('resolves functions that are much narrower or wider than the density', () => {
    const tanh = activation('tanh');
    // For a large variance tanh² is 1, but for a slot of the area 2 around 0.
    for (const std of [1e3, 1e6, 1e9]) {
      near(1 - expectation(square(tanh.value), { mean: 0, variance: std * std }, tanh), (2 * density(0)) / std, 1e-5);
      near(expectation(square(tanh.slope), { mean: 0, variance: std * std }, tanh), (4 / 3) * (density(0) / std), 1e-5);
    }
    for (const std of [1e-9, 1e-20]) {
      near(expectation(square(tanh.value), { mean: 0, variance: std * std }, tanh), std * std, 1e-12);
    }
  });

  it('is the value at the mean without variance', () => {
    expect(expectation(relu.value, { mean: 3, variance: 0 }, relu)).toBe(3);
  });

  it('agrees with a Gauss–Hermite rule for smooth functions', () => {
    const rule = gaussHermite(120);
    for (const name of ['tanh', 'silu', 'mish', 'sigmoid', 'softplus'] as const) {
      const f = activation(name);
      const found = expectation(square(f.value), { mean: 0.3, variance: 0.49 }, f);
      near(
        rule.nodes.reduce((sum, z, i) => sum + rule.weights[i] * f.value(0.3 + 0.7 * z) ** 2, 0),
        found,
        1e-9,
      );
    }
  });
});

describe('the expectation of a product', () => {
  it('has the closed form of ReLU at every correlation', () => {
    const angle = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 1e-12, max: 1e-3, noNaN: true }).map((x) => 1 - x),
    );
    fc.assert(
      fc.property(angle, (c) => {
        const arc = (Math.sqrt((1 - c) * (1 + c)) + (Math.PI - Math.acos(c)) * c) / (2 * Math.PI);
        expect(pairExpectation(relu.value, 4, c, relu)).toBeCloseTo(4 * arc, 9);
        expect(pairExpectation(relu.slope, 4, c, relu)).toBeCloseTo((Math.PI - Math.acos(c)) / (2 * Math.PI), 9);
      }),
      { numRuns: 30 },
    );
  });

  it('has the closed form of erf', () => {
    const phi = activation('erf');
    for (const variance of [0.1, 1, 100]) {
      for (const c of [-1, -0.5, 0, 0.3, 0.9, 0.999999, 1]) {
        const expected = (2 / Math.PI) * Math.asin((2 * variance * c) / (1 + 2 * variance));
        expect(pairExpectation(phi.value, variance, c, phi)).toBeCloseTo(expected, 11);
      }
    }
  });
});
