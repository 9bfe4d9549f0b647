import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType } from '../numerics/DType.js';

/** The largest finite value of each dtype, and the two names of the type in PyTorch's messages. */
const LIMITS: { readonly [D in FloatDType]: { readonly max: number; readonly type: string; readonly scalar: string } } =
  {
    float32: { max: 2 ** 128 - 2 ** 104, type: 'float', scalar: 'Float' },
    float64: { max: Number.MAX_VALUE, type: 'double', scalar: 'Double' },
    float16: { max: 65504, type: 'c10::Half', scalar: 'Half' },
    bfloat16: { max: 2 ** 128 - 2 ** 120, type: 'c10::BFloat16', scalar: 'BFloat16' },
  };

/**
 * Checks that a value is a number within the range of a dtype.
 * @throws ArgumentError otherwise
 */
export function checkWithin(name: string, value: number, dtype: FloatDType): void {
  const { max, type } = LIMITS[dtype];
  if (typeof value === 'number' && Math.abs(value) <= max) return;
  throw new ArgumentError(
    `${name} is out of bounds for ${type}: expected a number from -${max} to ${max}, found ${describeValue(value)}`,
  );
}

/**
 * Checks the bounds of a uniform distribution as `torch.Tensor.uniform_` does.
 * @param names the names of the bounds in messages. Default: PyTorch's.
 * @throws ArgumentError if a bound is not a number or is beyond the dtype, if from > to, or if to − from is beyond the
 * dtype
 */
export function checkUniformBounds(
  from: number,
  to: number,
  dtype: FloatDType,
  names: readonly [from: string, to: string] = ['from', 'to'],
): void {
  const { max, scalar } = LIMITS[dtype];
  checkWithin(names[0], from, dtype);
  checkWithin(names[1], to, dtype);
  if (from > to) {
    throw new ArgumentError(
      `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}; swap the bounds`,
    );
  }
  // float16 and bfloat16 are computed in float32: the range between the rounded bounds may overflow where the exact one
  // does not.
  const range = dtype === 'float64' ? to - from : Math.max(to - from, Math.fround(to) - Math.fround(from));
  if (!(range <= max)) {
    throw new ArgumentError(
      `uniform_ expects to-from <= std::numeric_limits<${scalar}>::max(), but found to=${to} and from=${from} which result in to-from to exceed the limit`,
    );
  }
}
