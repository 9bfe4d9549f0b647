import { fromBfloat16Bits, toBfloat16Bits } from '../../numerics/bfloat16.js';
import { fromFloat16Bits, toFloat16Bits } from '../../numerics/float16.js';
import { unitFloat64 } from './uniformFloat64.js';

const { fround } = Math;

/** The number of bits in the significand of a float: 24 of float32, 11 of float16, 8 of bfloat16. */
export type FloatBits = 24 | 11 | 8;

/** Returns to − from, rounded to the dtype whose significand has `bits` bits, as PyTorch computes it in that dtype. */
export function uniformRange(from: number, to: number, bits: FloatBits): number {
  const range = to - from;
  if (bits === 11) return fromFloat16Bits(toFloat16Bits(range));
  return bits === 8 ? fromBfloat16Bits(toBfloat16Bits(range)) : fround(range);
}

/**
 * Computes uniforms in float32 with two roundings: out[i] = round(round(x·range) + from) with x = (words[i] mod 2^bits)·2^−bits and
 * the range of {@link uniformRange}.
 *
 * *Method*: a product of two floats is exact in double, so `fround` rounds it once. A sum of two floats has the same float32
 * whether it is rounded to double before or not.
 * @param from a number of the dtype that has `bits` bits, as is `to`
 * @param isOpen whether a result equal to `to` becomes `from`
 */
export function uniformFloat32Unfused(
  words: Int32Array,
  count: number,
  out: Float32Array,
  bits: FloatBits,
  from: number,
  to: number,
  isOpen: boolean,
): void {
  const mask = 2 ** bits - 1;
  const scale = uniformRange(from, to, bits) * 2 ** -bits;
  const upper = isOpen ? to : Number.NaN;
  for (let i = 0; i < count; i++) {
    const value = fround(fround((words[i] & mask) * scale) + from);
    out[i] = value === upper ? from : value;
  }
}

/**
 * Computes uniforms in float64 with two roundings: out[i] = round(round(x·(to − from)) + from) with the x of {@link unitFloat64} for
 * words[2i] and words[2i + 1].
 * @param isOpen whether a result equal to `to` becomes `from`
 */
export function uniformFloat64Unfused(
  words: Int32Array,
  count: number,
  out: Float64Array,
  from: number,
  to: number,
  isOpen: boolean,
): void {
  const range = to - from;
  const upper = isOpen ? to : Number.NaN;
  for (let i = 0; i < count; i++) {
    const value = unitFloat64(words[2 * i], words[2 * i + 1]) * range + from;
    out[i] = value === upper ? from : value;
  }
}
