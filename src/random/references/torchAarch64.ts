import type { Arithmetic } from '../../kernels/draw/Arithmetic.js';
import { torchStream } from './torchStream.js';
import { X86_ARITHMETIC } from './torchX86.js';

/** PyTorch on Linux on ARM: fused multiply-adds as on x86-64 with AVX2, and the C library's float functions in large normals. */
const ARITHMETIC: Arithmetic = {
  ...X86_ARITHMETIC,
  normal: (kernels, count, mean, std) => kernels.normalGlibc(count, mean, std),
};

export const TORCH_AARCH64 = torchStream('torch-aarch64-2.15', ARITHMETIC);
