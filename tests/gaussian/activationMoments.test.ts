import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activationMoments, slopeMeanSquare } from '../../src/gaussian/activationMoments.js';
import { activation } from '../../src/gaussian/activations.js';
import { expectation, momentsOfValues } from '../../src/gaussian/expectation.js';

describe('the moments of an activation of a normal number', () => {
  it('are those of the quadrature for rectifiers, wherever the mean is', () => {
    const normals = fc.record({
      mean: fc.double({ min: -30, max: 30, noNaN: true }),
      variance: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    });
    const rectifiers = fc.oneof(
      fc.constant(activation('relu')),
      fc
        .double({ min: -1.5, max: 1.5, noNaN: true })
        .map((negativeSlope) => activation('leaky_relu', { negativeSlope })),
    );
    fc.assert(
      fc.property(rectifiers, normals, (rectifier, normal) => {
        const { mean, meanSquare } = activationMoments(rectifier, normal);
        const expected = momentsOfValues(rectifier.value, normal, rectifier);
        const size = expectation((x) => Math.abs(rectifier.value(x)), normal, rectifier);
        expect(Math.abs(mean - expected.mean)).toBeLessThanOrEqual(1e-9 * size);
        expect(Math.abs(meanSquare - expected.meanSquare)).toBeLessThanOrEqual(1e-9 * expected.meanSquare);
        const slopes = expectation((x) => rectifier.slope(x) ** 2, normal, rectifier);
        expect(Math.abs(slopeMeanSquare(rectifier, normal) - slopes)).toBeLessThanOrEqual(1e-9 * slopes);
      }),
    );
  });

  it('of ReLU at N(0, 4) are 2/√2π, 2 and a slope of ½', () => {
    const { mean, meanSquare } = activationMoments(activation('relu'), { mean: 0, variance: 4 });
    expect(mean).toBeCloseTo(2 / Math.sqrt(2 * Math.PI), 15);
    expect(meanSquare).toBeCloseTo(2, 15);
    expect(slopeMeanSquare(activation('relu'), { mean: 0, variance: 4 })).toBe(0.5);
  });

  it('of a constant are those of its value', () => {
    expect(activationMoments(activation('relu'), { mean: -3, variance: 0 })).toEqual({ mean: 0, meanSquare: 0 });
    expect(activationMoments(activation('relu'), { mean: 3, variance: 0 })).toEqual({ mean: 3, meanSquare: 9 });
  });
});
