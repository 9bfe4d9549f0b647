import { DTypeError } from '../errors.js';
import { rectify, rectifyGradient } from '../kernels/elementwise/rectify.js';
import { isFloatDType } from '../numerics/DType.js';
import { erf } from '../numerics/erf.js';
import { erfinv } from '../numerics/erfinv.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { ofIntegers, signOf, unary } from './elementwise.js';
import { floatDtypeOf } from './promote.js';

const { fround, sqrt, PI } = Math;

/** The sine. */
export function sine(a: Dense): Computed {
  return realFunction(a, Math.sin, Math.cos);
}

/** The cosine. */
export function cosine(a: Dense): Computed {
  return realFunction(a, Math.cos, (x) => -Math.sin(x));
}

/** ln(1 + a), accurate near 0. */
export function logarithmOfOnePlus(a: Dense): Computed {
  return realFunction(a, Math.log1p, (x) => 1 / (1 + x));
}

/** 1 / √a. */
export function reciprocalRoot(a: Dense): Computed {
  // PyTorch rounds the root before it divides; halves are computed in float32.
  const isDouble = floatDtypeOf(a.dtype) === 'float64';
  return realFunction(a, isDouble ? (x) => 1 / sqrt(x) : (x) => 1 / fround(sqrt(x)), (_, y) => -0.5 * y * y * y);
}

/** 1 / a. */
export function reciprocal(a: Dense): Computed {
  return realFunction(
    a,
    (x) => 1 / x,
    (_, y) => -y * y,
  );
}

/** The error function 2/√π·∫₀ᵃ exp(−t²)dt. */
export function errorFunction(a: Dense): Computed {
  return realFunction(a, erf, (x) => (2 / sqrt(PI)) * Math.exp(-x * x));
}

/** The inverse of {@link errorFunction}. */
export function inverseErrorFunction(a: Dense): Computed {
  return realFunction(a, erfinv, (_, y) => (sqrt(PI) / 2) * Math.exp(y * y));
}

/** −1, 0 or 1. The sign of NaN is 0, as in PyTorch. */
export function sign(a: Dense): Computed {
  if (a.dtype === 'int64') return ofIntegers(a, (x) => BigInt(x > 0n) - BigInt(x < 0n));
  return unary(a, a.dtype, signOf, () => 0);
}

/** The largest integer that is not above each element. */
export function floor(a: Dense): Computed {
  return rounded('floor', a, Math.floor);
}

/** The smallest integer that is not below each element. */
export function ceil(a: Dense): Computed {
  return rounded('ceil', a, Math.ceil);
}

/** Each element without its fraction. */
export function trunc(a: Dense): Computed {
  return rounded('trunc', a, Math.trunc);
}

/** The nearest integer; of two, the even one. */
export function round(a: Dense): Computed {
  return rounded('round', a, (x) => {
    const below = Math.floor(x);
    const fraction = x - below;
    return fraction < 0.5 || (fraction === 0.5 && below % 2 === 0) ? below : Math.ceil(x);
  });
}

/** max(0, a). −0 and NaN stay; the gradient at 0 is 0. */
export function rectifier(a: Dense): Computed {
  if (a.dtype === 'bool') throw new DTypeError('Boolean inputs not supported for relu');
  if (a.dtype === 'int64') return ofIntegers(a, (x) => (x < 0n ? 0n : x));
  // The most frequent activation has its own loops, without a function call for each element.
  const y = createNumbers(a.dtype, a.data.length);
  rectify(numbersOf(a), y);
  return {
    value: denseOf(y, a.shape, a.dtype),
    pullback: (g) => {
      const slope = createNumbers(g.dtype, y.length);
      rectifyGradient(y, numbersOf(g), slope);
      return [denseOf(slope, a.shape, g.dtype)];
    },
  };
}

/** Whether a condition holds for each element. */
export function whether(a: Dense, holds: (x: number) => boolean): Dense<'bool'> {
  const x: Numbers = numbersOf(a);
  return denseOf(
    Uint8Array.from(x, (value) => (holds(value) ? 1 : 0)),
    a.shape,
    'bool',
  );
}

/** A function whose values are real numbers: integers are converted to the default dtype before. */
function realFunction(a: Dense, f: (x: number) => number, slope: (x: number, y: number) => number): Computed {
  return unary(a, floatDtypeOf(a.dtype), f, slope);
}

/** A function whose values are integers; its gradient is 0. */
function rounded(name: string, a: Dense, f: (x: number) => number): Computed {
  if (a.dtype === 'bool') throw new DTypeError(`"${name}_vml_cpu" not implemented for 'bool'`);
  if (!isFloatDType(a.dtype)) return { value: { ...a, data: a.data.slice() as typeof a.data }, pullback: () => [null] };
  return unary(a, a.dtype, f, () => 0);
}
