import type { Arithmetic } from '../../kernels/draw/Arithmetic.js';
import { torchStream } from './torchStream.js';
import { X86_ARITHMETIC } from './torchX86.js';

/** PyTorch on x86-64 without AVX2: no fused multiply-adds but in the last step of large normals, and the C library's float functions. */
const ARITHMETIC: Arithmetic = {
  ...X86_ARITHMETIC,
  uniform: (kernels, count, from, to, isOpen) => kernels.uniformUnfused(count, 24, from, to, isOpen),
  uniformDouble: (kernels, count, from, to) => kernels.uniformDoubleUnfused(count, from, to, true),
  normal: (kernels, count, mean, std) => kernels.normalGlibc(count, mean, std),
  scale: (sample, std, mean) => sample * std + mean,
};

export const TORCH_SCALAR = torchStream('torch-scalar-2.15', ARITHMETIC);
