import { fromBfloat16Bits, toBfloat16Bits } from '../numerics/bfloat16.js';
import type { FloatDType } from '../numerics/DType.js';
import { fromFloat16Bits, toFloat16Bits } from '../numerics/float16.js';

/** Rounds a number to the nearest of a dtype, halves by way of float32. */
export const ROUND_TO: { readonly [D in FloatDType]: (x: number) => number } = {
  float32: Math.fround,
  float64: (x) => x,
  float16: (x) => fromFloat16Bits(toFloat16Bits(x)),
  bfloat16: (x) => fromBfloat16Bits(toBfloat16Bits(x)),
};
