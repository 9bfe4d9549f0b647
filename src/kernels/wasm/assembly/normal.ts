import { demote, promote, scale, select, upperHalf } from './lanes';
import { DOUBLES, WORK } from './memory';

/*
 * The constants of `kernels/draw/boxMullerFloat32.ts`, each a float32. They lie in memory, because V8 would build the vectors of
 * literals anew at each use.
 */
const FLOATS = memory.data<f32>([
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1, -2.1219444e-4, 0.693359375, 2.443315711809948e-5, -1.388731625493765e-3,
  4.166664568298827e-2, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, -0.78515625, -2.4187564849853515625e-4,
  -3.77489497744594108e-8, 6.283185307179586, 5.960464477539063e-8,
]);
const COUNT: usize = 22;
const LOG: usize = 0;
const LN2_LOW: usize = 9;
const LN2_HIGH: usize = 10;
const COS: usize = 11;
const SIN: usize = 14;
const QUARTER_PI: usize = 17;
const TWO_PI: usize = 20;
const UNIT: usize = 21;

// The same constants as doubles, for the fused steps, which handle pairs.
for (let i: usize = 0; i < COUNT; i++) store<f64>(DOUBLES + 8 * i, load<f32>(FLOATS + 4 * i));

@inline
function float(index: usize): v128 {
  return v128.load32_splat(FLOATS + 4 * index);
}

@inline
function double(index: usize): v128 {
  return v128.load64_splat(DOUBLES + 8 * index);
}

/**
 * Rounds doubles to 24 bits, ties away from 0. This takes two integer instructions instead of two conversions.
 *
 * Inside the polynomials the results equal those of rounding ties to even, for all 2²⁴ inputs (tested one by one).
 */
@inline
function round24(x: v128): v128 {
  return v128.and(i64x2.add(x, i64x2.splat(0x10000000)), i64x2.splat(~0x1fffffff));
}

/** Computes fma(a, b, c) of doubles that hold floats, rounded to 24 bits. */
@inline
function step(a: v128, b: v128, c: v128): v128 {
  return round24(f64x2.add(f64x2.mul(a, b), c));
}

/** Multiplies the logarithm's polynomial y by x, and fuses its last terms y·z + t, for a pair of doubles that hold floats. */
@inline
function logTail(x: v128, z: v128, t: v128): v128 {
  let y = step(double(LOG), x, double(LOG + 1));
  y = step(y, x, double(LOG + 2));
  y = step(y, x, double(LOG + 3));
  y = step(y, x, double(LOG + 4));
  y = step(y, x, double(LOG + 5));
  y = step(y, x, double(LOG + 6));
  y = step(y, x, double(LOG + 7));
  y = step(y, x, double(LOG + 8));
  // Here rounding ties away from 0 would change bits.
  y = promote(f32x4.demote_f64x2_zero(f64x2.mul(y, x)));
  return f64x2.add(f64x2.mul(y, z), t);
}

/** Computes √(−2·ln u) for u = m·2⁻²⁴, m in 1 … 2²⁴. */
@inline
function radius(m: v128): v128 {
  // Subtracting the bits of √½ gives the exponent that leaves a significand in [√½, √2).
  const bits = i32x4.sub(f32x4.convert_i32x4_s(m), i32x4.splat(0x4b3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const significand = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  let x = f32x4.sub(significand, f32x4.splat(1));
  const z = f32x4.mul(x, x);
  const t = f32x4.mul(e, float(LN2_LOW));
  let y: v128;
  if (ASC_FEATURE_RELAXED_SIMD) {
    y = f32x4.relaxed_madd(float(LOG), x, float(LOG + 1));
    y = f32x4.relaxed_madd(y, x, float(LOG + 2));
    y = f32x4.relaxed_madd(y, x, float(LOG + 3));
    y = f32x4.relaxed_madd(y, x, float(LOG + 4));
    y = f32x4.relaxed_madd(y, x, float(LOG + 5));
    y = f32x4.relaxed_madd(y, x, float(LOG + 6));
    y = f32x4.relaxed_madd(y, x, float(LOG + 7));
    y = f32x4.relaxed_madd(y, x, float(LOG + 8));
    y = f32x4.relaxed_madd(f32x4.mul(y, x), z, t);
  } else {
    y = demote(
      logTail(promote(x), promote(z), promote(t)),
      logTail(promote(upperHalf(x)), promote(upperHalf(z)), promote(upperHalf(t))),
    );
  }
  // z·½ and e·0.693… are exact.
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
  x = f32x4.add(x, y);
  x = f32x4.add(f32x4.mul(e, float(LN2_HIGH)), x);
  return f32x4.sqrt(f32x4.mul(x, f32x4.splat(-2)));
}

/** Computes the polynomial of the cosine without its factor z², for a pair. */
@inline
function cosTail(z: v128): v128 {
  let a = step(double(COS), z, double(COS + 1));
  a = step(a, z, double(COS + 2));
  a = round24(f64x2.mul(a, z));
  return f64x2.sub(f64x2.mul(a, z), f64x2.mul(z, f64x2.splat(0.5)));
}

/** Computes the polynomial of the sine, for a pair. */
@inline
function sinTail(x: v128, z: v128): v128 {
  let b = step(double(SIN), z, double(SIN + 1));
  b = step(b, z, double(SIN + 2));
  b = round24(f64x2.mul(b, z));
  return f64x2.add(f64x2.mul(b, x), x);
}

/** Box–Muller on whole groups of 16, in place. The method is that of `kernels/draw/boxMullerFloat32.ts`. */
export function normal(count: i32, mean: f32, std: f32): void {
  const means = f32x4.splat(mean);
  const stds = f32x4.splat(std);
  const isCentered = mean == 0;
  const end = WORK + <usize>count * 4;
  for (let group = WORK; group < end; group += 64) {
    for (let at = group; at < group + 32; at += 16) {
      const r = radius(i32x4.sub(i32x4.splat(0x1000000), v128.and(v128.load(at), i32x4.splat(0xffffff))));
      const k = v128.and(v128.load(at, 32), i32x4.splat(0xffffff));
      const theta = f32x4.mul(float(TWO_PI), f32x4.mul(f32x4.convert_i32x4_s(k), float(UNIT)));
      const j = v128.and(i32x4.add(i32x4.shr_u(k, 21), i32x4.splat(1)), i32x4.splat(~1));
      const octant = f32x4.convert_i32x4_s(j);
      // The first two products are exact.
      let x = f32x4.add(f32x4.mul(octant, float(QUARTER_PI)), theta);
      let a: v128;
      let b: v128;
      if (ASC_FEATURE_RELAXED_SIMD) {
        x = f32x4.relaxed_madd(octant, float(QUARTER_PI + 1), x);
        x = f32x4.relaxed_madd(octant, float(QUARTER_PI + 2), x);
        const z = f32x4.mul(x, x);
        a = f32x4.relaxed_madd(float(COS), z, float(COS + 1));
        a = f32x4.relaxed_madd(a, z, float(COS + 2));
        a = f32x4.mul(a, z);
        a = f32x4.relaxed_madd(a, z, f32x4.mul(z, f32x4.splat(-0.5)));
        b = f32x4.relaxed_madd(float(SIN), z, float(SIN + 1));
        b = f32x4.relaxed_madd(b, z, float(SIN + 2));
        b = f32x4.mul(b, z);
        b = f32x4.relaxed_madd(b, x, x);
      } else {
        x = f32x4.add(f32x4.mul(octant, float(QUARTER_PI + 1)), x);
        const third = double(QUARTER_PI + 2);
        x = demote(
          f64x2.add(f64x2.mul(promote(octant), third), promote(x)),
          f64x2.add(f64x2.mul(promote(upperHalf(octant)), third), promote(upperHalf(x))),
        );
        const z = f32x4.mul(x, x);
        const xLow = promote(x);
        const xHigh = promote(upperHalf(x));
        const zLow = promote(z);
        const zHigh = promote(upperHalf(z));
        a = demote(cosTail(zLow), cosTail(zHigh));
        b = demote(sinTail(xLow, zLow), sinTail(xHigh, zHigh));
      }
      a = f32x4.add(a, f32x4.splat(1));
      const isSwapped = i32x4.shr_s(i32x4.shl(j, 30), 31);
      const sign = i32x4.splat(0x80000000);
      const sine = v128.xor(select(a, b, isSwapped), v128.and(i32x4.shl(j, 29), sign));
      const cosine = v128.xor(
        select(b, a, isSwapped),
        v128.and(i32x4.shl(i32x4.add(j, i32x4.splat(2)), 29), sign),
      );
      const n1 = f32x4.mul(r, cosine);
      const n2 = f32x4.mul(r, sine);
      v128.store(at, scale(n1, stds, means, isCentered));
      v128.store(at, scale(n2, stds, means, isCentered), 32);
    }
  }
}
