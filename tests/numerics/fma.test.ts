import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addToFloat32, fma } from '../../src/numerics/fma.js';
import { exactly, nearestDouble, nearestFloat32 } from './exactly.js';

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const moderate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const anyFloat = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('fma', () => {
  it.each([
    // A product that cancels leaves its rounding error.
    [1 + 2 ** -52, 1 - 2 ** -52, -1, -(2 ** -104)],
    // Halfway after the first rounding: the part that was lost decides.
    [1 + 2 ** -27, 1 + 2 ** -27, 2 ** -80, 1 + 2 ** -26 + 2 ** -52 * 0],
    [2 ** -600, 2 ** -600, 1, 1],
    [2 ** 600, 2 ** 500, -Infinity, -Infinity],
    [0, 5, -0, 0],
    [-0, 5, -0, -0],
    [2 ** -1074, 0.5, 2 ** -1074, 2 * 2 ** -1074],
  ])('fma(%d, %d, %d)', (a, b, c, expected) => expect(fma(a, b, c)).toBe(expected));

  it('rounds the exact value once', () => {
    const check = (a: number, b: number, c: number) => {
      const exact = exactly(a).times(exactly(b)).plus(exactly(c));
      expect(fma(a, b, c)).toBe(exact.isZero ? a * b + c : nearestDouble(exact));
    };
    fc.assert(fc.property(anyDouble, anyDouble, anyDouble, check), { numRuns: 500 });
    fc.assert(fc.property(moderate, moderate, moderate, check), { numRuns: 2000 });
    fc.assert(
      fc.property(moderate, moderate, fc.integer({ min: -60, max: 60 }), (a, b, shift) => {
        check(a, b, -(a * b) * 2 ** shift);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('addToFloat32', () => {
  it('rounds product + addend once', () => {
    const check = (a: number, b: number, c: number) => {
      const exact = exactly(a).times(exactly(b)).plus(exactly(c));
      expect(addToFloat32(a * b, c)).toBe(exact.isZero ? a * b + c : nearestFloat32(exact));
    };
    fc.assert(fc.property(anyFloat, anyFloat, anyFloat, check), { numRuns: 1000 });
    // A midpoint of two float32 and a little more or less.
    fc.assert(
      fc.property(fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 }), fc.integer({ min: -90, max: -30 }), (k, e) => {
        for (const tiny of [2 ** e, -(2 ** e)]) check(2 * k + 1, 1, tiny);
      }),
      { numRuns: 1000 },
    );
  });

  it('decides at the edge of overflow', () => {
    const edge = 2 ** 128 - 2 ** 103;
    expect(addToFloat32(edge, -(2 ** -20))).toBe(2 ** 128 - 2 ** 104);
    expect(addToFloat32(edge, 0)).toBe(Infinity);
    expect(addToFloat32(-edge, 2 ** -20)).toBe(-(2 ** 128 - 2 ** 104));
  });
});
