import { describe, expect, it } from '@jest/globals';
import { log1p } from '../../src/numerics/log1p.js';
import { sha256 } from '../golden/readGolden.js';

describe('log1p', () => {
  // [x, ln(1 + x)] by the GNU C library 2.36 on a CPU with fused multiply-add.
  it.each([
    [-1e-17, -1e-17],
    [-1e-10, -1.00000000005e-10],
    [-9.5367431640625e-7, -9.5367477115389e-7],
    [-0.1, -0.10536051565782631],
    [-0.2929, -0.3465831803719419],
    [-0.26839233017496844, -0.3125108788885702],
    [-0.6227736603698153, -0.9749099013124742],
    [-0.75, -1.3862943611198906],
    [-0.9999995231628418, -14.556090791758852],
    [-0.9999999999999999, -36.7368005696771],
    [-0.5000001192092896, -0.6931474189785528],
  ])('of %d', (x, value) => expect(log1p(x)).toBe(value));

  it('has the bits of the C library all over the interval', () => {
    // The same library at −(upper 53 bits of i·0x9e3779b97f4a7c15 mod 2⁶⁴)·2⁻⁵³, i = 1 … 20,000, as little-endian doubles.
    const values = new Float64Array(20_000);
    for (let i = 0, step = 0n; i < values.length; i++) {
      step = BigInt.asUintN(64, step + 0x9e3779b97f4a7c15n);
      values[i] = log1p(-Number(step >> 11n) * 2 ** -53);
    }
    expect(sha256(new Uint8Array(values.buffer))).toBe(
      'b8d7ff153f5d2089f7e44d5149d54a672a31338aaad433e35cdd8ce907dc9a80',
    );
  });

  it('is 0 at 0', () => expect(log1p(-0)).toBe(-0));
});
