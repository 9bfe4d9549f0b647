import { toBfloat16Bits } from '../kernels/bfloat16.js';
import type { FloatDType, Storage } from '../kernels/DType.js';
import { encodeHalves } from '../kernels/encodeHalves.js';
import { toFloat16Bits } from '../kernels/float16.js';
import { uniformFloat32 } from '../kernels/uniformFloat32.js';
import { uniformFloat64 } from '../kernels/uniformFloat64.js';
import { checkUniformBounds } from './checkUniformBounds.js';
import type { Generator } from './Generator.js';

/** Words drawn at a time: with the numbers made of them they stay in the first-level cache. */
const CHUNK = 2048;
const words = new Int32Array(2 * CHUNK);
const numbers = new Float32Array(CHUNK);

/**
 * Fills `data` with U[from, to) (`torch.Tensor.uniform_`): one word of the stream an element, two for float64.
 *
 * Halves are computed in float32 and rounded; a value that rounds to `to` becomes `from`.
 * @throws ArgumentError, before drawing, for bounds beyond the dtype, from > to, or a range beyond the dtype
 */
export function fillUniform(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
  generator: Generator,
): void {
  checkUniformBounds(from, to, dtype);
  for (let start = 0; start < data.length; start += CHUNK) {
    const count = Math.min(CHUNK, data.length - start);
    if (data instanceof Float64Array) {
      generator.fillWords(words, 2 * count);
      uniformFloat64(words, count, data, start, from, to);
      continue;
    }
    generator.fillWords(words, count);
    const low = Math.fround(from);
    const high = Math.fround(to);
    if (data instanceof Float32Array) uniformFloat32(words, count, data, start, low, high, true);
    else {
      const half = dtype === 'float16' ? 'float16' : 'bfloat16';
      uniformFloat32(words, count, numbers, 0, low, high, false);
      encodeHalves(numbers, count, half, data, start);
      replaceUpper(data, start, count, half, from, to);
    }
  }
}

/** Turns elements that were rounded to `to` into `from`. */
function replaceUpper(
  data: Uint16Array,
  start: number,
  count: number,
  dtype: 'float16' | 'bfloat16',
  from: number,
  to: number,
): void {
  const encode = dtype === 'float16' ? toFloat16Bits : toBfloat16Bits;
  const low = encode(from);
  const high = encode(to);
  // +0 and −0 are equal.
  const mask = (high & 0x7fff) === 0 ? 0x7fff : 0xffff;
  for (let i = start; i < start + count; i++) if ((data[i] & mask) === (high & mask)) data[i] = low;
}
