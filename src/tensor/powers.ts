import { DTypeError } from '../errors.js';
import { isFloatDType } from '../numerics/DType.js';
import { zipNumbers } from './broadcast.js';
import type { Computed, Dense } from './Dense.js';
import { product, reduceTo, unary } from './elementwise.js';
import { promoteOperands, promoteWithNumber } from './promote.js';

/** a^exponent for one exponent. */
export function powerOf(a: Dense, exponent: number): Computed {
  const dtype = promoteWithNumber(a.dtype, exponent);
  if (!isFloatDType(dtype) && exponent < 0) {
    throw new DTypeError(
      `Integers to negative integer powers are not allowed. Found ${a.dtype} to the power of ${exponent}: convert it with to('float32') first`,
    );
  }
  const slope = exponent === 0 ? () => 0 : (x: number) => exponent * x ** (exponent - 1);
  return unary(
    a,
    dtype,
    dtype === 'int32' || dtype === 'uint8' ? (x) => integerPower(x, exponent) : powerFunction(exponent),
    slope,
  );
}

/** a^b, element by element, broadcast. */
export function power(a: Dense, b: Dense): Computed {
  const dtype = promoteOperands(a, b);
  if (dtype === 'bool') throw new DTypeError('"pow" not implemented for \'bool\'');
  const value = zipNumbers(a, b, dtype, (x, y, out) => {
    if (out instanceof Int32Array) for (let i = 0; i < out.length; i++) out[i] = integerPower(x[i], y[i]);
    else for (let i = 0; i < out.length; i++) out[i] = x[i] ** y[i];
  });
  return {
    value,
    pullback: (g) => {
      const byBase = zipNumbers(a, b, g.dtype, (x, y, out) => {
        for (let i = 0; i < out.length; i++) out[i] = y[i] === 0 ? 0 : y[i] * x[i] ** (y[i] - 1);
      });
      const byExponent = zipNumbers(a, value, g.dtype, (x, y, out) => {
        for (let i = 0; i < out.length; i++) out[i] = y[i] === 0 ? 0 : y[i] * Math.log(x[i]);
      });
      return [reduceTo(product(g, byBase, g.dtype), a), reduceTo(product(g, byExponent, g.dtype), b)];
    },
  };
}

/** The function x ↦ x^exponent. As in PyTorch, some exponents use products, quotients and roots, which round differently. */
function powerFunction(exponent: number): (x: number) => number {
  switch (exponent) {
    case 2:
      return (x) => x * x;
    case 3:
      return (x) => x * x * x;
    case 0.5:
      return Math.sqrt;
    case -0.5:
      return (x) => 1 / Math.sqrt(x);
    case -1:
      return (x) => 1 / x;
    case -2:
      return (x) => 1 / (x * x);
    default:
      return (x) => x ** exponent;
  }
}

/** The low 32 bits of a power of integers. As in PyTorch, a negative exponent gives 0 unless the base is ±1. */
function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? (exponent % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let rest = exponent, square = base; rest > 0; rest = Math.floor(rest / 2), square = Math.imul(square, square)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
  }
  return result;
}
