import type { Arithmetic } from '../../kernels/draw/Arithmetic.js';
import { ROUND_ONCE } from '../roundTo.js';
import { torchStream } from './torchStream.js';
import { X86_ARITHMETIC } from './torchX86.js';

/**
 * PyTorch on Linux on ARM: fused multiply-adds as on x86-64 with AVX2, the C library's float functions in large normals, and one
 * rounding from double to float16. The vector extensions SVE128 and SVE256 give the same numbers.
 */
const ARITHMETIC: Arithmetic = {
  ...X86_ARITHMETIC,
  normal: (kernels, count, mean, std) => kernels.normalGlibc(count, mean, std),
  round: ROUND_ONCE,
};

export const TORCH_AARCH64 = torchStream('torch-aarch64-2.15', ARITHMETIC);
