/** Lanes 2 and 3 of four, where the instructions for pairs look: in lanes 0 and 1. */
@inline
export function upperHalf(x: v128): v128 {
  return i32x4.shuffle(x, x, 2, 3, 2, 3);
}

/** Two pairs of doubles as four floats, rounded to nearest even. */
@inline
export function demote(low: v128, high: v128): v128 {
  return i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/**
 * a + b rounded to odd, so that rounding again gives what one rounding of the exact sum does.
 *
 * *Method:* Knuth's error of the sum; where it points towards 0 the sum goes one unit that way, and where it is not 0 the
 * last bit is set.
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
