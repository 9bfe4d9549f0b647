import { ArgumentError, describeValue } from '../errors.js';
import { createStorage, type DType, isFloatDType, type Storage } from '../numerics/DType.js';
import { largestFinite } from '../numerics/largestFinite.js';
import { readNumber, writeNumber } from '../numerics/numbers.js';
import { drawBelow } from '../random/drawBelow.js';
import type { Generator } from '../random/Generator.js';

/** The integers in [from, to). */
export interface IntegerBounds {
  readonly from: number;
  readonly to: number;
}

/** From this range on, PyTorch draws two words for each element, so that the remainder stays nearly uniform. */
const WIDE_RANGE = 2 ** 28;

/** Bits of the significand, including the leading one. */
const DIGITS = { float32: 24, float64: 53, float16: 11, bfloat16: 8 };

/** PyTorch's bounds for integers of a dtype: `low` and `high` rounded inward to numbers that the dtype has. */
export function integerBounds(low: number, high: number, dtype: DType): IntegerBounds {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
    throw new ArgumentError(
      `random_ expects 'from' to be less than 'to', and both to be whole numbers of at most 2^53 − 1 in size, but got from=${describeValue(low)} and to=${describeValue(high)}`,
    );
  }
  const largest = largestFinite(dtype);
  const smallest = dtype === 'bool' || dtype === 'uint8' ? 0 : dtype === 'int32' ? -largest - 1 : -largest;
  const outOfBounds = (name: string, found: number) =>
    new ArgumentError(
      `${name} is out of bounds for ${dtype}: expected an integer from ${smallest} to ${largest}, found ${found}`,
    );
  if (low < smallest || low > largest) throw outOfBounds('from', low);
  if (high - 1 > largest) throw outOfBounds('to - 1', high - 1);
  if (!isFloatDType(dtype)) return { from: low, to: high };

  const spacing = (x: number) => 2 ** (exponentOf(x) - DIGITS[dtype] + 1);
  const first = rounded(low + 1, dtype);
  const last = rounded(high - 1, dtype);
  const from = first < low ? first + spacing(low + 1) : low;
  const to = last >= high ? last - spacing(high - 1) : high;
  if (from < to) return { from, to };
  throw new ArgumentError(
    `random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from=${from} >= to=${to} for ${dtype}`,
  );
}

/** Fills `data` with integers drawn uniformly: one word of the stream for each element, two if the range is 2²⁸ or more. */
export function fillIntegers(data: Storage, dtype: DType, { from, to }: IntegerBounds, generator: Generator): void {
  const range = to - from;
  const exactRange = BigInt(to) - BigInt(from);
  for (let i = 0; i < data.length; i++) {
    const value =
      range < WIDE_RANGE
        ? from + (generator.nextWord() % range)
        : Number(BigInt(from) + drawBelow(exactRange, generator));
    writeNumber(data, dtype, i, value);
  }
}

/** ⌊log₂|x|⌋ of an integer, and 0 for 0. `Math.log2` would round 2⁵² − 1 up to 52. */
function exponentOf(x: number): number {
  return Math.max(Math.abs(x).toString(2).length - 1, 0);
}

function rounded(value: number, dtype: DType): number {
  const one = createStorage(dtype, 1) as Storage;
  writeNumber(one, dtype, 0, value);
  return readNumber(one, dtype, 0);
}
