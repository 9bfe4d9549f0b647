import type { UniformLaw } from '../laws/Law.js';
import { uniformLaw } from '../laws/uniform.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import { checkWithin } from '../random/checkUniformBounds.js';

/**
 * U[−bound, bound), for a bound that follows from a setting of an initialiser.
 * @param setting the setting, which the message of an error names instead of the bounds
 * @throws ArgumentError if the width of the range is beyond the dtype
 */
export function symmetricUniform(bound: number, dtype: DType, setting: string): UniformLaw {
  if (isFloatDType(dtype)) checkWithin(`${setting}: the width of the range [-bound, bound)`, 2 * bound, dtype);
  return uniformLaw(-bound, bound);
}
