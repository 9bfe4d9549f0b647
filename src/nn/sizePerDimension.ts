import { ArgumentError, describeValue, formatList, isList } from '../errors.js';
import { checkWhole } from '../numerics/checkNumber.js';

/** As {@link sizePerDimension}. A list of one size is for all dimensions too, as PyTorch's convolutions and poolings take it. */
export function expandSizes(name: string, value: number | readonly number[], count: number, least = 1): number[] {
  return sizePerDimension(name, Array.isArray(value) && value.length === 1 ? value[0] : value, count, least);
}

/** A size for each of `count` spatial dimensions; one number is used for all of them. */
export function sizePerDimension(name: string, value: number | readonly number[], count: number, least = 1): number[] {
  if (typeof value === 'number') return new Array<number>(count).fill(checkWhole(name, value, least));
  const sizes: unknown = value;
  if (!isList(sizes) || sizes.length !== count) {
    const found = isList(sizes) ? formatList(sizes) : describeValue(sizes);
    throw new ArgumentError(`${name}: expected one number${count === 1 ? '' : ` or ${count} numbers`}, found ${found}`);
  }
  const checked: number[] = [];
  // Unlike `map`, the loop does not skip the holes of an array.
  for (const size of sizes) checked.push(checkWhole(name, size as number, least));
  return checked;
}
