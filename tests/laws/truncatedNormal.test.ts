import { describe, expect, it } from '@jest/globals';
import { TRUNCATED_NORMAL, truncatedNormalLaw } from '../../src/laws/truncatedNormal.js';

const narrow = (mean: number, a: number, b: number) =>
  truncatedNormalLaw({ mean, std: 0.5, a, b, method: 'rejection', scale: 1, shift: 0 });

describe('a truncated normal with a standard deviation other than 1', () => {
  it('warns if the mean is more than two standard deviations outside the bounds', () => {
    const warns = (mean: number) => TRUNCATED_NORMAL.warnings?.(narrow(mean, -1, 1)).length === 1;
    expect([-2.01, -2, 2, 2.01].map(warns)).toEqual([true, false, false, true]);
  });

  it('takes the words of a fill of normals if no normal can lie outside the bounds', () => {
    // A normal of a float32 fill lies at most 5.77 standard deviations from the mean: 2.885.
    const words = (a: number, b: number) =>
      TRUNCATED_NORMAL.positionAfter(narrow(0, a, b), [32], 'float32', { words: 0, cachedFrom: null })?.words;
    expect(words(-2.9, 2.9)).toBe(32);
    expect(words(-2.8, 2.9)).toBeUndefined();
    expect(words(-2.9, 2.8)).toBeUndefined();
    // The mean is rounded to float32, in which the numbers here are 1024 apart: −6σ rounds to the mean itself.
    const far = { mean: 1e10 + 511, std: 100, a: 1e10 - 89, b: 1e10 + 1e6, scale: 1, shift: 0 };
    const law = truncatedNormalLaw({ ...far, method: 'rejection' });
    expect(TRUNCATED_NORMAL.positionAfter(law, [32], 'float32', { words: 0, cachedFrom: null })).toBeNull();
  });
});
