import { ArgumentError } from '../errors.js';

/** Returns `value` if it is a whole number of at least `least`, which may be −Infinity. */
export function checkSize(name: string, value: number, least = 1): number {
  if (!Number.isSafeInteger(value) || value < least) {
    const range = least === -Infinity ? '' : ` of at least ${least}`;
    throw new ArgumentError(`${name} is a whole number${range}, found ${String(value)}`);
  }
  return value;
}

/** A size for each of `count` spatial dimensions: one number stands for all. */
export function sizePerDimension(name: string, value: number | readonly number[], count: number, least = 1): number[] {
  const sizes = typeof value === 'number' ? new Array<number>(count).fill(value) : [...value];
  if (sizes.length !== count) {
    throw new ArgumentError(`${name} is one number or ${count}, found ${sizes.length}: [${sizes.join(', ')}]`);
  }
  for (const size of sizes) checkSize(name, size, least);
  return sizes;
}
