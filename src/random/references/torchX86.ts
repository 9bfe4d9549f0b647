import type { Arithmetic } from '../../kernels/draw/Arithmetic.js';
import { fma } from '../../numerics/fma.js';
import { ROUND_TO } from '../roundTo.js';
import { torchStream } from './torchStream.js';

/** PyTorch on x86-64 with AVX2 or AVX-512: fused multiply-adds, and Cephes' logarithm, sine and cosine. */
export const X86_ARITHMETIC: Arithmetic = {
  uniform: (kernels, count, from, to, isOpen) => kernels.uniform(count, from, to, isOpen),
  uniformDouble: (kernels, count, from, to) => kernels.uniformDouble(count, from, to),
  normal: (kernels, count, mean, std) => kernels.normal(count, mean, std),
  normalDouble: (kernels, count, mean, std) => kernels.normalDouble(count, mean, std),
  scale: fma,
  round: ROUND_TO,
};

export const TORCH_X86 = torchStream('torch-x86-2.15', X86_ARITHMETIC);
