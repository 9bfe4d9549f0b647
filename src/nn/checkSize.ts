import { ArgumentError, describeValue } from '../errors.js';
import { formatShape } from '../tensor/Shape.js';

/**
 * Returns `value` if it is a whole number.
 * @param least the smallest allowed number. Default: 1; −Infinity for all.
 */
export function checkSize(name: string, value: number, least = 1): number {
  if (!Number.isSafeInteger(value) || value < least) {
    const range = least === -Infinity ? '' : ` of at least ${least}`;
    throw new ArgumentError(`${name} is a whole number${range}, found ${describeValue(value)}`);
  }
  return value;
}

/** A size for each of `count` spatial dimensions; one number is used for all of them. */
export function sizePerDimension(name: string, value: number | readonly number[], count: number, least = 1): number[] {
  if (typeof value !== 'number' && !Array.isArray(value)) {
    throw new ArgumentError(`${name} is one number or ${count}, found ${describeValue(value)}`);
  }
  const sizes: number[] = typeof value === 'number' ? new Array(count).fill(value) : [...value];
  if (sizes.length !== count) {
    throw new ArgumentError(`${name} is one number or ${count}, found ${sizes.length}: ${formatShape(sizes)}`);
  }
  for (const size of sizes) checkSize(name, size, least);
  return sizes;
}
