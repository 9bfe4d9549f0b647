import { errorOfProduct, errorOfSum } from './roundingErrors.js';

/**
 * A number of 106 bits: the unevaluated sum of two doubles, of which the second is at most half a unit in the last
 * place of the first.
 */
export type DoubleDouble = readonly [high: number, low: number];

/** a + b without error. */
export function addExactly(a: number, b: number): DoubleDouble {
  const sum = a + b;
  return [sum, errorOfSum(a, b, sum)];
}

/** a·b without error, for products well within the range of double. */
function multiplyExactly(a: number, b: number): DoubleDouble {
  const product = a * b;
  return [product, errorOfProduct(a, b, product)];
}

/** x + y, to about 106 bits. */
export function add(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const [high, error] = addExactly(x[0], y[0]);
  return addExactly(high, error + (x[1] + y[1]));
}

/** x·y, to about 106 bits. */
export function multiply(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const [high, error] = multiplyExactly(x[0], y[0]);
  return addExactly(high, error + (x[0] * y[1] + x[1] * y[0]));
}

/** x/n for an integer n, to about 106 bits. */
export function divide(x: DoubleDouble, n: number): DoubleDouble {
  const quotient = x[0] / n;
  const [product, error] = multiplyExactly(quotient, n);
  return addExactly(quotient, (x[0] - product - error + x[1]) / n);
}
