import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isExactInDouble, uniformFloat32 } from '../../../src/kernels/draw/uniformFloat32.js';
import { uniformFloat64 } from '../../../src/kernels/draw/uniformFloat64.js';
import { isFullRun } from '../../isFullRun.js';
import { exactly, nearestDouble, nearestFloat32 } from '../../numerics/exactly.js';

const words = Int32Array.from({ length: 400 }, (_, i) => Math.imul(i + 1, 0x9e3779b1));
words.set([0, 0xffffff, 1, 0x800000, -1]);
const bound = fc.oneof(
  fc.float({ min: -4, max: 4, noNaN: true }),
  fc.float({ min: Math.fround(-1e30), max: Math.fround(1e30), noNaN: true }),
);

describe('uniformFloat32', () => {
  it('is one fused step from the 24 bits', () => {
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const range = Math.fround(to - from);
        const out = new Float32Array(words.length);
        uniformFloat32(words, words.length, out, 0, from, to, false);
        const expected = Float32Array.from(words, (word) => {
          const exact = exactly((word & 0xffffff) * 2 ** -24)
            .times(exactly(range))
            .plus(exactly(from));
          return exact.isZero ? 0 : nearestFloat32(exact);
        });
        expect(out.findIndex((x, i) => x !== expected[i])).toBe(-1);
      }),
      { numRuns: isFullRun ? 150 : 60 },
    );
  });

  it('knows which ranges need no care', () => {
    expect(isExactInDouble(0, 1)).toBe(true);
    expect(isExactInDouble(-Math.fround(0.1), Math.fround(0.1))).toBe(true);
    expect(isExactInDouble(Math.fround(1e-20), 3)).toBe(false);
  });
});

describe('uniformFloat64', () => {
  it('is one fused step from the 53 bits', () => {
    const bounds = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(bounds, bounds, fc.boolean(), (a, b, symmetric) => {
        const [from, to] = symmetric ? [-Math.abs(a), Math.abs(a)] : a < b ? [a, b] : [b, a];
        const out = new Float64Array(words.length / 2);
        uniformFloat64(words, out.length, out, 0, from, to);
        for (let i = 0; i < out.length; i++) {
          const bits = (BigInt(words[2 * i]) << 32n) | BigInt(words[2 * i + 1] >>> 0);
          const x = Number(BigInt.asUintN(53, bits)) * 2 ** -53;
          const exact = exactly(x)
            .times(exactly(to - from))
            .plus(exactly(from));
          const value = exact.isZero ? 0 : nearestDouble(exact);
          expect(out[i] === (value === to ? from : value)).toBe(true);
        }
      }),
      { numRuns: isFullRun ? 100 : 40 },
    );
  });
});
