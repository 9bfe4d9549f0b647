import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromFloat16Bits, roundToFloat16, toFloat16Bits } from '../../src/numerics/float16.js';

describe('float16', () => {
  it('keeps every bit pattern that is a number', () => {
    const lost: number[] = [];
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromFloat16Bits(bits);
      if (!Number.isNaN(value) && toFloat16Bits(value) !== bits) lost.push(bits);
    }
    expect(lost).toEqual([]);
  });

  it.each([
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0x8000, -0],
    [0xfc00, -Infinity],
  ])('reads %i', (bits, value) => expect(fromFloat16Bits(bits)).toBe(value));

  it.each([
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [1e300, 0x7c00],
    [2 ** -25, 0],
    [2 ** -25 * 1.0001, 1],
    [1.5 * 2 ** -24, 2],
    [-(2 ** -30), 0x8000],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    // Through float32 first: torch.tensor(1 + 2**-11 + 2**-40, dtype=torch.float64).half() is 1.
    [1 + 2 ** -11 + 2 ** -40, 0x3c00],
    [Number.NaN, 0x7e00],
  ])('writes %d', (value, bits) => expect(toFloat16Bits(value)).toBe(bits));

  it('rounds to the nearest, ties to even', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bfe }), fc.float({ min: 0, max: 1, noNaN: true }), (bits, part) => {
        const low = fromFloat16Bits(bits);
        const high = fromFloat16Bits(bits + 1);
        const value = Math.fround(low + (high - low) * part);
        const toLow = value - low < high - value || (value - low === high - value && bits % 2 === 0);
        expect(toFloat16Bits(value)).toBe(toLow ? bits : bits + 1);
      }),
    );
  });

  it.each([
    [1 + 2 ** -11, 1],
    // torch.tensor(1 + 2**-11 + 2**-40, dtype=torch.float64).half() on AArch64.
    [1 + 2 ** -11 + 2 ** -40, 1 + 2 ** -10],
    [-1 - 2 ** -11 - 2 ** -40, -1 - 2 ** -10],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [2 - 2 ** -30, 2],
    [65519.999999, 65504],
    [65520, Infinity],
    [-65520, -Infinity],
    [2 ** -25, 0],
    [2 ** -25 + 2 ** -70, 2 ** -24],
    [-(2 ** -25), -0],
    [2 ** -14 - 2 ** -26, 2 ** -14],
    [5e-324, 0],
    [-0, -0],
    [Infinity, Infinity],
    [Number.NaN, Number.NaN],
  ])('rounds the double %d once, to %d', (value, rounded) => expect(roundToFloat16(value)).toBe(rounded));

  it('rounds float32 numbers as toFloat16Bits does', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        expect(roundToFloat16(value)).toBe(fromFloat16Bits(toFloat16Bits(value)));
      }),
    );
  });
});
