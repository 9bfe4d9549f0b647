import { describe, expect, it } from '@jest/globals';
import { fromBfloat16Bits, toBfloat16Bits } from '../../src/numerics/bfloat16.js';

describe('bfloat16', () => {
  it('keeps every bit pattern that is a number', () => {
    const lost: number[] = [];
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromBfloat16Bits(bits);
      if (!Number.isNaN(value) && toBfloat16Bits(value) !== bits) lost.push(bits);
    }
    expect(lost).toEqual([]);
  });

  it.each([
    [1, 0x3f80],
    [1 + 2 ** -8, 0x3f80],
    [1 + 3 * 2 ** -8, 0x3f82],
    [1 + 2 ** -8 + 2 ** -23, 0x3f81],
    [-(1 + 2 ** -7), 0xbf81],
    [3.4e38, 0x7f80],
    [2 ** -149, 0],
    [2 ** -133, 1],
    [-0, 0x8000],
    [-Infinity, 0xff80],
    [Number.NaN, 0x7fc0],
  ])('writes %d', (value, bits) => expect(toBfloat16Bits(value)).toBe(bits));
});
