import { describe, expect, it } from '@jest/globals';
import { rectify, rectifyGradient } from '../../../src/kernels/elementwise/rectify.js';

/** The bits of numbers at the edges of every kind of float32. */
const BITS = [
  0, 1, 0x7fffff, 0x800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff, 0x80000000,
  0x80000001, 0x807fffff, 0xbf800000, 0xff7fffff, 0xff800000, 0xff800001, 0xffc00000, 0xffffffff,
];

describe('rectify', () => {
  it('treats float32 as it treats all numbers', () => {
    const x = new Float32Array(Uint32Array.from(BITS).buffer);
    const y = new Float32Array(x.length);
    rectify(x, y);
    const expected = new Float64Array(x.length);
    rectify(Float64Array.from(x), expected);
    expect([...y]).toEqual([...expected]);
    expect(Object.is(y[10], -0)).toBe(true);
    const gradient = Float32Array.from(x, (_, i) => i - 4);
    const slope = new Float32Array(x.length);
    rectifyGradient(y, gradient, slope);
    const expectedSlope = new Float64Array(x.length);
    rectifyGradient(expected, gradient, expectedSlope);
    expect([...slope]).toEqual([...expectedSlope]);
  });
});
