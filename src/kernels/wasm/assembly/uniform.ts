import { addToOdd, demote, upperHalf } from './lanes';
import { WORK } from './memory';

/** 2⁻²⁴, the value of the lowest of a word's 24 bits. */
const UNIT: f32 = 5.960464477539063e-8;
/** Veltkamp's constant 2²⁷ + 1, as in `numerics/roundingErrors.ts`. */
const SPLITTER: f64 = 134217729;

/** Returns the lower 24 bits of four words, as integers. */
@inline
function wordsAt(at: usize): v128 {
  return v128.and(v128.load(at), i32x4.splat(0xffffff));
}

@inline
function close(value: v128, from: v128, upper: v128): v128 {
  return v128.bitselect(from, value, f32x4.eq(value, upper));
}

/** Computes factor·(k − shift), where k is the lower 24 bits of a word. */
export function uniformProduct(count: i32, shift: i32, factor: f32): void {
  const shifts = i32x4.splat(shift);
  const factors = f32x4.splat(factor);
  const mask = i32x4.splat(0xffffff);
  const end = WORK + <usize>count * 4;
  for (let at = WORK; at < end; at += 16) {
    const k = i32x4.sub(v128.and(v128.load(at), mask), shifts);
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(k), factors));
  }
}

/**
 * Computes x·range + from, rounded once, where x is the lower 24 bits of a word times 2⁻²⁴. A value equal to `upper` becomes
 * `from`.
 * @param isExact whether the sum is exact in double
 */
export function uniformRange(count: i32, from: f32, range: f32, upper: f32, isExact: i32): void {
  const low = f32x4.splat(from);
  const top = f32x4.splat(upper);
  const end = WORK + <usize>count * 4;
  if (ASC_FEATURE_RELAXED_SIMD) {
    const unit = f32x4.splat(UNIT);
    const ranges = f32x4.splat(range);
    for (let at = WORK; at < end; at += 16) {
      const x = f32x4.mul(f32x4.convert_i32x4_s(wordsAt(at)), unit);
      v128.store(at, close(f32x4.relaxed_madd(x, ranges, low), low, top));
    }
    return;
  }
  const scale = f64x2.splat(<f64>range * UNIT);
  const base = f64x2.splat(from);
  if (isExact) {
    for (let at = WORK; at < end; at += 16) {
      const k = wordsAt(at);
      const a = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(k), scale), base);
      const b = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(upperHalf(k)), scale), base);
      v128.store(at, close(demote(a, b), low, top));
    }
  } else {
    for (let at = WORK; at < end; at += 16) {
      const k = wordsAt(at);
      const a = addToOdd(f64x2.mul(f64x2.convert_low_i32x4_s(k), scale), base);
      const b = addToOdd(f64x2.mul(f64x2.convert_low_i32x4_s(upperHalf(k)), scale), base);
      v128.store(at, close(demote(a, b), low, top));
    }
  }
}

/**
 * Computes round(x·range) + from, where x is the lower `bits` bits of a word times 2^−bits. A value equal to `upper` becomes
 * `from`.
 */
export function uniformUnfused(count: i32, bits: i32, from: f32, range: f32, upper: f32): void {
  const mask = i32x4.splat((1 << bits) - 1);
  const unit = f32x4.splat(<f32>1 / <f32>(1 << bits));
  const ranges = f32x4.splat(range);
  const low = f32x4.splat(from);
  const top = f32x4.splat(upper);
  const end = WORK + <usize>count * 4;
  for (let at = WORK; at < end; at += 16) {
    const x = f32x4.mul(f32x4.convert_i32x4_s(v128.and(v128.load(at), mask)), unit);
    v128.store(at, close(f32x4.add(f32x4.mul(x, ranges), low), low, top));
  }
}

/** The bits of 2⁸⁴, whose last bit is worth 2³², and of 2⁵², whose last bit is worth 1. */
const HIGH_BITS: u64 = 0x4530000000000000;
const LOW_BITS: u64 = 0x4330000000000000;
const HIGH_AND_LOW: f64 = 19342813118337666422669312.0; // 2⁸⁴ + 2⁵²

/**
 * Returns the lower 53 bits of two pairs of words, the high word first, as doubles, minus a multiple of 2³².
 *
 * *Method:* each half is written into the low bits of a power of two, which is then subtracted.
 * @param base 2⁸⁴ + 2⁵² plus that multiple of 2³²
 */
@inline
function doublesAt(at: usize, mask: v128, high: v128, low: v128, base: v128): v128 {
  const words = v128.load(at);
  const upper = f64x2.sub(v128.or(v128.and(words, mask), high), base);
  return f64x2.add(upper, v128.or(i64x2.shr_u(words, 32), low));
}

/** Computes factor·(k − shift), where k is the lower 53 bits of a pair of words. `shift` is a multiple of 2³². */
export function uniformDoubleProduct(count: i32, shift: f64, factor: f64): void {
  const mask = i64x2.splat(0x1fffff);
  const high = i64x2.splat(HIGH_BITS);
  const low = i64x2.splat(LOW_BITS);
  const shifts = f64x2.splat(HIGH_AND_LOW + shift);
  const factors = f64x2.splat(factor);
  const end = WORK + <usize>count * 8;
  for (let at = WORK; at < end; at += 16) {
    v128.store(at, f64x2.mul(doublesAt(at, mask, high, low, shifts), factors));
  }
}

/**
 * Computes scale·k + from, rounded once, where k is the lower 53 bits of a pair of words. A value equal to `to` becomes `from`.
 * The method is that of `numerics/fma.ts`.
 */
export function uniformDoubleRange(count: i32, from: f64, scale: f64, to: f64): void {
  const mask = i64x2.splat(0x1fffff);
  const highBits = i64x2.splat(HIGH_BITS);
  const lowBits = i64x2.splat(LOW_BITS);
  const shifts = f64x2.splat(HIGH_AND_LOW);
  const base = f64x2.splat(from);
  const top = f64x2.splat(to);
  const scales = f64x2.splat(scale);
  const end = WORK + <usize>count * 8;
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (let at = WORK; at < end; at += 16) {
      const k = doublesAt(at, mask, highBits, lowBits, shifts);
      const value = f64x2.relaxed_madd(k, scales, base);
      v128.store(at, i64x2.relaxed_laneselect(base, value, f64x2.eq(value, top)));
    }
    return;
  }
  // Veltkamp's split: the halves have at most 26 bits, so their products with the halves of k are exact.
  const scaled = scale * SPLITTER;
  const half = scaled - (scaled - scale);
  const scalesHigh = f64x2.splat(half);
  const scalesLow = f64x2.splat(scale - half);
  const upperBits = i64x2.splat(~0x7ffffff);
  for (let at = WORK; at < end; at += 16) {
    const k = doublesAt(at, mask, highBits, lowBits, shifts);
    const product = f64x2.mul(k, scales);
    const kHigh = v128.and(k, upperBits);
    const kLow = f64x2.sub(k, kHigh);
    let rest = f64x2.sub(product, f64x2.mul(kHigh, scalesHigh));
    rest = f64x2.sub(rest, f64x2.mul(kLow, scalesHigh));
    rest = f64x2.sub(rest, f64x2.mul(kHigh, scalesLow));
    const error = f64x2.sub(f64x2.mul(kLow, scalesLow), rest);
    const low = f64x2.add(base, error);
    const lowPart = f64x2.sub(low, base);
    const lowError = f64x2.add(f64x2.sub(base, f64x2.sub(low, lowPart)), f64x2.sub(error, lowPart));
    const high = f64x2.add(product, low);
    const highPart = f64x2.sub(high, product);
    const highError = f64x2.add(f64x2.sub(product, f64x2.sub(high, highPart)), f64x2.sub(low, highPart));
    const value = f64x2.add(high, addToOdd(highError, lowError));
    v128.store(at, v128.bitselect(base, value, f64x2.eq(value, top)));
  }
}

/**
 * Computes round(x·range) + from, where x is the lower 53 bits of a pair of words times 2⁻⁵³. A value equal to `upper` becomes
 * `from`.
 */
export function uniformDoubleUnfused(count: i32, from: f64, range: f64, upper: f64): void {
  const mask = i64x2.splat(0x1fffff);
  const highBits = i64x2.splat(HIGH_BITS);
  const lowBits = i64x2.splat(LOW_BITS);
  const shifts = f64x2.splat(HIGH_AND_LOW);
  const unit = f64x2.splat(1.1102230246251565e-16);
  const ranges = f64x2.splat(range);
  const low = f64x2.splat(from);
  const top = f64x2.splat(upper);
  const end = WORK + <usize>count * 8;
  for (let at = WORK; at < end; at += 16) {
    const x = f64x2.mul(doublesAt(at, mask, highBits, lowBits, shifts), unit);
    const value = f64x2.add(f64x2.mul(x, ranges), low);
    v128.store(at, v128.bitselect(low, value, f64x2.eq(value, top)));
  }
}
