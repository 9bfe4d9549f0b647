import type { FloatDType } from '../../numerics/DType.js';
import type { DrawKernels } from './DrawKernels.js';

/**
 * The arithmetic by which one build of PyTorch makes numbers of words, in the workspace of the kernels. Builds differ in which
 * multiply-adds they fuse, in their logarithm, sine and cosine, and in the conversion of doubles.
 */
export interface Arithmetic {
  /** Turns words into float32 uniforms. `isOpen`: a result that rounds to `to` becomes `from`. */
  uniform(kernels: DrawKernels, count: number, from: number, to: number, isOpen: boolean): void;
  /** Turns pairs of words into float64 uniforms. */
  uniformDouble(kernels: DrawKernels, count: number, from: number, to: number): void;
  /** Turns words into float32 normals, in whole groups of 16. */
  normal(kernels: DrawKernels, count: number, mean: number, std: number): void;
  /** Turns pairs of words into float64 normals, in whole groups of 16. */
  normalDouble(kernels: DrawKernels, count: number, mean: number, std: number): void;
  /** Computes sample·std + mean in double, the last step of a small normal fill. */
  scale(sample: number, std: number, mean: number): number;
  /** Rounds a double to a dtype: a sample of a small normal fill, or a bound. */
  readonly round: { readonly [D in FloatDType]: (x: number) => number };
}
