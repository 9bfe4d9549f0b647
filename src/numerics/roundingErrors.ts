/** Veltkamp's constant 2²⁷ + 1. It splits the 53 bits of a double into two halves whose products are exact. */
const SPLITTER = 134217729;

/** Returns a + b − sum without error (Knuth), where `sum` is a + b rounded to double. */
export function errorOfSum(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** Returns a·b − product without error (Dekker), where `product` is a·b rounded to double, well inside the range of double. */
export function errorOfProduct(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
