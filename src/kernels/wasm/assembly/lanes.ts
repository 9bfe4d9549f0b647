/** Moves the lanes 2 and 3 of four to the lanes 0 and 1, which the instructions for pairs read. */
@inline
export function upperHalf(x: v128): v128 {
  return i32x4.shuffle(x, x, 2, 3, 2, 3);
}

/** Widens the lanes 0 and 1 of four floats to doubles. */
@inline
export function promote(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** Rounds two pairs of doubles to four floats, ties to even. */
@inline
export function demote(low: v128, high: v128): v128 {
  return i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/**
 * Returns a + b rounded to odd. Rounding the result again equals rounding the exact sum once.
 *
 * *Method:* Knuth's algorithm gives the error of the rounded sum. If the error points towards 0, the sum moves one unit towards 0.
 * If the error is not 0, the last bit is set.
 */
@inline
export function addToOdd(a: v128, b: v128): v128 {
  const sum = f64x2.add(a, b);
  const part = f64x2.sub(sum, a);
  const error = f64x2.add(f64x2.sub(a, f64x2.sub(sum, part)), f64x2.sub(b, part));
  const isInexact = f64x2.ne(error, f64x2.splat(0));
  const isInward = v128.and(isInexact, i64x2.shr_s(v128.xor(sum, error), 63));
  return v128.or(i64x2.add(sum, isInward), i64x2.shr_u(isInexact, 63));
}

/**
 * Selects a where the mask is set, and b elsewhere. The lanes of the mask are all ones or all zeros, for which both instructions
 * give the same result.
 */
@inline
export function select(a: v128, b: v128, mask: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i32x4.relaxed_laneselect(a, b, mask) : v128.bitselect(a, b, mask);
}

/**
 * Computes n·std + mean of four floats, rounded once. No product may be subnormal.
 * @param isCentered whether the mean is 0 or −0; then only the product is rounded
 */
@inline
export function scale(n: v128, std: v128, mean: v128, isCentered: bool): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(n, std, mean);
  // Adding 0 turns −0 into 0, as the fused step would, and adding −0 keeps it.
  if (isCentered) return f32x4.add(f32x4.mul(n, std), mean);
  const low = f64x2.mul(promote(n), promote(std));
  const high = f64x2.mul(promote(upperHalf(n)), promote(std));
  const m = promote(mean);
  const sumLow = f64x2.add(low, m);
  const sumHigh = f64x2.add(high, m);
  // Rounding twice is wrong only if the first result lies halfway between two floats.
  if (v128.any_true(v128.or(isHalfway(sumLow), isHalfway(sumHigh)))) return demote(addToOdd(low, m), addToOdd(high, m));
  return demote(sumLow, sumHigh);
}

/** Whether the bits of a double below those of a float are 1000…, for each of a pair. */
@inline
function isHalfway(x: v128): v128 {
  return i64x2.eq(v128.and(x, i64x2.splat(0x1fffffff)), i64x2.splat(0x10000000));
}
