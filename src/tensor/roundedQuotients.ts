import { ArgumentError, DTypeError, describeValue } from '../errors.js';
import { createStorage, type DType, isFloatDType } from '../numerics/DType.js';
import type { Numbers } from '../numerics/numbers.js';
import { ROUND_TO } from '../random/roundTo.js';
import { type Combine, zipNumbers } from './broadcast.js';
import { type Computed, type Dense, numbersOf } from './Dense.js';
import { promoteOperands } from './promote.js';
import { numelOf } from './Shape.js';

/** How quotients are rounded: down, or towards 0. */
export type RoundingMode = 'floor' | 'trunc';

/**
 * Returns a rounding mode, or null.
 * @throws ArgumentError for another value
 */
export function checkRoundingMode(mode: RoundingMode | null): RoundingMode | null {
  if (mode === null || mode === 'floor' || mode === 'trunc') return mode;
  throw new ArgumentError(
    `div expected rounding_mode to be one of None, 'trunc', or 'floor' but found ${describeValue(mode)}; pass null, 'trunc' or 'floor'`,
  );
}

/**
 * The function that gives the dtype in which rounded quotients are computed: the common one.
 * @throws DTypeError for booleans
 * @throws ArgumentError if integers are divided by 0
 */
export function roundedDtype(mode: RoundingMode): (a: Dense, b: Dense) => DType {
  return (a, b) => {
    const dtype = promoteOperands(a, b);
    if (dtype === 'bool') {
      throw new DTypeError(`"div_${mode}_cpu" not implemented for 'Bool'; convert it with to() first`);
    }
    if (!isFloatDType(dtype) && numbersOf(b).includes(0)) {
      throw new ArgumentError(
        'ZeroDivisionError: div() with a rounding mode expects divisors other than 0 for integers, found 0',
      );
    }
    return dtype;
  };
}

/**
 * Quotients of pairs of elements, rounded to whole numbers. Each step is rounded to the dtype; with a single divisor, the steps of
 * halves are rounded to float32, as in PyTorch.
 */
export function roundedQuotients(mode: RoundingMode, dtype: DType, isSingle: boolean): Combine {
  const isWide = isSingle && (dtype === 'float16' || dtype === 'bfloat16');
  const to = isFloatDType(dtype) ? ROUND_TO[isWide ? 'float32' : dtype] : (x: number) => x;
  const round = mode === 'floor' ? floorOfQuotient : (x: number, y: number) => Math.trunc(to(x / y));
  const write = (x: Numbers, y: Numbers, out: Numbers) => {
    for (let i = 0; i < out.length; i++) out[i] = round(x[i], y[i], to);
  };
  return Object.assign(write, {
    wideSingle: true,
    integers: (x: bigint, y: bigint) => (mode === 'floor' && x % y !== 0n && x < 0n !== y < 0n ? x / y - 1n : x / y),
  });
}

/** ⌊x / y⌋ by way of the remainder, as in Python: the rounded quotient may be the next whole number. */
function floorOfQuotient(x: number, y: number, to: (x: number) => number): number {
  if (y === 0) return x / y;
  const remainder = x % y;
  let quotient = to(to(x - remainder) / y);
  if (remainder !== 0 && y < 0 !== remainder < 0) quotient = to(quotient - 1);
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** The function that computes a / b, broadcast and rounded. Its gradients are 0. */
export function divideRounded(mode: RoundingMode): (a: Dense, b: Dense) => Computed {
  return (a, b) => {
    const dtype = roundedDtype(mode)(a, b);
    const value = zipNumbers(a, b, dtype, roundedQuotients(mode, dtype, b.shape.length === 0));
    return { value, pullback: () => [zerosLike(a), zerosLike(b)] };
  };
}

function zerosLike({ dtype, shape }: Dense): Dense | null {
  return isFloatDType(dtype) ? { dtype, shape, data: createStorage(dtype as DType, numelOf(shape)) } : null;
}
