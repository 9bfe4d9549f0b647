import { describe, expect, it } from '@jest/globals';
import { truncatedDistribution } from '../../src/random/truncatedDistribution.js';
import { readGolden } from '../golden/readGolden.js';

const ROWS = readGolden<(number | string)[]>('truncatedNormal.json').map((row) => row.map(Number));

describe('the truncated normal', () => {
  it.each(ROWS)(
    'of mean %d and std %d within [%d, %d]',
    (mean, std, a, b, expectedMean, expectedStd, kurtosis, x, p) => {
      const found = truncatedDistribution(mean, std, a, b);
      expect(Math.abs(found.mean - expectedMean)).toBeLessThan(4e-16 * Math.abs(expectedMean) + 1e-15 * expectedStd);
      expect(Math.abs(found.std / expectedStd - 1)).toBeLessThan(1e-14);
      expect(Math.abs(found.kurtosis / kurtosis - 1)).toBeLessThan(1e-14);
      expect(Math.abs(found.cdf(x) - p)).toBeLessThan(1e-14);
    },
  );

  it.each(ROWS)('of mean %d and std %d has a distribution from 0 at %d to 1 at %d', (mean, std, a, b) => {
    const { cdf } = truncatedDistribution(mean, std, a, b);
    expect([cdf(a), cdf(-Infinity), cdf(b), cdf(Infinity)]).toEqual([0, 0, 1, 1]);
  });

  it('may be a point', () => {
    for (const at of [0, 1e-300, 3, 1e300])
      expect(truncatedDistribution(0, 1, at, at)).toMatchObject({ mean: at, std: 0 });
    expect(truncatedDistribution(0, 1e-300, 1e300, Infinity)).toMatchObject({ mean: 1e300, std: 0 });
  });
});
