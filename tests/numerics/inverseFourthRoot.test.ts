import { describe, expect, it } from '@jest/globals';
import { inverseFourthRoot } from '../../src/numerics/inverseFourthRoot.js';

describe('inverseFourthRoot()', () => {
  // python -c "print([(8 * n) ** -0.25 for n in (1, 4, 8, 11, 57, 75)])"; Node 20 has other last bits in five of them.
  it.each([
    [8, 0.5946035575013605],
    [32, 0.42044820762685725],
    [64, 0.3535533905932738],
    [88, 0.3264971028628052],
    [456, 0.2164007638135427],
    [600, 0.20205155046766235],
  ])('of %d is what Python gives', (x, expected) => {
    expect(inverseFourthRoot(x)).toBe(expected);
  });

  it('is exact where the result is a power of two', () => {
    for (const power of [-8, -1, 0, 1, 40]) expect(inverseFourthRoot(16 ** power)).toBe(2 ** -power);
  });
});
