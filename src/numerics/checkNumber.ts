import { ArgumentError, describeValue } from '../errors.js';

/**
 * Returns `value` if it is a number. Infinities and NaN are numbers.
 * @throws ArgumentError for a value of another type
 */
export function checkNumber(name: string, value: number): number {
  if (typeof value === 'number') return value;
  throw new ArgumentError(`${name} is a number, found ${describeValue(value)}`);
}

/**
 * Returns `value` if it is a finite number.
 * @throws ArgumentError for infinities, NaN and a value of another type
 */
export function checkFinite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ArgumentError(`${name} is out of bounds: expected a finite number, found ${describeValue(value)}`);
}
