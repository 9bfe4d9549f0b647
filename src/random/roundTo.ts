import { fromBfloat16Bits, toBfloat16Bits } from '../numerics/bfloat16.js';
import type { FloatDType } from '../numerics/DType.js';
import { fromFloat16Bits, roundToFloat16, toFloat16Bits } from '../numerics/float16.js';

/** For each dtype, how a double becomes the nearest number of the dtype. */
export type Rounding = { readonly [D in FloatDType]: (x: number) => number };

/** Rounds a number to the nearest number of a dtype; float16 and bfloat16 by way of float32, as PyTorch does on x86-64. */
export const ROUND_TO: Rounding = {
  float32: Math.fround,
  float64: (x) => x,
  float16: (x) => fromFloat16Bits(toFloat16Bits(x)),
  bfloat16: (x) => fromBfloat16Bits(toBfloat16Bits(x)),
};

/** The same as PyTorch does on AArch64, where a double becomes a float16 by one rounding. */
export const ROUND_ONCE: Rounding = { ...ROUND_TO, float16: roundToFloat16 };

/**
 * Rounds a number to the precision that PyTorch computes a dtype in: double for float64, float32 for all others.
 *
 * PyTorch rounds the scalar of a product or quotient in this way. A scalar that it adds, however, it rounds to the
 * dtype.
 */
export function roundToCompute(x: number, dtype: FloatDType): number {
  return dtype === 'float64' ? x : Math.fround(x);
}
