import { ArgumentError, DTypeError } from '../errors.js';
import type { Exponential } from '../kernels/elementwise/exponential.js';
import { exponentiate } from '../kernels/elementwise/exponential.js';
import { isFloatDType } from '../numerics/DType.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import { broadcastNumbers, broadcastTo, type Combine, sumToShape, zipNumbers } from './broadcast.js';
import { checkFits } from './checkFits.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { asInt64 } from './integers.js';
import { floatDtypeOf, promoteOperands, promoteWithNumber, type Scalar } from './promote.js';
import { broadcastShapes, numelOf } from './Shape.js';

/** Sums of pairs of elements. */
export const addPairs: Combine = Object.assign(
  (x: Numbers, y: Numbers, out: Numbers) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i];
  },
  { integers: (x: bigint, y: bigint) => x + y },
);

/** Differences of pairs of elements. */
export const subtractPairs: Combine = Object.assign(
  (x: Numbers, y: Numbers, out: Numbers) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] - y[i];
  },
  { integers: (x: bigint, y: bigint) => x - y },
);

/** Products of pairs of elements; products of int32 keep their low 32 bits. */
export const multiplyPairs: Combine = Object.assign(
  (x: Numbers, y: Numbers, out: Numbers) => {
    if (out instanceof Int32Array) for (let i = 0; i < out.length; i++) out[i] = Math.imul(x[i], y[i]);
    else for (let i = 0; i < out.length; i++) out[i] = x[i] * y[i];
  },
  { integers: (x: bigint, y: bigint) => x * y, wideSingle: true },
);

/** Quotients of pairs of elements. */
export const dividePairs: Combine = Object.assign(
  (x: Numbers, y: Numbers, out: Numbers) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] / y[i];
  },
  { wideSingle: true },
);

/**
 * The dtype in which a − b is computed.
 * @throws DTypeError for booleans
 */
export function differenceDtype(a: Dense, b: Dense): Dense['dtype'] {
  refuseBoolean(a.dtype === 'bool' || b.dtype === 'bool');
  return promoteOperands(a, b);
}

/** Throws DTypeError if an operand of a subtraction is a boolean. */
export function refuseBoolean(isBoolean: boolean): void {
  if (!isBoolean) return;
  throw new DTypeError(
    'Subtraction, the `-` operator, with a bool tensor is not supported: expected a number or a Tensor of numbers; convert it with to() first',
  );
}

/** a + b, broadcast. */
export function add(a: Dense, b: Dense): Computed {
  const value = zipNumbers(a, b, promoteOperands(a, b), addPairs);
  return { value, pullback: (g) => [reduceTo(g, a), reduceTo(g, b)] };
}

/** a − b, broadcast. */
export function subtract(a: Dense, b: Dense): Computed {
  const value = zipNumbers(a, b, differenceDtype(a, b), subtractPairs);
  return { value, pullback: (g) => [reduceTo(g, a), reduceTo(negate(g).value, b)] };
}

/** a·b, broadcast. */
export function multiply(a: Dense, b: Dense): Computed {
  const value = product(a, b, promoteOperands(a, b));
  return {
    value,
    pullback: (g) => [reduceTo(product(g, b, g.dtype), a), reduceTo(product(g, a, g.dtype), b)],
  };
}

/** a / b, broadcast. The quotient of integers has the default dtype. */
export function divide(a: Dense, b: Dense): Computed {
  const value = quotient(a, b, floatDtypeOf(promoteOperands(a, b)));
  return {
    value,
    pullback: (g) => {
      const byA = quotient(g, b, g.dtype);
      return [reduceTo(byA, a), reduceTo(negate(product(byA, value, g.dtype)).value, b)];
    },
  };
}

/** −a. */
export function negate(a: Dense): Computed {
  if (a.dtype === 'bool') {
    throw new DTypeError('Negation, the `-` operator, on a bool tensor is not supported; convert it with to() first');
  }
  if (a.dtype === 'int64') return ofIntegers(a, (x) => -x);
  return unary(
    a,
    a.dtype,
    (x) => -x,
    () => -1,
  );
}

/** |a|. */
export function absolute(a: Dense): Computed {
  if (a.dtype === 'bool') throw new DTypeError('"abs_cpu" not implemented for \'bool\'');
  if (a.dtype === 'int64') return ofIntegers(a, (x) => (x < 0n ? -x : x));
  return unary(a, a.dtype, Math.abs, signOf);
}

/** eᵃ. */
export function exponential(a: Dense): Computed {
  return exponentialOf('exp', a, multiplyPairs);
}

/** ln a. */
export function logarithm(a: Dense): Computed {
  return unary(a, floatDtypeOf(a.dtype), Math.log, (x) => 1 / x);
}

/** √a. */
export function squareRoot(a: Dense): Computed {
  return unary(a, floatDtypeOf(a.dtype), Math.sqrt, (_, y) => 0.5 / y);
}

/** eᵃ − 1, accurate near 0. */
export function exponentialMinusOne(a: Dense): Computed {
  return exponentialOf('expm1', a, (y, gradient, out) => {
    for (let i = 0; i < out.length; i++) out[i] = gradient[i] * (y[i] + 1);
  });
}

/** tanh a. */
export function hyperbolicTangent(a: Dense): Computed {
  return exponentialOf('tanh', a, (y, gradient, out) => {
    for (let i = 0; i < out.length; i++) out[i] = gradient[i] * (1 - y[i] * y[i]);
  });
}

/** 1 / (1 + e⁻ᵃ). */
export function logistic(a: Dense): Computed {
  return exponentialOf('logistic', a, (y, gradient, out) => {
    for (let i = 0; i < out.length; i++) out[i] = gradient[i] * y[i] * (1 - y[i]);
  });
}

/** @param pullBack computes the gradient of `a` from the value and its gradient */
function exponentialOf(kind: Exponential, a: Dense, pullBack: Combine): Computed {
  const dtype = floatDtypeOf(a.dtype);
  const y = createNumbers(dtype, numelOf(a.shape));
  y.set(numbersOf(a));
  exponentiate(kind, y);
  const value = denseOf(y, a.shape, dtype);
  return {
    value,
    pullback: (g) => {
      const slope = createNumbers(g.dtype, y.length);
      pullBack(numbersOf(value), numbersOf(g), slope);
      return [denseOf(slope, a.shape, g.dtype)];
    },
  };
}

/**
 * a limited to [min, max]; `max` if min > max. NaN stays NaN, and a bound that is NaN makes every element NaN. The gradient is 1
 * between the bounds, and 0 at a bound and outside.
 * @param min the lower bound; undefined if there is none
 * @param max the upper bound; undefined if there is none
 */
export function clampBetween(a: Dense, min: Scalar | undefined, max: Scalar | undefined): Computed {
  const dtype = [min, max].filter((bound) => bound !== undefined).reduce(promoteWithNumber, a.dtype);
  if (dtype === 'bool') throw new DTypeError('"clamp_scalar_cpu" not implemented for \'bool\'');
  if (min !== undefined) checkBound('min', min, dtype);
  if (max !== undefined) checkBound('max', max, dtype);
  if (dtype === 'int64') return clampIntegers(a, min, max);
  const [low, high] = [min ?? -Infinity, max ?? Infinity].map((bound) => {
    return isFloatDType(dtype) ? numbersOf(denseOf([Number(bound)], [], dtype))[0] : Number(bound);
  });
  const hasNan = Number.isNaN(low) || Number.isNaN(high);
  const hold = (x: number) => {
    if (hasNan || Number.isNaN(x)) return NaN;
    return x > high || low > high ? high : x < low ? low : x;
  };
  return unary(a, dtype, hold, (x) =>
    (min === undefined || x > low) && (max === undefined || x < high) && !Number.isNaN(x) ? 1 : 0,
  );
}

function clampIntegers(a: Dense, min: Scalar | undefined, max: Scalar | undefined): Computed {
  const [low, high] = [min, max].map((bound) => (bound === undefined ? bound : BigInt(bound)));
  return ofIntegers(a, (x) => {
    const raised = low !== undefined && x < low ? low : x;
    return high !== undefined && raised > high ? high : raised;
  });
}

/**
 * Throws ArgumentError for a bound that no element could obey. Of integers, a lower bound below all of them and an upper bound
 * above all of them are accepted, as in PyTorch.
 */
function checkBound(name: 'min' | 'max', bound: Scalar, dtype: Dense['dtype']): void {
  const value = Number(bound);
  if (isFloatDType(dtype)) {
    checkFits(value, dtype);
    return;
  }
  const [smallest, largest] = { uint8: [0, 255], int32: [-(2 ** 31), 2 ** 31 - 1] }[dtype as string] ?? [value, value];
  if (name === 'min' ? value <= largest : value >= smallest) return;
  throw new ArgumentError(`Clamp ${name} value ${bound} is outside the representable range of ${dtype}`);
}

/**
 * a at the indices where the condition is true, and b elsewhere, broadcast.
 * @throws DTypeError unless the condition is of dtype bool, or uint8
 */
export function choose(condition: Dense, a: Dense, b: Dense): Computed {
  if (condition.dtype !== 'bool' && condition.dtype !== 'uint8') {
    throw new DTypeError(
      `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype}; write condition.ne(0)`,
    );
  }
  const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape));
  const dtype = promoteOperands(a, b);
  const conditions = broadcastNumbers(condition, shape);
  const pick = (whenTrue: Numbers, whenFalse: Numbers, to: Dense['dtype']) => {
    const out = createNumbers(to, conditions.length);
    for (let i = 0; i < out.length; i++) out[i] = conditions[i] !== 0 ? whenTrue[i] : whenFalse[i];
    return denseOf(out, shape, to);
  };
  if (dtype === 'int64') {
    const [x, y] = [a, b].map((dense) => broadcastTo(asInt64(dense), shape).data);
    return { value: { dtype, shape, data: x.map((value, i) => (conditions[i] ? value : y[i])) }, pullback: () => [] };
  }
  return {
    value: pick(broadcastNumbers(a, shape), broadcastNumbers(b, shape), dtype),
    pullback: (g) => {
      const zeros = createNumbers(g.dtype, conditions.length);
      const gradient = numbersOf(g);
      return [null, reduceTo(pick(gradient, zeros, g.dtype), a), reduceTo(pick(zeros, gradient, g.dtype), b)];
    },
  };
}

/** Compares two arrays element by element, broadcast; the result is `bool`. */
export function compare(a: Dense, b: Dense, holds: (x: number | bigint, y: number | bigint) => boolean): Dense<'bool'> {
  const shape = broadcastShapes(a.shape, b.shape);
  const numbers = createNumbers('bool', numelOf(shape));
  const write: Combine = (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = holds(x[i], y[i]) ? 1 : 0;
  };
  const dtype = promoteOperands(a, b);
  if (dtype !== 'int64') zipNumbers(a, b, dtype, write, { out: { dtype: 'bool', numbers } });
  else {
    const [x, y] = [a, b].map((dense) => broadcastTo(asInt64(dense), shape).data);
    for (let i = 0; i < numbers.length; i++) numbers[i] = holds(x[i], y[i]) ? 1 : 0;
  }
  return denseOf(numbers, shape, 'bool');
}

/** 1, −1 or 0. The sign of −0 and of NaN is 0, unlike that of `Math.sign`. */
export function signOf(x: number): number {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/** A function of each integer of an array of `int64`. */
export function ofIntegers(a: Dense, f: (x: bigint) => bigint): Computed<'int64'> {
  const { shape, data } = asInt64(a);
  return { value: { dtype: 'int64', shape, data: data.map(f) }, pullback: () => [null] };
}

/**
 * A function of each element, with its derivative.
 * @param derivative the derivative at the element x, where the function, rounded to the dtype, is y
 */
export function unary(
  a: Dense,
  dtype: Dense['dtype'],
  f: (x: number) => number,
  derivative: (x: number, y: number) => number,
): Computed {
  // Integers are converted to a floating-point dtype before, as in PyTorch.
  const x = numbersOf(isFloatDType(dtype) && !isFloatDType(a.dtype) ? denseOf(numbersOf(a), a.shape, dtype) : a);
  const y = createNumbers(dtype, x.length);
  for (let i = 0; i < y.length; i++) y[i] = f(x[i]);
  const value = denseOf(y, a.shape, dtype);
  return {
    value,
    pullback: (g) => {
      const slope = createNumbers(g.dtype, x.length);
      const gradient: Numbers = numbersOf(g);
      const rounded = numbersOf(value);
      for (let i = 0; i < slope.length; i++) slope[i] = gradient[i] * derivative(x[i], rounded[i]);
      return [denseOf(slope, a.shape, g.dtype)];
    },
  };
}

/** a·b in the given dtype, broadcast. */
export function product(a: Dense, b: Dense, dtype: Dense['dtype']): Dense {
  return zipNumbers(a, b, dtype, multiplyPairs);
}

function quotient(a: Dense, b: Dense, dtype: Dense['dtype']): Dense {
  return zipNumbers(a, b, dtype, dividePairs);
}

/** A gradient in the shape and dtype of an input; `null` if the input has no gradient because it holds integers. */
export function reduceTo(gradient: Dense, input: Dense): Dense | null {
  if (!isFloatDType(input.dtype)) return null;
  const reduced = sumToShape(gradient, input.shape);
  return reduced.dtype === input.dtype ? reduced : denseOf(numbersOf(reduced), reduced.shape, input.dtype);
}
