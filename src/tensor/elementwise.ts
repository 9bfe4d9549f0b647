import { DTypeError } from '../errors.js';
import { isFloatDType } from '../kernels/DType.js';
import { createNumbers, type Numbers } from '../kernels/numbers.js';
import { broadcastNumbers, sumToShape, zipNumbers } from './broadcast.js';
import { type Computed, type Dense, denseOf, numbersOf } from './Dense.js';
import { floatDtypeOf, promoteDtypes } from './promote.js';
import { broadcastShapes } from './Shape.js';

/** a + b, broadcast. */
export function add(a: Dense, b: Dense): Computed {
  const value = zipNumbers(a, b, promoteDtypes(a.dtype, b.dtype), (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i];
  });
  return { value, pullback: (g) => [reduceTo(g, a), reduceTo(g, b)] };
}

/** a − b, broadcast. */
export function subtract(a: Dense, b: Dense): Computed {
  if (a.dtype === 'bool' && b.dtype === 'bool') {
    throw new DTypeError('Subtraction, the `-` operator, with two bool tensors is not supported');
  }
  const value = zipNumbers(a, b, promoteDtypes(a.dtype, b.dtype), (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] - y[i];
  });
  return { value, pullback: (g) => [reduceTo(g, a), reduceTo(negate(g).value, b)] };
}

/** a·b, broadcast. */
export function multiply(a: Dense, b: Dense): Computed {
  const value = product(a, b, promoteDtypes(a.dtype, b.dtype));
  return {
    value,
    pullback: (g) => [reduceTo(product(g, b, g.dtype), a), reduceTo(product(g, a, g.dtype), b)],
  };
}

/** a / b, broadcast; a real number for integers too. */
export function divide(a: Dense, b: Dense): Computed {
  const value = quotient(a, b, floatDtypeOf(promoteDtypes(a.dtype, b.dtype)));
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
  return unary(
    a,
    a.dtype,
    (x) => -x,
    () => -1,
  );
}

/** |a|. */
export function absolute(a: Dense): Computed {
  return unary(a, a.dtype, Math.abs, Math.sign);
}

/** eᵃ. */
export function exponential(a: Dense): Computed {
  return unary(a, floatDtypeOf(a.dtype), Math.exp, (_, y) => y);
}

/** ln a. */
export function logarithm(a: Dense): Computed {
  return unary(a, floatDtypeOf(a.dtype), Math.log, (x) => 1 / x);
}

/** √a. */
export function squareRoot(a: Dense): Computed {
  return unary(a, floatDtypeOf(a.dtype), Math.sqrt, (_, y) => 0.5 / y);
}

/** tanh a. */
export function hyperbolicTangent(a: Dense): Computed {
  return unary(a, floatDtypeOf(a.dtype), Math.tanh, (_, y) => 1 - y * y);
}

/** a^exponent for one exponent. */
export function powerOf(a: Dense, exponent: number): Computed {
  const dtype = isFloatDType(a.dtype) || Number.isInteger(exponent) ? a.dtype : floatDtypeOf(a.dtype);
  const slope = exponent === 0 ? () => 0 : (x: number) => exponent * x ** (exponent - 1);
  return unary(a, dtype, (x) => x ** exponent, slope);
}

/** a^b, element by element, broadcast. */
export function power(a: Dense, b: Dense): Computed {
  const dtype = promoteDtypes(a.dtype, b.dtype);
  const value = zipNumbers(a, b, dtype, (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] ** y[i];
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

/** a held between two bounds; NaN stays. */
export function clampBetween(a: Dense, min: number, max: number): Computed {
  const hold = (x: number) => (x < min ? min : x > max ? max : x);
  return unary(a, a.dtype, hold, (x) => (x >= min && x <= max ? 1 : 0));
}

/** a where the condition is not 0, b elsewhere, broadcast. */
export function choose(condition: Dense, a: Dense, b: Dense): Computed {
  const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape));
  const dtype = promoteDtypes(a.dtype, b.dtype);
  const conditions = broadcastNumbers(condition, shape);
  const pick = (whenTrue: Numbers, whenFalse: Numbers, to: Dense['dtype']) => {
    const out = createNumbers(to, conditions.length);
    for (let i = 0; i < out.length; i++) out[i] = conditions[i] !== 0 ? whenTrue[i] : whenFalse[i];
    return denseOf(out, shape, to);
  };
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
export function compare(a: Dense, b: Dense, holds: (x: number, y: number) => boolean): Dense {
  return zipNumbers(a, b, 'bool', (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = holds(x[i], y[i]) ? 1 : 0;
  });
}

/**
 * One function of each element, with its derivative.
 * @param derivative of the element x and the value y at x
 */
export function unary(
  a: Dense,
  dtype: Dense['dtype'],
  f: (x: number) => number,
  derivative: (x: number, y: number) => number,
): Computed {
  const x = numbersOf(a);
  const y = createNumbers(dtype, x.length);
  for (let i = 0; i < y.length; i++) y[i] = f(x[i]);
  return {
    value: denseOf(y, a.shape, dtype),
    pullback: (g) => {
      const slope = createNumbers(g.dtype, x.length);
      const gradient: Numbers = numbersOf(g);
      for (let i = 0; i < slope.length; i++) slope[i] = gradient[i] * derivative(x[i], y[i]);
      return [denseOf(slope, a.shape, g.dtype)];
    },
  };
}

function product(a: Dense, b: Dense, dtype: Dense['dtype']): Dense {
  return zipNumbers(a, b, dtype, (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] * y[i];
  });
}

function quotient(a: Dense, b: Dense, dtype: Dense['dtype']): Dense {
  return zipNumbers(a, b, dtype, (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] / y[i];
  });
}

/** A gradient in the shape and dtype of an input; `null` for inputs that have none. */
function reduceTo(gradient: Dense, input: Dense): Dense | null {
  if (!isFloatDType(input.dtype)) return null;
  const reduced = sumToShape(gradient, input.shape);
  return reduced.dtype === input.dtype ? reduced : denseOf(numbersOf(reduced), reduced.shape, input.dtype);
}
