import { demote, promote, scale, select, upperHalf } from './lanes';
import { WORK } from './memory';

/*
 * The constants of `numerics/logf.ts` and `numerics/sinCosf.ts`. They lie in memory, because V8 would build the vectors of literals anew
 * at each use.
 */

/** For each of the 16 parts of the interval of significands, the reciprocal and the logarithm of a number close to its middle. */
const TABLE = memory.data<f64>([
  1.398907162146528, -0.33569133332882284, 1.3403141896637998, -0.2929040563774074, 1.286432210124115, -0.2518726580937369,
  1.2367150214269895, -0.21245868807117255, 1.1906977166711752, -0.17453945183745634, 1.1479821020556429,
  -0.1380057072319758, 1.1082251448272158, -0.10275976698545139, 1.0711297413057381, -0.06871392447020525,
  1.036437278977283, -0.0357891387398228, 1, 0, 0.9492859795739057, 0.05204517742929496, 0.8951049428609004,
  0.11081431298787942, 0.8476821620351103, 0.1652495223695143, 0.8050314851692001, 0.21687389031699977,
  0.7664671008843108, 0.2659635028121397, 0.731428603316328, 0.3127556664073557,
]);
const CONSTANTS = memory.data<f64>([
  -0.25089342214237154, 0.333456765744066, -0.4999997485802103, 0.6931471805599453, -0.16666654943701084,
  0.008332178146138854, -0.00019517298981385725, -0.49999999725108224, 0.041666623324344516, -0.001388676379437604,
  0.000024390450703564542, 0.6366197723675814, 1.5707963267948966, 6755399441055744.0, 1,
  6.283185307179586 / 16777216.0, -1,
]);
const LOG: usize = 0;
const LN2: usize = 3;
const SIN: usize = 4;
const COS: usize = 7;
const QUARTERS: usize = 11;
const QUARTER_TURN: usize = 12;
/** 1.5·2⁵². Adding it rounds a double to an integer, which is then in the low bits. */
const ROUNDER: usize = 13;
const ONE: usize = 14;
const MINUS_1: usize = 16;

/** 2π·2⁻²⁴ in double. */
const TWO_PI_UNIT: usize = 15;

/**
 * The bits of the float 0.69921875, the mask of a row's place in bytes, those of sign and exponent, of the sign, and of the 24 bits of a
 * word, and the number of values that they have.
 */
const MASKS = memory.data<u32>([0x3f330000, 0xf0, 0xff800000, 0x80000000, 0xffffff, 0x1000000]);
const LOWEST: usize = 0;
const ROW: usize = 1;
const EXPONENT: usize = 2;
const SIGN: usize = 3;
const WORD: usize = 4;
const WORDS: usize = 5;

/** −2, 2π, 2⁻²⁴, 2⁻³² and 2⁻³³ as floats. */
const FLOATS = memory.data<f32>([
  -2, 6.283185307179586, 5.960464477539063e-8, 2.3283064365386963e-10, 1.1641532182693481e-10,
]);
const MINUS_2: usize = 0;
const TWO_PI: usize = 1;
const UNIT: usize = 2;
const WORD_UNIT: usize = 3;
const HALF_UNIT: usize = 4;

@inline
function mask(index: usize): v128 {
  return v128.load32_splat(MASKS + 4 * index);
}

@inline
function float(index: usize): v128 {
  return v128.load32_splat(FLOATS + 4 * index);
}

@inline
function constant(index: usize): v128 {
  return v128.load64_splat(CONSTANTS + 8 * index);
}

/** Computes a·b + c of doubles. Fusing them does not change a float32 result of this file (tested for every argument). */
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(f64x2.mul(a, b), c);
}

/** Returns the row of the table at a distance in bytes: a reciprocal and a logarithm. */
@inline
function row(distance: i32): v128 {
  return v128.load(TABLE + <usize>distance);
}

/** Computes the logarithm of z·2ᵏ for a pair, from the table's rows of both. */
@inline
function logarithm(z: v128, k: v128, row0: v128, row1: v128): v128 {
  const r = multiplyAdd(z, i64x2.shuffle(row0, row1, 0, 2), constant(MINUS_1));
  const r2 = f64x2.mul(r, r);
  const head = f64x2.add(multiplyAdd(k, constant(LN2), i64x2.shuffle(row0, row1, 1, 3)), r);
  const tail = multiplyAdd(constant(LOG), r2, multiplyAdd(constant(LOG + 1), r, constant(LOG + 2)));
  return multiplyAdd(tail, r2, head);
}

/** Computes √(−2·ln u) of four normal floats. */
@inline
function radius(u: v128): v128 {
  const distance = i32x4.sub(u, mask(LOWEST));
  const rows = v128.and(i32x4.shr_u(distance, 15), mask(ROW));
  const k = i32x4.shr_s(distance, 23);
  const z = i32x4.sub(u, v128.and(distance, mask(EXPONENT)));
  const low = logarithm(
    promote(z),
    f64x2.convert_low_i32x4_s(k),
    row(i32x4.extract_lane(rows, 0)),
    row(i32x4.extract_lane(rows, 1)),
  );
  const high = logarithm(
    promote(upperHalf(z)),
    f64x2.convert_low_i32x4_s(upperHalf(k)),
    row(i32x4.extract_lane(rows, 2)),
    row(i32x4.extract_lane(rows, 3)),
  );
  return f32x4.sqrt(f32x4.mul(demote(low, high), float(MINUS_2)));
}

/** Rounds a pair of angles to quarter turns. The number of quarters is in the low bits. */
@inline
function roundedQuarters(angle: v128): v128 {
  return multiplyAdd(angle, constant(QUARTERS), constant(ROUNDER));
}

/** Subtracts the quarter turns from a pair of angles. */
@inline
function restOf(angle: v128, quarters: v128): v128 {
  return f64x2.sub(angle, f64x2.mul(f64x2.sub(quarters, constant(ROUNDER)), constant(QUARTER_TURN)));
}

@inline
function sineOf(x: v128, x2: v128): v128 {
  const x3 = f64x2.mul(x, x2);
  const tail = multiplyAdd(x2, constant(SIN + 2), constant(SIN + 1));
  return multiplyAdd(f64x2.mul(x3, x2), tail, multiplyAdd(x3, constant(SIN), x));
}

@inline
function cosineOf(x2: v128): v128 {
  const x4 = f64x2.mul(x2, x2);
  const tail = multiplyAdd(x2, constant(COS + 3), constant(COS + 2));
  const head = multiplyAdd(x4, constant(COS + 1), multiplyAdd(x2, constant(COS), constant(ONE)));
  return multiplyAdd(f64x2.mul(x4, x2), tail, head);
}

/** Returns the numbers in (0, 1] that the stateless generator makes of four words. The product is exact. */
@inline
function pairUniforms(words: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(words), float(WORD_UNIT)), float(HALF_UNIT));
}

/** Returns 2π·k·2⁻²⁴ for four integers k, rounded once from double. */
@inline
function groupAngles(k: v128): v128 {
  const unit = constant(TWO_PI_UNIT);
  return demote(
    f64x2.mul(f64x2.convert_low_i32x4_s(k), unit),
    f64x2.mul(f64x2.convert_low_i32x4_s(upperHalf(k)), unit),
  );
}

/**
 * Box–Muller with glibc's functions, in place: four words of the first uniforms and four of the second at a time. The method is that of
 * `kernels/draw/boxMullerGlibc.ts`.
 * @param isPairs whether the words lie in pairs, as in the stateless generator, or in groups of 16
 */
@inline
function boxMuller(count: i32, mean: f32, std: f32, isPairs: bool): void {
  const means = f32x4.splat(mean);
  const stds = f32x4.splat(std);
  const isCentered = mean == 0;
  const end = WORK + <usize>count * 4;
  /** The distance from the first four words to the other four. */
  const other: usize = isPairs ? 16 : 32;
  for (let at = WORK; at < end; ) {
    const a = v128.load(at);
    const b = v128.load(at + other);
    let u: v128;
    let angle: v128;
    if (isPairs) {
      u = pairUniforms(i32x4.shuffle(a, b, 0, 2, 4, 6));
      angle = f32x4.mul(float(TWO_PI), pairUniforms(i32x4.shuffle(a, b, 1, 3, 5, 7)));
    } else {
      const m = i32x4.sub(mask(WORDS), v128.and(a, mask(WORD)));
      u = f32x4.mul(f32x4.convert_i32x4_s(m), float(UNIT));
      angle = groupAngles(v128.and(b, mask(WORD)));
    }
    const r = radius(u);
    const angleLow = promote(angle);
    const angleHigh = promote(upperHalf(angle));
    const quartersLow = roundedQuarters(angleLow);
    const quartersHigh = roundedQuarters(angleHigh);
    const xLow = restOf(angleLow, quartersLow);
    const xHigh = restOf(angleHigh, quartersHigh);
    const x2Low = f64x2.mul(xLow, xLow);
    const x2High = f64x2.mul(xHigh, xHigh);
    const s = demote(sineOf(xLow, x2Low), sineOf(xHigh, x2High));
    const c = demote(cosineOf(x2Low), cosineOf(x2High));
    // An odd number of quarters swaps both functions. Bit 1 of the number is the sign of the sine, and that of the next one the
    // sign of the cosine.
    const quarters = i32x4.shuffle(quartersLow, quartersHigh, 0, 2, 4, 6);
    const isSwapped = i32x4.shr_s(i32x4.shl(quarters, 31), 31);
    const sign = mask(SIGN);
    const sine = v128.xor(select(c, s, isSwapped), v128.and(i32x4.shl(quarters, 30), sign));
    const next = i32x4.add(quarters, i32x4.splat(1));
    const cosine = v128.xor(select(s, c, isSwapped), v128.and(i32x4.shl(next, 30), sign));
    let n1 = f32x4.mul(r, cosine);
    let n2 = f32x4.mul(r, sine);
    if (isPairs) {
      n1 = f32x4.add(f32x4.mul(n1, stds), means);
      n2 = f32x4.add(f32x4.mul(n2, stds), means);
      v128.store(at, i32x4.shuffle(n1, n2, 0, 4, 1, 5));
      v128.store(at, i32x4.shuffle(n1, n2, 2, 6, 3, 7), 16);
      at += 32;
    } else {
      v128.store(at, scale(n1, stds, means, isCentered));
      v128.store(at, scale(n2, stds, means, isCentered), 32);
      // The other four of the first eight words of the group, or the next group.
      at += at & 16 ? 48 : 16;
    }
  }
}

/** Turns words into normals, in whole groups of 16, as PyTorch's scalar template does. The last step is fused. */
export function normalGlibc(count: i32, mean: f32, std: f32): void {
  boxMuller(count, mean, std, false);
}

/** Turns words into normals in pairs, as PyTorch's stateless generator does. Up to four words behind them are overwritten. */
export function normalPairs(count: i32, mean: f32, std: f32): void {
  boxMuller(count, mean, std, true);
}
