import { ArgumentError } from '../errors.js';
import { type DType, isFloatDType } from '../numerics/DType.js';

/** The largest finite number of each dtype; `bool` accepts every number. */
const LARGEST: { readonly [D in DType]: number } = {
  float32: 2 ** 128 - 2 ** 104,
  float64: Number.MAX_VALUE,
  float16: 65504,
  bfloat16: 2 ** 128 - 2 ** 120,
  int64: 2 ** 63,
  int32: 2 ** 31 - 1,
  uint8: 255,
  bool: Infinity,
};

/** The largest finite number of a dtype (for `int64`, the double next above it). */
export function largestOf(dtype: DType): number {
  return LARGEST[dtype];
}

/**
 * Throws ArgumentError for a number that `dtype` cannot hold. Only floating-point dtypes hold infinities and NaN. `uint8`
 * accepts −255 … −1, which wrap around as in PyTorch.
 */
export function checkFits(value: number, dtype: DType): void {
  const largest = LARGEST[dtype];
  const isSpecial = !Number.isFinite(value);
  if (dtype === 'bool' || (isSpecial && isFloatDType(dtype))) return;
  const smallest = dtype === 'int32' ? -largest - 1 : -largest;
  if (!isSpecial && value >= smallest && value <= largest) return;
  throw new ArgumentError(`value cannot be converted to type ${dtype} without overflow, found ${value}`);
}
