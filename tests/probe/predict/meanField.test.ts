import { describe, expect, it } from '@jest/globals';
import { type ActivationName, activation } from '../../../src/gaussian/activations.js';
import { momentsOfValues } from '../../../src/gaussian/expectation.js';
import { type ChainLayer, nextCorrelation, nextVariance, varianceRate } from '../../../src/probe/predict/ChainLayer.js';
import { stdOf } from '../../../src/probe/predict/Moments.js';
import { REASONS } from '../../../src/probe/predict/reasons.js';
import { solveEdge } from '../../../src/probe/predict/solveEdge.js';
import { solveMeanField } from '../../../src/probe/predict/solveMeanField.js';

const chain = (name: ActivationName, weightVariance: number, biasVariance = 0): ChainLayer => ({
  activation: activation(name),
  weightVariance,
  biasVariance,
});

/** The second moment before the activation, and the moments behind it, of each layer of a chain. */
function propagate(layer: ChainLayer, start: number, layers: number) {
  const { activation } = layer;
  let q = start;
  return Array.from({ length: layers }, () => {
    const state = { q, activation: momentsOfValues(activation.value, { mean: 0, variance: q }, activation) };
    q = nextVariance(layer, q);
    return state;
  });
}

/** The expected values were computed with numpy, by a Gauss–Hermite rule of 200 points. */
describe('the edge of chaos', () => {
  it.each([
    ['tanh', 0, 1, 0],
    ['tanh', 0.001, 1.18919, 0.107292],
    ['tanh', 0.01, 1.424205, 0.273301],
    ['tanh', 0.05, 1.760955, 0.570048],
    ['tanh', 0.1, 1.986073, 0.805799],
    ['tanh', 0.3, 2.505127, 1.46117],
    ['erf', 0, Math.PI / 4, 0],
    ['erf', 0.05, 1.375839, 0.517177],
    ['hardtanh', 0, 1, 0],
    ['elu', 0, 1, 0],
  ] as const)('of %s with σ_b² = %d', (name, biasVariance, weightVariance, q) => {
    const edge = solveEdge(activation(name), biasVariance);
    expect(edge.reason).toBeNull();
    expect(edge.weightVariance).toBeCloseTo(weightVariance, 5);
    expect(edge.q).toBeCloseTo(q, 5);
  });

  it('is a chain whose gradients keep their scale', () => {
    for (const name of ['tanh', 'erf', 'softsign', 'hardtanh', 'elu', 'selu', 'mish'] as const) {
      const { weightVariance, q } = solveEdge(activation(name), 0.1);
      const figures = solveMeanField(chain(name, weightVariance!, 0.1), q!);
      expect(figures).toMatchObject({ phase: 'critical', cDepth: null, reasons: { cDepth: 'critical' } });
      expect(figures.chi).toBeCloseTo(1, 9);
      expect(figures.q! / q!).toBeCloseTo(1, 6);
    }
  });

  it('is at every second moment for functions that are linear on both sides of 0', () => {
    expect(solveEdge(activation('relu'), 0)).toEqual({
      weightVariance: expect.closeTo(2, 12),
      q: null,
      reason: null,
    });
    const leaky = solveEdge(activation('leaky_relu', { negativeSlope: 0.5 }), 0);
    expect(leaky).toEqual({ weightVariance: expect.closeTo(1.6, 12), q: null, reason: null });
  });

  it.each([
    ['relu', 0.1, 'no edge'],
    ['gelu', 0, 'no edge'],
    ['hardshrink', 0, 'discontinuous'],
  ] as const)('of %s with σ_b² = %d does not exist', (name, biasVariance, reason) => {
    expect(solveEdge(activation(name), biasVariance)).toEqual({ weightVariance: null, q: null, reason });
  });
});

describe('the fixed points of a chain', () => {
  it.each([
    ['tanh', 1, 0.05, { q: 0.19359252, chi: 0.759032, c: 1, qDepth: 1.748, cDepth: 3.627, phase: 'ordered' }],
    ['tanh', 25 / 9, 0, { q: 1.1784805, chi: 1.209831, c: 0, qDepth: 1.188, cDepth: 12.118, phase: 'chaotic' }],
    [
      'tanh',
      25 / 9,
      0.05,
      { q: 1.2640994, chi: 1.176359, c: 0.353732, qDepth: 1.096, cDepth: 9.963, phase: 'chaotic' },
    ],
    ['tanh', 4, 0.05, { q: 2.1954939, chi: 1.342402, c: 0.165065, qDepth: 0.873, cDepth: 6.98, phase: 'chaotic' }],
    ['erf', 1.5, 0.05, { q: 0.60175317, chi: 1.0347, c: 0.82053, qDepth: 1.323, cDepth: 32.34, phase: 'chaotic' }],
    // SELU's constants make q = 1 exact. χ₁ is 1/gain², see tests/gaussian/gain.test.ts.
    ['selu', 1, 0, { q: 1, chi: 1.071575, c: 0, qDepth: 4.08, cDepth: 33.604, phase: 'chaotic' }],
    ['relu', 1, 0.1, { q: 0.2, chi: 0.5, c: 1, qDepth: 1 / Math.LN2, cDepth: 1 / Math.LN2, phase: 'ordered' }],
  ] as const)('of %s with σ_w² = %d and σ_b² = %d', (name, weightVariance, biasVariance, expected) => {
    const found = solveMeanField(chain(name, weightVariance, biasVariance));
    expect(found.q).toBeCloseTo(expected.q, 6);
    expect(found.chi).toBeCloseTo(expected.chi, 5);
    expect(found.c).toBeCloseTo(expected.c, 5);
    expect(found.qDepth).toBeCloseTo(expected.qDepth, 2);
    expect(found.cDepth).toBeCloseTo(expected.cDepth, 2);
    expect(found.trainableDepth).toBeCloseTo(6 * found.cDepth!, 9);
    expect(found.phase).toBe(expected.phase);
    expect(found.reasons).toEqual({});
  });

  it('are those to which the iteration tends', () => {
    const layer = chain('tanh', 25 / 9, 0.05);
    const { q, c, cDepth, qDepth } = solveMeanField(layer);
    const states = propagate(layer, 1, 40);
    expect(states[39].q).toBeCloseTo(q!, 12);
    expect((states[6].q - q!) / (states[5].q - q!)).toBeCloseTo(Math.exp(-1 / qDepth!), 2);
    let correlation = c! + 1e-4;
    correlation = nextCorrelation(layer, q!, correlation);
    expect((correlation - c!) / 1e-4).toBeCloseTo(Math.exp(-1 / cDepth!), 3);
  });

  it.each([
    ['relu', 3, 0, { q: null, c: null, qDepth: null, cDepth: null, trainableDepth: null, phase: 'chaotic' }, 'grows'],
    [
      'relu',
      2,
      0.1,
      { q: null, c: null, qDepth: null, cDepth: null, trainableDepth: null, phase: 'critical' },
      'grows',
    ],
    ['relu', 1, 0, { q: 0, c: null, cDepth: null, trainableDepth: null, phase: 'ordered' }, 'vanishes'],
    ['tanh', 0.5, 0, { q: 0, c: null, cDepth: null, trainableDepth: null, phase: 'ordered' }, 'vanishes'],
    ['relu', 2, 0, { q: 1, c: 1, qDepth: null, cDepth: null, trainableDepth: null, phase: 'critical' }, 'critical'],
    ['hardshrink', 1, 0.1, { c: null, cDepth: null, trainableDepth: null, phase: 'chaotic' }, 'discontinuous'],
  ] as const)('of %s with σ_w² = %d and σ_b² = %d lack some, with the reason', (name, w, b, expected, reason) => {
    const found = solveMeanField(chain(name, w, b));
    expect(found).toMatchObject(expected);
    const figures = ['q', 'chi', 'c', 'qDepth', 'cDepth', 'trainableDepth'] as const;
    for (const figure of figures) {
      expect(found[figure]).not.toBeNaN();
      expect(found[figure] === null).toBe(found.reasons[figure] !== undefined);
    }
    expect(Object.values(found.reasons)).toContain(reason);
    expect(REASONS[reason]).toMatch(/\.$/);
  });

  it('keep the limits of the gradient factor where the second moment has none', () => {
    expect(solveMeanField(chain('relu', 3)).chi).toBeCloseTo(1.5, 9);
    expect(solveMeanField(chain('tanh', 0.5)).chi).toBeCloseTo(0.5, 9);
    expect(solveMeanField(chain('tanh', 0.5)).qDepth).toBeCloseTo(1 / Math.LN2, 9);
  });

  it('start where the caller says', () => {
    expect(solveMeanField(chain('relu', 2), 7).q).toBe(7);
  });
});

it('the rate of the variance is its derivative, at kinks too', () => {
  for (const name of ['tanh', 'relu', 'hardtanh', 'selu', 'gelu', 'softplus', 'hardshrink'] as const) {
    const layer = chain(name, 1.3, 0.2);
    for (const q of [0.01, 0.7, 5]) {
      const difference = (nextVariance(layer, q * 1.0001) - nextVariance(layer, q * 0.9999)) / (q * 0.0002);
      expect(varianceRate(layer, q)).toBeCloseTo(difference, 6);
    }
  }
});

it('the correlations of a ReLU chain are those of the arc-cosine kernel', () => {
  const layer = chain('relu', 2);
  const seen = new Map<number, number>();
  let c = 0;
  for (let l = 1; l <= 50; l++) {
    c = nextCorrelation(layer, 1, c);
    seen.set(l, c);
  }
  const expected = { 1: 0.31831, 2: 0.493731, 5: 0.735946, 10: 0.871536, 20: 0.948428, 50: 0.987862 };
  for (const [l, value] of Object.entries(expected)) expect(seen.get(Number(l))).toBeCloseTo(value, 5);
});

it.each([
  ['relu', 1, [0.584, 0.146, 0.0258, 8.06e-4, 2.46e-8]],
  ['relu', 1 / 3, [0.337, 0.00936, 1.06e-4, 1.37e-8, 2.9e-20]],
  ['tanh', 1, [0.628, 0.322, 0.228, 0.161, 0.101]],
  ['tanh', 25 / 9, [0.759, 0.654, 0.651, 0.651, 0.651]],
] as const)('the activations of %s with σ_w² = %d have the standard deviations of theory', (name, w, expected) => {
  const states = propagate(chain(name, w), w, 50);
  for (const [i, layer] of [1, 5, 10, 20, 50].entries()) {
    expect(stdOf(states[layer - 1].activation) / expected[i]).toBeCloseTo(1, 2);
  }
});
