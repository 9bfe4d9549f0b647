const INFINITY: i32 = 0x7f800000;

/** Rounds `count` floats at an address to bfloat16 bits, in place. */
export function toBfloat16(start: usize, count: i32): void {
  let to = start;
  const end = start + <usize>count * 4;
  for (let at = start; at < end; at += 32) {
    v128.store(to, i16x8.narrow_i32x4_u(bfloat16Of(v128.load(at)), bfloat16Of(v128.load(at, 16))));
    to += 16;
  }
}

@inline
function bfloat16Of(bits: v128): v128 {
  const isOdd = v128.and(i32x4.shr_u(bits, 16), i32x4.splat(1));
  const rounded = i32x4.shr_u(i32x4.add(i32x4.add(bits, i32x4.splat(0x7fff)), isOdd), 16);
  const isNaN = i32x4.gt_s(v128.and(bits, i32x4.splat(0x7fffffff)), i32x4.splat(INFINITY));
  return v128.bitselect(i32x4.splat(0x7fc0), rounded, isNaN);
}

/** Rounds `count` floats at an address to float16 bits, in place. */
export function toFloat16(start: usize, count: i32): void {
  let to = start;
  const end = start + <usize>count * 4;
  for (let at = start; at < end; at += 32) {
    v128.store(to, i16x8.narrow_i32x4_u(float16Of(v128.load(at)), float16Of(v128.load(at, 16))));
    to += 16;
  }
}

/** The method is that of `numerics/float16.ts`. */
@inline
function float16Of(bits: v128): v128 {
  const size = v128.and(bits, i32x4.splat(0x7fffffff));
  const small = i32x4.sub(f32x4.add(size, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  const isOdd = v128.and(i32x4.shr_u(size, 13), i32x4.splat(1));
  const rounded = i32x4.shr_u(i32x4.add(i32x4.add(size, i32x4.splat(0xfff - 0x38000000)), isOdd), 13);
  let half = v128.bitselect(small, rounded, i32x4.lt_s(size, i32x4.splat(0x38800000)));
  half = v128.bitselect(i32x4.splat(0x7c00), half, i32x4.ge_s(size, i32x4.splat(0x47800000)));
  half = v128.or(half, v128.and(i32x4.shr_u(bits, 16), i32x4.splat(0x8000)));
  return v128.bitselect(i32x4.splat(0x7e00), half, i32x4.gt_s(size, i32x4.splat(INFINITY)));
}

/** Widens `count` bfloat16 numbers at an address to floats, in place. It runs backwards, because floats are longer. */
export function fromBfloat16(start: usize, count: i32): void {
  for (let i = (count + 3) & ~3; i > 0; i -= 4) {
    const bits = v128.load16x4_u(start + <usize>(i - 4) * 2);
    v128.store(start + <usize>(i - 4) * 4, i32x4.shl(bits, 16));
  }
}

/**
 * Widens `count` float16 numbers at an address to floats, in place. It runs backwards, because floats are longer.
 *
 * *Method:* the bits are moved to their position in a float, and the float is multiplied by 2¹¹². This holds for subnormal
 * numbers too. A product that overflows is infinite or NaN.
 */
export function fromFloat16(start: usize, count: i32): void {
  const scale = f32x4.splat(5192296858534827628530496329220096.0);
  for (let i = (count + 3) & ~3; i > 0; i -= 4) {
    const bits = v128.load16x4_u(start + <usize>(i - 4) * 2);
    const size = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
    const isFinite = i32x4.lt_s(size, i32x4.splat(0x0f800000));
    const number = v128.bitselect(f32x4.mul(size, scale), v128.or(size, i32x4.splat(INFINITY)), isFinite);
    v128.store(start + <usize>(i - 4) * 4, v128.or(number, i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16)));
  }
}

/** Replaces each of `count` halves at an address that equals `high`, in the bits that are set in `mask`, by `low`. */
export function replaceHalves(start: usize, count: i32, mask: i32, high: i32, low: i32): void {
  const end = start + <usize>count * 2;
  for (let at = start; at < end; at += 16) {
    const bits = v128.load(at);
    const isHigh = i16x8.eq(v128.and(bits, i16x8.splat(<i16>mask)), i16x8.splat(<i16>high));
    v128.store(at, v128.bitselect(i16x8.splat(<i16>low), bits, isHigh));
  }
}
