import { ArgumentError, describeValue } from '../errors.js';

/**
 * Returns `value` if it is a number. Infinities and NaN are numbers.
 * @throws ArgumentError for a value of another type
 */
export function checkNumber(name: string, value: number): number {
  if (typeof value === 'number') return value;
  throw new ArgumentError(`${name}: expected a number, found ${describeValue(value)}`);
}

/**
 * Returns `value` if it is a finite number.
 * @throws ArgumentError for infinities, NaN and a value of another type
 */
export function checkFinite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ArgumentError(`${name}: expected a finite number, found ${describeValue(value)}`);
}

/**
 * Returns `value` if it is a whole number that a double represents exactly.
 * @param least the smallest allowed number; −Infinity allows all. Default: 1.
 * @throws ArgumentError for other numbers and a value of another type
 */
export function checkWhole(name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  const range = least === -Infinity ? '' : ` ≥ ${least}`;
  throw new ArgumentError(`${name}: expected a whole number${range}, found ${describeValue(value)}`);
}

/** The largest number of layers, chunks or other objects that one call makes. */
const MAX_COUNT = 2 ** 16;

/**
 * Returns `value` if it is a whole number of objects that a call can make.
 * @param least the smallest allowed number. Default: 1.
 * @throws ArgumentError for other numbers, among them those above 65,536, and a value of another type
 */
export function checkCount(name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least && value <= MAX_COUNT) return value;
  throw new ArgumentError(
    `${name}: expected a whole number from ${least} to ${MAX_COUNT.toLocaleString('en')}, found ${describeValue(value)}`,
  );
}
