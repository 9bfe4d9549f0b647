import { toBfloat16Bits } from '../../numerics/bfloat16.js';
import type { FloatDType, HalfDType, Storage } from '../../numerics/DType.js';
import { toFloat16Bits } from '../../numerics/float16.js';
import type { Arithmetic } from './Arithmetic.js';
import type { DrawKernels } from './DrawKernels.js';
import { drawNumbers } from './drawNumbers.js';
import type { WordSource } from './WordSource.js';

const { fround } = Math;

/** Fills `data` with U[from, to) by {@link drawNumbers}. A value that rounds to `to` becomes `from`. */
export function drawUniforms(
  source: WordSource,
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
  arithmetic: Arithmetic,
): void {
  drawNumbers(source, data, dtype, {
    doubles: (kernels, count) => arithmetic.uniformDouble(kernels, count, from, to),
    floats: (kernels, count) => arithmetic.uniform(kernels, count, fround(from), fround(to), dtype === 'float32'),
    halves: (kernels, count, half) =>
      encodeBelow(kernels, half, count, arithmetic.round[half](from), arithmetic.round[half](to)),
  });
}

/** Rounds the numbers to a 16-bit dtype, which `from` and `to` are of. A number that rounds to `to` becomes `from`. */
function encodeBelow(kernels: DrawKernels, dtype: HalfDType, count: number, from: number, to: number): void {
  const encode = dtype === 'float16' ? toFloat16Bits : toBfloat16Bits;
  const high = encode(to);
  kernels.encode(dtype, count);
  // Without the sign bit in the mask, −0 equals 0.
  kernels.replaceHalves(count, (high & 0x7fff) === 0 ? 0x7fff : 0xffff, high, encode(from));
}
