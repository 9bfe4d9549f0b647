import { fma } from './fma.js';

/** ln 2 as the sum of two parts. The product of a small integer and the first part is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LP_1 = 0.6666666666666735;
const LP_2 = 0.3999999999940942;
const LP_3 = 0.2857142874366239;
const LP_4 = 0.22222198432149784;
const LP_5 = 0.1818357216161805;
const LP_6 = 0.15313837699209373;
const LP_7 = 0.14798198605116586;

const scratch = new Float64Array(1);
const halves = new Uint32Array(scratch.buffer);

/**
 * ln(1 + x) for −1 < x ≤ 0, with the bits of the GNU C library on CPUs with fused multiply-add. The bits matter because
 * the state bytes of a generator contain a sample that is computed from it. `Math.log1p` differs for one argument in
 * 1,500.
 *
 * *Method*: fdlibm's s_log1p.c (Sun Microsystems 1993, freely granted), with the same order of additions and the same fused steps: 1 + x =
 * 2ᵏ·(1 + f) with √½ < 1 + f < √2, and ln(1 + f) = f − f²/2 + s·(f²/2 + R(s²)) with s = f/(2 + f).
 */
export function log1p(x: number): number {
  if (x > -(2 ** -29)) return x > -(2 ** -54) ? x : x - x * x * 0.5;
  let k = 0;
  let f = x;
  /** The rounding error of 1 + x, relative to the sum. */
  let lost = 0;
  let isNearPower = false;
  if (x < -0.29289) {
    const sum = 1 + x;
    scratch[0] = sum;
    k = (halves[1] >>> 20) - 1023;
    lost = (x - (sum - 1)) / sum;
    const fraction = halves[1] & 0xfffff;
    const isUpper = fraction >= 0x6a09e;
    if (isUpper) k++;
    halves[1] = fraction | (isUpper ? 0x3fe00000 : 0x3ff00000);
    f = scratch[0] - 1;
    isNearPower = fraction === 0 || fraction > 0xffffc;
  }
  lost = fma(k, LN2_LOW, lost);
  if (f === 0) return k * LN2_HIGH + lost;
  const halfSquare = 0.5 * f * f;
  if (isNearPower) return k * LN2_HIGH - (halfSquare * fma(-2 / 3, f, 1) - lost - f);
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  let r = fma(z, LP_1, z2 * fma(z, LP_3, LP_2));
  r = fma(z4, fma(z, LP_5, LP_4), r);
  r = fma(z2 * z4, fma(z, LP_7, LP_6), r);
  return k * LN2_HIGH - (halfSquare - (lost + (r + halfSquare) * s) - f);
}
