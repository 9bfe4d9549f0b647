import type { DType, Storage } from '../numerics/DType.js';
import { createStorage, isFloatDType } from '../numerics/DType.js';
import type { Dense } from './Dense.js';

/** An operation on two elements of `int64`. A result outside their range keeps its low 64 bits, as in PyTorch. */
export type CombineIntegers = (x: bigint, y: bigint) => bigint;

/** An array of integers or booleans as `int64`: the array itself if it is one. */
export function asInt64({ shape, data }: Dense): Dense<'int64'> {
  if (data instanceof BigInt64Array) return { dtype: 'int64', shape, data };
  return { dtype: 'int64', shape, data: BigInt64Array.from(data as Int32Array, BigInt) };
}

/** A power of integers with the low 64 bits. As in PyTorch, a negative exponent gives 0 unless the base is ±1. */
export function integerPower(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = BigInt.asIntN(64, square * square)) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
  }
  return result;
}

/**
 * The elements of `int64` as a narrower integer dtype, which keeps their low bits, as in PyTorch; `null` for other conversions.
 * A number is exact only to 2⁵³, so the low bits of a larger integer would be lost in it.
 */
export function lowBits<D extends DType>({ data }: Dense, dtype: D): Storage<D> | null {
  if (!(data instanceof BigInt64Array) || isFloatDType(dtype) || dtype === 'bool' || dtype === 'int64') return null;
  const result: Storage = createStorage(dtype as DType, data.length);
  for (let i = 0; i < data.length; i++) result[i] = Number(BigInt.asIntN(32, data[i]));
  return result as Storage<D>;
}
