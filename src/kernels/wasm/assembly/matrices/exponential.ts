/*
 * eˣ and the functions that derive from it, two lanes at a time. The operations are those of
 * `kernels/elementwise/exponential.ts`, in the same order.
 */

// The functions, in the order of `KINDS` in `kernels/elementwise/exponential.ts`.
const LOGISTIC = 1;
const NORMAL_CDF = 2;
const EXPM1 = 3;
const TANH = 4;

/** 1.5·2⁵², log₂ e, ln 2, and the coefficients of P and of Q, the highest first. As literals they would double the code. */
const TABLE = memory.data<f64>([
  6755399441055744, 1.4426950408889634, 0.6931471805599453, 0.001388252233897689, 0.008366515179435409,
  0.04166719968832368, 0.1666654366094869, 0.49999998154941694, -0.0206248807084113, 0.11244354916995437,
  -0.22823296775391, 0.19181141407134758, -0.07944682072354381, 0.09616993572859311, 0.07838489803172083,
  0.11023649497541743, 0.1195716783218155, 0.11968669715641099,
]);

@inline
function constant(i: usize): v128 {
  return v128.load64_splat(TABLE + (i << 3));
}

/** Returns x·sum plus a coefficient. */
@inline
function next(x: v128, sum: v128, i: usize): v128 {
  return f64x2.add(f64x2.mul(x, sum), constant(i));
}

/** Replaces `count` elements, and one more if `count` is odd. */
export function exponentiate(kind: i32, at: usize, count: i32): void {
  const factor = f32x4.splat(kind == LOGISTIC ? -1 : kind == TANH ? 2 : 1);
  for (const end = at + (<usize>count << 2); at < end; at += 8) {
    // This order of the operands preserves NaN.
    let given = f32x4.mul(v128.load64_zero(at), factor);
    given = f32x4.pmax(f32x4.pmin(given, f32x4.splat(104)), f32x4.splat(-104));
    v128.store64_lane(at, f32x4.demote_f64x2_zero(evaluate(kind, f64x2.promote_low_f32x4(given))), 0);
  }
}

@inline
function evaluate(kind: i32, x: v128): v128 {
  const isPositive = f64x2.gt(x, f64x2.splat(0));
  let q = x;
  if (kind == NORMAL_CDF) {
    const t = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.mul(f64x2.abs(x), f64x2.splat(0.3)), f64x2.splat(1)));
    q = next(t, next(t, next(t, constant(8), 9), 10), 11);
    q = next(t, next(t, next(t, q, 12), 13), 14);
    q = f64x2.mul(t, next(t, next(t, next(t, q, 15), 16), 17));
    x = f64x2.pmax(f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5)), f64x2.splat(-104));
  }
  // The last bits of the sum are the bits of n.
  const sum = f64x2.add(f64x2.mul(x, constant(1)), constant(0));
  const scale = i64x2.add(i64x2.shl(sum, 52), f64x2.splat(1));
  const n = f64x2.sub(sum, constant(0));
  const r = f64x2.sub(x, f64x2.mul(n, constant(2)));
  const p = next(r, next(r, next(r, next(r, constant(3), 4), 5), 6), 7);
  const part = f64x2.mul(scale, f64x2.mul(r, f64x2.add(f64x2.mul(r, p), f64x2.splat(1))));
  if (kind < EXPM1) {
    const power = f64x2.add(part, scale);
    if (kind == LOGISTIC) return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), power));
    if (kind < LOGISTIC) return power;
    const tail = f64x2.mul(power, q);
    return v128.bitselect(f64x2.sub(f64x2.splat(1), tail), tail, isPositive);
  }
  const less = f64x2.sub(part, f64x2.sub(f64x2.splat(1), scale));
  return kind == TANH ? f64x2.div(less, f64x2.add(less, f64x2.splat(2))) : less;
}
