import type { DType } from './DType.js';

const LARGEST: { readonly [D in DType]: number } = {
  float32: 2 ** 128 - 2 ** 104,
  float64: Number.MAX_VALUE,
  float16: 65504,
  bfloat16: 2 ** 128 - 2 ** 120,
  int64: 2 ** 63,
  int32: 2 ** 31 - 1,
  uint8: 255,
  bool: 1,
};

/** The largest finite number of a dtype. For `int64`, it is 2⁶³: 2⁶³ − 1 is not a double. */
export function largestFinite(dtype: DType): number {
  return LARGEST[dtype];
}
