import { addToOdd, demote, upperHalf } from './lanes';
import { WORK } from './memory';

/** 2⁻²⁴, what the lowest of a word's 24 bits stands for. */
const UNIT: f32 = 5.960464477539063e-8;
/** Veltkamp's constant 2²⁷ + 1. */
const SPLITTER: f64 = 134217729;

/** The 24 bits of four words, as integers. */
@inline
function wordsAt(at: usize): v128 {
  return v128.and(v128.load(at), i32x4.splat(0xffffff));
}

@inline
function close(value: v128, from: v128, upper: v128): v128 {
  return v128.bitselect(from, value, f32x4.eq(value, upper));
}

/** factor·(k·unit − shift) of the 24 bits k, where the bracket is exact; a value equal to `upper` becomes `from`. */
export function uniformProduct(count: i32, factor: f32, unit: f32, shift: f32, from: f32, upper: f32): void {
  const units = f32x4.splat(unit);
  const shifts = f32x4.splat(shift);
  const factors = f32x4.splat(factor);
  const low = f32x4.splat(from);
  const top = f32x4.splat(upper);
  const end = WORK + <usize>count * 4;
  for (let at = WORK; at < end; at += 16) {
    const x = f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(wordsAt(at)), units), shifts);
    v128.store(at, close(f32x4.mul(x, factors), low, top));
  }
}

/**
 * x·range + from of the 24 bits, rounded once; a value equal to `upper` becomes `from`.
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
 * The lower 53 bits of two pairs of words, the high word first, as doubles.
 *
 * *Method:* the bits of either half go below those of a power of two, which is then subtracted.
 */
@inline
function doublesAt(at: usize): v128 {
  const words = v128.load(at);
  const bits = i32x4.shuffle(words, words, 1, 0, 3, 2);
  const high = v128.or(
    v128.and(i64x2.shr_u(bits, 32), i64x2.splat(0x1fffff)),
    i64x2.splat(0x4530000000000000), // 2⁸⁴
  );
  const low = v128.or(v128.and(bits, i64x2.splat(0xffffffff)), i64x2.splat(0x4330000000000000)); // 2⁵²
  return f64x2.add(f64x2.sub(high, f64x2.splat(19342813118337666422669312.0)), low); // 2⁸⁴ + 2⁵²
}

@inline
function closeDoubles(value: v128, from: v128, to: v128): v128 {
  return v128.bitselect(from, value, f64x2.eq(value, to));
}

/** factor·(k·unit − shift) of the 53 bits k, where the bracket is exact; `to` becomes `from`. */
export function uniformDoubleProduct(count: i32, factor: f64, unit: f64, shift: f64, from: f64, to: f64): void {
  const units = f64x2.splat(unit);
  const shifts = f64x2.splat(shift);
  const factors = f64x2.splat(factor);
  const base = f64x2.splat(from);
  const top = f64x2.splat(to);
  const end = WORK + <usize>count * 8;
  for (let at = WORK; at < end; at += 16) {
    const x = f64x2.sub(f64x2.mul(doublesAt(at), units), shifts);
    v128.store(at, closeDoubles(f64x2.mul(x, factors), base, top));
  }
}

/** x·range + from of the 53 bits, rounded once; `to` becomes `from`. The method is that of `kernels/fma.ts`. */
export function uniformDoubleRange(count: i32, from: f64, range: f64, to: f64): void {
  const base = f64x2.splat(from);
  const top = f64x2.splat(to);
  const scale = f64x2.splat(range);
  const unit = f64x2.splat(1.1102230246251565e-16); // 2⁻⁵³
  const end = WORK + <usize>count * 8;
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (let at = WORK; at < end; at += 16) {
      const x = f64x2.mul(doublesAt(at), unit);
      v128.store(at, closeDoubles(f64x2.relaxed_madd(x, scale, base), base, top));
    }
    return;
  }
  const scaled = range * SPLITTER;
  const rangeHigh = scaled - (scaled - range);
  const scaleHigh = f64x2.splat(rangeHigh);
  const scaleLow = f64x2.splat(range - rangeHigh);
  for (let at = WORK; at < end; at += 16) {
    const x = f64x2.mul(doublesAt(at), unit);
    const product = f64x2.mul(x, scale);
    const xScaled = f64x2.mul(x, f64x2.splat(SPLITTER));
    const xHigh = f64x2.sub(xScaled, f64x2.sub(xScaled, x));
    const xLow = f64x2.sub(x, xHigh);
    let rest = f64x2.sub(product, f64x2.mul(xHigh, scaleHigh));
    rest = f64x2.sub(rest, f64x2.mul(xLow, scaleHigh));
    rest = f64x2.sub(rest, f64x2.mul(xHigh, scaleLow));
    const error = f64x2.sub(f64x2.mul(xLow, scaleLow), rest);
    const low = f64x2.add(base, error);
    const lowPart = f64x2.sub(low, base);
    const lowError = f64x2.add(f64x2.sub(base, f64x2.sub(low, lowPart)), f64x2.sub(error, lowPart));
    const high = f64x2.add(product, low);
    const highPart = f64x2.sub(high, product);
    const highError = f64x2.add(f64x2.sub(product, f64x2.sub(high, highPart)), f64x2.sub(low, highPart));
    v128.store(at, closeDoubles(f64x2.add(high, addToOdd(highError, lowError)), base, top));
  }
}
