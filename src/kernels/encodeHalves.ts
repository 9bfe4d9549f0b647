import { toBfloat16Bits } from './bfloat16.js';
import { toFloat16Bits } from './float16.js';

/** Writes the first `count` numbers as float16 or bfloat16 bit patterns to out[offset…]. */
export function encodeHalves(
  numbers: Float32Array,
  count: number,
  dtype: 'float16' | 'bfloat16',
  out: Uint16Array,
  offset: number,
): void {
  if (dtype === 'float16') for (let i = 0; i < count; i++) out[offset + i] = toFloat16Bits(numbers[i]);
  else for (let i = 0; i < count; i++) out[offset + i] = toBfloat16Bits(numbers[i]);
}
