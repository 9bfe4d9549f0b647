import { ArgumentError } from '../errors.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import { largestFinite } from '../numerics/largestFinite.js';

/**
 * Throws ArgumentError for a number that `dtype` cannot hold. Only floating-point dtypes hold infinities and NaN. `uint8`
 * accepts −255 … −1, which wrap around as in PyTorch.
 */
export function checkFits(value: number, dtype: DType): void {
  const largest = largestFinite(dtype);
  const isSpecial = !Number.isFinite(value);
  if (dtype === 'bool' || (isSpecial && isFloatDType(dtype))) return;
  const smallest = dtype === 'int32' ? -largest - 1 : -largest;
  if (!isSpecial && value >= smallest && value <= largest) return;
  throw new ArgumentError(`value cannot be converted to type ${dtype} without overflow, found ${value}`);
}
