import { addToFloat32 } from '../../numerics/fma.js';

// Local names: in test runners the global object is a proxy, where reading `Math` at every step is a hundred times as slow.
const { clz32, fround, sqrt } = Math;

const TWO_PI = fround(2 * Math.PI);

// The constants of Cephes' single-precision log, sin and cos (Moshier), as in PyTorch's AVX code. Each is a float32.
const SQRT_HALF = fround(Math.SQRT1_2);
const LOG_0 = fround(7.0376836292e-2);
const LOG_1 = fround(-1.151461031e-1);
const LOG_2 = fround(1.167699874e-1);
const LOG_3 = fround(-1.2420140846e-1);
const LOG_4 = fround(1.4249322787e-1);
const LOG_5 = fround(-1.6668057665e-1);
const LOG_6 = fround(2.0000714765e-1);
const LOG_7 = fround(-2.4999993993e-1);
const LOG_8 = fround(3.3333331174e-1);
/** ln 2 in two parts, the first with 9 significant bits. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-2.1219444e-4);
/** −π/4 in three parts. The product of a small integer with either of the first two is exact. */
const QUARTER_PI_1 = -0.78515625;
const QUARTER_PI_2 = fround(-0.00024187564849853516);
const QUARTER_PI_3 = fround(-3.774894977445941e-8);
const COS_0 = fround(2.443315711809948e-5);
const COS_1 = fround(-0.001388731625493765);
const COS_2 = fround(0.04166664568298827);
const SIN_0 = fround(-1.9515295891e-4);
const SIN_1 = fround(8.3321608736e-3);
const SIN_2 = fround(-1.6666654611e-1);

/** 2^(z − 32) for z leading zeros: the product with an integer of 32 − z bits is its significand in [½, 1). */
const NORMALIZE = Float64Array.from({ length: 33 }, (_, zeros) => 2 ** (zeros - 32));

/**
 * Computes √(−2·ln u) in float32 for u = m·2⁻²⁴, m in 1 … 2²⁴.
 *
 * *Method*: every fused step is a multiply-add in doubles that `fround` rounds. For all 2²⁴ inputs it equals the fma (each was
 * compared with PyTorch).
 */
function radius(m: number): number {
  const zeros = clz32(m);
  let e = 8 - zeros;
  let x = m * NORMALIZE[zeros];
  if (x < SQRT_HALF) {
    e -= 1;
    x += x;
  }
  x -= 1;
  const z = fround(x * x);
  let y = fround(LOG_0 * x + LOG_1);
  y = fround(y * x + LOG_2);
  y = fround(y * x + LOG_3);
  y = fround(y * x + LOG_4);
  y = fround(y * x + LOG_5);
  y = fround(y * x + LOG_6);
  y = fround(y * x + LOG_7);
  y = fround(y * x + LOG_8);
  y = fround(y * x);
  y = fround(y * z + fround(e * LN2_LOW));
  y = fround(y - z * 0.5);
  x = fround(x + y);
  x = fround(e * LN2_HIGH + x);
  return fround(sqrt(-2 * x));
}

/**
 * Box–Muller on whole groups of 16. For j in 0 … 7, out[offset + j] = fma(r·cos θ, std, mean) and out[offset + j + 8] =
 * fma(r·sin θ, std, mean), where r comes from 24 bits of words[j], and θ from 24 bits of words[j + 8].
 *
 * *Method*: Cephes' polynomials, step by step in float32. The octant is the upper 3 bits of the 24 bits of θ.
 * @param mean a float32, as is `std`
 */
export function boxMullerFloat32(
  words: Int32Array,
  count: number,
  out: Float32Array,
  offset: number,
  mean: number,
  std: number,
): void {
  const isCentered = mean === 0;
  for (let group = 0; group < count; group += 16) {
    for (let i = group; i < group + 8; i++) {
      const r = radius(0x1000000 - (words[i] & 0xffffff));
      const k = words[i + 8] & 0xffffff;
      const theta = fround(TWO_PI * (k * 2 ** -24));
      const j = ((k >>> 21) + 1) & ~1;
      let x = fround(j * QUARTER_PI_1 + theta);
      x = fround(j * QUARTER_PI_2 + x);
      x = fround(j * QUARTER_PI_3 + x);
      const z = fround(x * x);
      let a = fround(COS_0 * z + COS_1);
      a = fround(a * z + COS_2);
      a = fround(a * z);
      a = fround(a * z - z * 0.5);
      a = fround(a + 1);
      let b = fround(SIN_0 * z + SIN_1);
      b = fround(b * z + SIN_2);
      b = fround(b * z);
      b = fround(b * x + x);
      const swapped = (j & 2) !== 0;
      const sine = swapped ? a : b;
      const cosine = swapped ? b : a;
      const n1 = fround(r * ((~(j - 2) & 4) !== 0 ? -cosine : cosine));
      const n2 = fround(r * ((j & 4) !== 0 ? -sine : sine));
      // The product is exact. Adding 0 turns −0 into 0, as the fused step would, and adding −0 keeps it.
      out[offset + i] = isCentered ? n1 * std + mean : addToFloat32(n1 * std, mean);
      out[offset + i + 8] = isCentered ? n2 * std + mean : addToFloat32(n2 * std, mean);
    }
  }
}
