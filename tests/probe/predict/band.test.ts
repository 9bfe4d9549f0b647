import { describe, expect, it } from '@jest/globals';
import { activation } from '../../../src/gaussian/activations.js';
import { bandOf, relativeVariance, underflows } from '../../../src/probe/predict/band.js';

describe('the band of a layer of finite width', () => {
  it('has the variances 5/n of ReLU and 2/n without an activation', () => {
    expect(relativeVariance(activation('relu'), 512)).toBeCloseTo(5 / 512, 12);
    expect(relativeVariance(activation('relu'), 512, { mean: 0, variance: 1e-8 })).toBeCloseTo(5 / 512, 12);
    for (const variance of [1e-300, 1e-160, 1e160, 1e300]) {
      expect(relativeVariance(activation('relu'), 512, { mean: 0, variance })).toBeCloseTo(5 / 512, 12);
    }
    expect(relativeVariance(activation('identity'), 100)).toBeCloseTo(2 / 100, 12);
    expect(relativeVariance(activation('sigmoid'), 10)).toBeLessThan(0.2);
    expect(relativeVariance(activation('relu'), 10, { mean: -1, variance: 0 })).toBe(0);
  });

  it('lets depth 50 of width 512 show .63 instead of .83, and six channels 20 %', () => {
    const relu = relativeVariance(activation('relu'), 512);
    const [low, high] = bandOf(0.83, new Array(50).fill(relu));
    expect(low).toBeLessThan(0.63);
    expect(high).toBeCloseTo(0.83 * Math.exp(2 * Math.sqrt((50 * 5) / 512)), 9);
    expect(bandOf(1, [2 / 6])[0]).toBeLessThan(0.8);
    expect(bandOf(1, [2 / 6])[1]).toBeGreaterThan(1.2);
  });

  it('is at least 5 % wide, and wider in half precision', () => {
    expect(bandOf(2, [])).toEqual([expect.closeTo(2 / 1.05, 12), expect.closeTo(2 * 1.05, 12)]);
    expect(bandOf(2, [1e-9])[1]).toBeCloseTo(2.1, 12);
    expect(bandOf(1, [], 'float16')[1]).toBeCloseTo(1.05 * (1 + 2 ** -11), 12);
    expect(bandOf(1, [], 'bfloat16')[1]).toBeCloseTo(1.05 * (1 + 2 ** -8), 12);
    expect(bandOf(0, [0.1])).toEqual([0, 0]);
  });

  it('ends where numbers of half precision do', () => {
    expect([6e-5, 6.2e-5].map((std) => underflows(std, 'float16'))).toEqual([true, false]);
    expect([1e-39, 1e-30].map((std) => underflows(std, 'bfloat16'))).toEqual([true, false]);
  });
});
