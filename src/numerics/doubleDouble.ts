/**
 * A number of 106 bits: the unevaluated sum of two doubles, of which the second is at most half a unit in the last
 * place of the first.
 */
export type DoubleDouble = readonly [high: number, low: number];

/** Veltkamp's constant, 2²⁷ + 1. It splits the 53 bits of a double into two halves whose products are exact. */
export const SPLITTER = 134217729;

/** a + b without error (Knuth's two-sum). */
export function addExactly(a: number, b: number): DoubleDouble {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

/** a·b without error (Dekker's product), for products well within the range of double. */
function multiplyExactly(a: number, b: number): DoubleDouble {
  const product = a * b;
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
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
