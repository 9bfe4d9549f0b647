import { largestFinite } from './largestFinite.js';
import { errorOfProduct, errorOfSum } from './roundingErrors.js';

const { abs, fround } = Math;

const scratch = new Float64Array(1);
const scratchBits = new BigInt64Array(scratch.buffer);

/** The midpoint between the largest float32 and 2¹²⁸. It rounds to infinity, the even one of the two. */
const FLOAT32_OVERFLOW = 2 ** 128 - 2 ** 103;

/**
 * a·b + c rounded once to double, as the fused multiply-add instruction does.
 *
 * *Method* (Boldo and Melquiond 2008): the product and the sums are computed as pairs without error. The two small parts are
 * added with rounding to odd, and the last addition rounds. If an intermediate result could overflow or underflow,
 * exact integers are used instead.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const size = abs(product);
  const addend = abs(c);
  if (!(size > 2 ** -900 && size < 2 ** 990 && addend > 2 ** -900 && addend < 2 ** 990)) return fmaAtTheEdges(a, b, c);
  if (abs(a) > 2 ** 990 || abs(b) > 2 ** 990) return fmaAtTheEdges(a, b, c);

  const error = errorOfProduct(a, b, product);
  const low = c + error;
  const lowError = errorOfSum(c, error, low);
  const high = product + low;
  const highError = errorOfSum(product, low, high);
  return high + addToOdd(highError, lowError);
}

/**
 * a + b rounded to odd: if it is inexact, its last bit is 1. A later rounding then gives what the exact sum would give.
 */
function addToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = errorOfSum(a, b, sum);
  if (error === 0) return sum;
  scratch[0] = sum;
  const bits = scratchBits[0];
  // If the last bit is 0, one step towards the exact sum makes it 1.
  if ((bits & 1n) === 0n) scratchBits[0] = bits + (error > 0 === sum > 0 ? 1n : -1n);
  return scratch[0];
}

function fmaAtTheEdges(a: number, b: number, c: number): number {
  // Infinities and NaN are exact. With an addend of 0 only the product rounds.
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c)) {
    return Number.isFinite(a) && Number.isFinite(b) ? c : a * b + c;
  }
  if (a === 0 || b === 0) return a * b + c;
  if (c === 0) return a * b;
  const [aSignificand, aExponent] = toInteger(a);
  const [bSignificand, bExponent] = toInteger(b);
  const [cSignificand, cExponent] = toInteger(c);
  const exponent = Math.min(aExponent + bExponent, cExponent);
  const sum =
    ((aSignificand * bSignificand) << BigInt(aExponent + bExponent - exponent)) +
    (cSignificand << BigInt(cExponent - exponent));
  return sum < 0n ? -roundToDouble(-sum, exponent) : roundToDouble(sum, exponent);
}

/** A finite double as an integer and an exponent: integer · 2^exponent. */
function toInteger(x: number): [bigint, number] {
  scratch[0] = x;
  const field = Number((scratchBits[0] >> 52n) & 0x7ffn);
  const fraction = scratchBits[0] & 0xfffffffffffffn;
  const significand = field === 0 ? fraction : fraction | 0x10000000000000n;
  return [x < 0 ? -significand : significand, Math.max(field, 1) - 1075];
}

/** n · 2^exponent for n ≥ 0, rounded to nearest even. */
function roundToDouble(n: bigint, exponent: number): number {
  const dropped = Math.max(n.toString(2).length - 53, -1074 - exponent);
  if (dropped <= 0) return Number(n) * 2 ** exponent;
  let significand = n >> BigInt(dropped);
  const rest = n - (significand << BigInt(dropped));
  const half = 1n << BigInt(dropped - 1);
  if (rest > half || (rest === half && (significand & 1n) === 1n)) significand += 1n;
  return Number(significand) * 2 ** (exponent + dropped);
}

/**
 * product + addend rounded once to float32.
 *
 * *Method*: rounding the double sum again is wrong only if that sum is inexact and halfway between two numbers of float32. Then
 * the sign of its error decides.
 * @param product the product of two numbers of float32, which is exact in double
 * @param addend a number of float32
 */
export function addToFloat32(product: number, addend: number): number {
  const sum = product + addend;
  const nearest = fround(sum);
  const distance = sum - nearest;
  const other = sum + distance;
  // `other` mirrors `nearest` at the sum. Both are numbers of float32 only if the sum is the midpoint between them.
  if (distance !== 0 && fround(other) === other) return breakTie(product, addend, sum, nearest, other);
  return nearest;
}

function breakTie(product: number, addend: number, sum: number, nearest: number, other: number): number {
  const error = errorOfSum(product, addend, sum);
  if (!Number.isFinite(nearest)) {
    const inward = abs(sum) === FLOAT32_OVERFLOW && error !== 0 && error > 0 !== sum > 0;
    return inward ? Math.sign(sum) * largestFinite('float32') : nearest;
  }
  if (error > 0) return Math.max(nearest, other);
  return error < 0 ? Math.min(nearest, other) : nearest;
}
