import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType } from '../numerics/DType.js';

/** The largest finite value, and the two names that PyTorch's messages have for the type. */
const LIMITS: { readonly [D in FloatDType]: { readonly max: number; readonly type: string; readonly scalar: string } } =
  {
    float32: { max: 2 ** 128 - 2 ** 104, type: 'float', scalar: 'Float' },
    float64: { max: Number.MAX_VALUE, type: 'double', scalar: 'Double' },
    float16: { max: 65504, type: 'c10::Half', scalar: 'Half' },
    bfloat16: { max: 2 ** 128 - 2 ** 120, type: 'c10::BFloat16', scalar: 'BFloat16' },
  };

/**
 * Refuses a number beyond the dtype, and what is no number.
 * @throws ArgumentError
 */
export function checkWithin(name: string, value: number, dtype: FloatDType): void {
  const { max, type } = LIMITS[dtype];
  if (typeof value === 'number' && Math.abs(value) <= max) return;
  throw new ArgumentError(
    `${name} is out of bounds for ${type}: expected at most ±${max}, found ${describeValue(value)}`,
  );
}

/**
 * Checks the bounds of a uniform law as `torch.Tensor.uniform_` does.
 * @throws ArgumentError for bounds that are no numbers or beyond the dtype, from > to, or a range beyond the dtype
 */
export function checkUniformBounds(from: number, to: number, dtype: FloatDType): void {
  const { max, scalar } = LIMITS[dtype];
  checkWithin('from', from, dtype);
  checkWithin('to', to, dtype);
  if (from > to) {
    throw new ArgumentError(
      `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}; swap the bounds`,
    );
  }
  // Halves compute in float32, where a range between rounded bounds may overflow that the exact one does not.
  const range = dtype === 'float64' ? to - from : Math.max(to - from, Math.fround(to) - Math.fround(from));
  if (!(range <= max)) {
    throw new ArgumentError(
      `uniform_ expects to-from <= std::numeric_limits<${scalar}>::max(), but found to=${to} and from=${from} which result in to-from to exceed the limit`,
    );
  }
}
