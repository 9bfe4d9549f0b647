import { DTypeError } from '../errors.js';
import { fromBfloat16Bits, toBfloat16Bits } from '../numerics/bfloat16.js';
import { type DType, isFloatDType } from '../numerics/DType.js';
import type { Numbers } from '../numerics/numbers.js';
import { type Combine, zipNumbers } from './broadcast.js';
import { checkFits } from './checkFits.js';
import type { Computed, Dense } from './Dense.js';
import { ofIntegers, product, reduceTo, unary } from './elementwise.js';
import { integerPower } from './integers.js';
import { promoteOperands, promoteWithNumber, type Scalar } from './promote.js';

/** a^exponent for one exponent. */
export function powerOf(a: Dense, exponent: Scalar): Computed {
  const dtype = promoteWithNumber(a.dtype, exponent);
  const power = Number(exponent);
  if (!isFloatDType(dtype) && power < 0) {
    throw new DTypeError(
      `Integers to negative integer powers are not allowed. Found ${a.dtype} to the power of ${exponent}: convert it with to('float32') first`,
    );
  }
  // PyTorch keeps the exponent of float32 in float64.
  if (dtype !== 'float32') checkFits(power, dtype);
  if (dtype === 'int64') return ofIntegers(a, (x) => integerPower(x, BigInt(exponent)));
  const slope = power === 0 ? () => 0 : powerFunction(power - 1, dtype);
  return unary(
    a,
    dtype,
    isFloatDType(dtype) ? powerFunction(power, dtype) : (x) => low32Bits(x, power),
    (x) => power * slope(x),
  );
}

/** a^b, element by element, broadcast. */
export function power(a: Dense, b: Dense): Computed {
  const dtype = promoteOperands(a, b);
  if (dtype === 'bool') throw new DTypeError('"pow" not implemented for \'bool\'');
  const value = zipNumbers(a, b, dtype, powersOfPairs);
  return {
    value,
    pullback: (g) => {
      const byBase = zipNumbers(a, b, g.dtype, (x, y, out) => {
        for (let i = 0; i < out.length; i++) out[i] = y[i] === 0 ? 0 : y[i] * raise(x[i], y[i] - 1);
      });
      // The value is the limit 0 where the base is 0, although the logarithm is infinite there.
      const logarithms = zipNumbers(a, b, g.dtype, (x, y, out) => {
        for (let i = 0; i < out.length; i++) out[i] = x[i] === 0 && y[i] >= 0 ? 0 : Math.log(x[i]);
      });
      const byExponent = product(value, logarithms, g.dtype);
      return [reduceTo(product(g, byBase, g.dtype), a), reduceTo(product(g, byExponent, g.dtype), b)];
    },
  };
}

/** Powers of pairs of elements. */
const powersOfPairs: Combine = Object.assign(
  (x: Numbers, y: Numbers, out: Numbers) => {
    const isWhole = out instanceof Int32Array || out instanceof Uint8Array;
    const raisePair = isWhole ? low32Bits : raise;
    for (let i = 0; i < out.length; i++) out[i] = raisePair(x[i], y[i]);
  },
  { integers: integerPower },
);

/** x^y as in C and PyTorch. JavaScript's operator gives NaN for powers of ±1 whose exponent is not finite. */
function raise(x: number, y: number): number {
  if (x === 1 || (x === -1 && (y === Infinity || y === -Infinity))) return 1;
  return x ** y;
}

/**
 * The function x ↦ x^exponent. As in PyTorch, some exponents use products, quotients and roots, which round differently. Each
 * step is rounded: in float64 to float64, for products of bfloat16 to bfloat16, otherwise to float32.
 */
function powerFunction(exponent: number, dtype: DType): (x: number) => number {
  const round = dtype === 'float64' ? (x: number) => x : Math.fround;
  const roundProduct = dtype === 'bfloat16' ? (x: number) => fromBfloat16Bits(toBfloat16Bits(x)) : round;
  switch (exponent) {
    case 2:
      return (x) => x * x;
    case 3:
      return (x) => roundProduct(x * x) * x;
    case 0.5:
      return Math.sqrt;
    case -0.5:
      return (x) => 1 / round(Math.sqrt(x));
    case -1:
      return (x) => 1 / x;
    case -2:
      return (x) => 1 / roundProduct(x * x);
    default:
      return (x) => raise(x, exponent);
  }
}

/** The low 32 bits of a power of integers. */
function low32Bits(base: number, exponent: number): number {
  return Number(BigInt.asIntN(32, integerPower(BigInt(base), BigInt(exponent))));
}
