import { multiply } from './doubleDouble.js';

/**
 * x^(−1/4), as the C library rounds it. The last bit of `x ** -0.25` depends on the version of the engine.
 *
 * *Method:* two square roots give the result to some units in the last place, and one step of Newton's method in double-double corrects it.
 * @param x a finite positive number
 */
export function inverseFourthRoot(x: number): number {
  const root = 1 / Math.sqrt(Math.sqrt(x));
  const square = multiply([root, 0], [root, 0]);
  const [high, low] = multiply(multiply(square, square), [x, 0]);
  // root⁴·x is nearly 1, so 1 − high is exact.
  return root + (root * (1 - high - low)) / 4;
}
