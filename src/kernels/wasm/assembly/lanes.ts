/** Moves the lanes 2 and 3 of four to the lanes 0 and 1, which the instructions for pairs read. */
@inline
export function upperHalf(x: v128): v128 {
  return i32x4.shuffle(x, x, 2, 3, 2, 3);
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
