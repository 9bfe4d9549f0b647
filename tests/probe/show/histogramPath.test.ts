import { describe, expect, it } from '@jest/globals';
import { histogramPath } from '../../../src/probe/show/histogramPath.js';
import { STRETCH } from '../../../src/probe/show/plot.js';

describe('the outline of a histogram', () => {
  const ends = (path: string | null) => {
    const xs = [...(path ?? '').matchAll(/[ML](-?[\d.]+),/g)].map(([, x]) => Number(x) / STRETCH);
    return [Math.min(...xs), Math.max(...xs)];
  };

  it('of equal elements is a narrow bar around them, with its whole width', () => {
    const counts = [50, ...new Array(31).fill(0)];
    const path = histogramPath({ from: 0, to: 0, counts }, () => 0.5, 100);
    expect(ends(path)[0]).toBeCloseTo(0.497, 3);
    expect(ends(path)[1]).toBeCloseTo(0.503, 3);
  });

  it('of others goes from the first bin to the last one', () => {
    const path = histogramPath({ from: 1, to: 3, counts: [1, 2] }, (value) => value / 4, 100);
    expect(ends(path)).toEqual([0.25, 0.75]);
  });
});
