import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType } from '../numerics/DType.js';
import { largestFinite } from '../numerics/largestFinite.js';

/** The two names of each dtype in PyTorch's messages. */
const NAMES: { readonly [D in FloatDType]: { readonly type: string; readonly scalar: string } } = {
  float32: { type: 'float', scalar: 'Float' },
  float64: { type: 'double', scalar: 'Double' },
  float16: { type: 'c10::Half', scalar: 'Half' },
  bfloat16: { type: 'c10::BFloat16', scalar: 'BFloat16' },
};

/**
 * Checks that a value is a number within the range of a dtype.
 * @throws ArgumentError otherwise
 */
export function checkWithin(name: string, value: number, dtype: FloatDType): void {
  const max = largestFinite(dtype);
  if (typeof value === 'number' && Math.abs(value) <= max) return;
  throw new ArgumentError(
    `${name} is out of bounds for ${NAMES[dtype].type}: expected a number from -${max} to ${max}, found ${describeValue(value)}`,
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
  const max = largestFinite(dtype);
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
      `uniform_ expects to-from <= std::numeric_limits<${NAMES[dtype].scalar}>::max(), but found to=${to} and from=${from} which result in to-from to exceed the limit`,
    );
  }
}
