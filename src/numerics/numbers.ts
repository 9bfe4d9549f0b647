import { fromBfloat16Bits, toBfloat16Bits } from './bfloat16.js';
import { createStorage, type DType, type Storage } from './DType.js';
import { fromFloat16Bits, toFloat16Bits } from './float16.js';

/** Arrays in which floating-point numbers are computed. */
export type Floats = Float32Array | Float64Array;

/**
 * Arrays in which numbers can be computed directly. float16 and bfloat16 are computed in float32, and int64 in float64,
 * which is exact up to 2⁵³.
 */
export type Numbers = Floats | Int32Array | Uint8Array;

/** An array of zeros in which results of a dtype are computed; {@link fromNumbers} stores them. */
export function createNumbers(dtype: DType, length: number): Numbers {
  if (dtype === 'float16' || dtype === 'bfloat16') return createStorage('float32', length);
  if (dtype === 'int64') return createStorage('float64', length);
  return createStorage(dtype, length);
}

/** The elements as numbers: the storage itself if it contains numbers, otherwise a decoded copy. */
export function toNumbers(data: Storage, dtype: DType): Numbers {
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  if (data instanceof Uint16Array) {
    const decode = dtype === 'float16' ? fromFloat16Bits : fromBfloat16Bits;
    const numbers = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) numbers[i] = decode(data[i]);
    return numbers;
  }
  return data;
}

/** Numbers stored as a dtype, each rounded to nearest even: the array itself if it is such a storage already. */
export function fromNumbers<D extends DType>(numbers: Numbers | readonly number[], dtype: D): Storage<D> {
  const target = createStorage(dtype, 0);
  if (numbers.constructor === target.constructor && dtype !== 'bool') return numbers as Storage<D>;
  const data = createStorage(dtype, numbers.length) as Storage;
  for (let i = 0; i < numbers.length; i++) writeNumber(data, dtype, i, numbers[i]);
  return data as Storage<D>;
}

/** The results of the conversion instructions of x86, and so of PyTorch, for a number outside the range of the integers. */
const INT64_INDEFINITE = -(2n ** 63n);
const INT32_INDEFINITE = -(2 ** 31);

/** Writes one number as a dtype. Integer types truncate fractions; for `bool` every number but 0 is 1. */
export function writeNumber(data: Storage, dtype: DType, index: number, value: number): void {
  if (data instanceof BigInt64Array) {
    data[index] = Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : INT64_INDEFINITE;
  } else if (data instanceof Int32Array) {
    data[index] = value > -(2 ** 31) - 1 && value < 2 ** 31 ? value : INT32_INDEFINITE;
  } else if (dtype === 'bool') data[index] = value === 0 ? 0 : 1;
  else if (dtype === 'float16') data[index] = toFloat16Bits(value);
  else if (dtype === 'bfloat16') data[index] = toBfloat16Bits(value);
  else data[index] = value;
}

/** Reads one element as a number. */
export function readNumber(data: Storage, dtype: DType, index: number): number {
  if (dtype === 'float16') return fromFloat16Bits(data[index] as number);
  if (dtype === 'bfloat16') return fromBfloat16Bits(data[index] as number);
  return Number(data[index]);
}
