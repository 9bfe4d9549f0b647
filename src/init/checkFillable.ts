import { ArgumentError, DTypeError, describeValue } from '../errors.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import { checkUniformBounds } from '../random/checkUniformBounds.js';
import { checkNormal } from '../random/fillNormal.js';
import { checkTruncatedNormal } from '../random/truncatedNormalSteps.js';
import { checkFits } from '../tensor/checkFits.js';
import type { Law } from './Law.js';

/**
 * Returns `law` if a tensor of `dtype` can be filled by it, so that filling itself cannot fail.
 * @throws ArgumentError for numbers that the law or the dtype cannot have · DTypeError for draws in integers
 */
export function checkFillable(law: Law, dtype: DType): Law {
  switch (law.kind) {
    case 'constant':
      checkFits(checkNumber('value', law.value), dtype);
      return law;
    case 'untouched':
    case 'eye':
    case 'dirac':
      return law;
    case 'blocks':
    case 'zeroRow':
      checkFillable(law.law, dtype);
      return law;
    case 'overwriting':
      checkFillable(law.discarded, dtype);
      checkFillable(law.law, dtype);
      return law;
  }
  if (!isFloatDType(dtype)) {
    throw new DTypeError(`${law.kind} not implemented for '${dtype}': expected a floating dtype`);
  }
  switch (law.kind) {
    case 'uniform':
      checkUniformBounds(law.from, law.to, dtype);
      return law;
    case 'normal':
      checkNormal(law.mean, law.std);
      return law;
    case 'truncatedNormal':
      checkTruncatedNormal(law, dtype);
      checkFinite('std', law.scale);
      checkFinite('mean', law.shift);
      return law;
    case 'orthogonal':
    case 'deltaOrthogonal':
      checkFinite('gain', law.gain);
      return law;
    case 'sparse':
      checkNormal(0, law.std);
      return law;
    case 'lstmForgetBias':
      checkFits(checkFinite('value', law.value), dtype);
      return law;
  }
}

/** Returns `value` if it is a finite number. */
export function checkFinite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ArgumentError(`${name} is out of bounds: expected a finite number, found ${describeValue(value)}`);
}

/** Returns `value` if it is a number at all; infinities and NaN are numbers. */
export function checkNumber(name: string, value: number): number {
  if (typeof value === 'number') return value;
  throw new ArgumentError(`${name} is a number, found ${describeValue(value)}`);
}
