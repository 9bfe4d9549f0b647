/**
 * The operands of (1 + 2⁻²³)² − (1 + 2⁻²²) as floats, and of (1 + 2⁻⁵²)² − (1 + 2⁻⁵¹) as doubles. They lie in memory, so that no
 * compiler computes the results.
 */
const FLOATS = memory.data<u32>([0x3f800001, 0xbf800002]);
const DOUBLES = memory.data<u64>([0x3ff0000000000001, 0xbff0000000000002]);

/** Returns 1 if this machine multiplies and adds with one rounding: then the results are 2⁻⁴⁶ and 2⁻¹⁰⁴. */
export function fuses(): i32 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const a = v128.load32_splat(FLOATS);
    const b = v128.load64_splat(DOUBLES);
    const float = f32x4.relaxed_madd(a, a, v128.load32_splat(FLOATS, 4));
    const double = f64x2.relaxed_madd(b, b, v128.load64_splat(DOUBLES, 8));
    return i32(
      i32x4.all_true(f32x4.eq(float, f32x4.splat(1.4210854715202004e-14))) &&
        i64x2.all_true(f64x2.eq(double, f64x2.splat(4.930380657631324e-32))),
    );
  }
  return 1;
}
