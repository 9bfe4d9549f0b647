import { toBfloat16Bits } from '../../numerics/bfloat16.js';
import type { FloatDType, HalfDType, Storage } from '../../numerics/DType.js';
import { toFloat16Bits } from '../../numerics/float16.js';
import type { DrawKernels } from './DrawKernels.js';
import { drawNumbers } from './drawNumbers.js';
import type { WordSource } from './WordSource.js';

const { fround } = Math;

/** Fills `data` with U[from, to), as {@link drawNumbers}; a value that rounds to `to` becomes `from`. */
export function drawUniforms(
  source: WordSource,
  data: Storage<FloatDType>,
  dtype: FloatDType,
  from: number,
  to: number,
): void {
  drawNumbers(source, data, dtype, {
    doubles: (kernels, count) => kernels.uniformDouble(count, from, to),
    floats: (kernels, count) => kernels.uniform(count, fround(from), fround(to), dtype === 'float32'),
    halves: (kernels, count, half) => encodeBelow(kernels, half, count, from, to),
  });
}

/** Turns the numbers into halves, and those that round to `to` into `from`. */
function encodeBelow(kernels: DrawKernels, dtype: HalfDType, count: number, from: number, to: number): void {
  const encode = dtype === 'float16' ? toFloat16Bits : toBfloat16Bits;
  const high = encode(to);
  kernels.encode(dtype, count);
  // +0 and −0 are equal.
  kernels.replaceHalves(count, (high & 0x7fff) === 0 ? 0x7fff : 0xffff, high, encode(from));
}
