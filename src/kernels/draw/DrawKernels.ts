import type { HalfDType } from '../../numerics/DType.js';
import type { Floats } from '../../numerics/numbers.js';
import type { FloatBits } from './uniformUnfused.js';

/** The number of normals that one step of Box–Muller makes. Normal fills of at least this size draw in such groups. */
export const NORMAL_GROUP = 16;

/** The loops of rejection sampling: they find the values outside an interval and replace them by new normals. */
export interface RejectionKernels {
  /** The largest number of elements at a time, a multiple of 16. */
  readonly capacity: number;
  /** The workspace of new draws, as words. */
  readonly words: Int32Array;
  /** The same bytes as `words`, as numbers: words become numbers in place. */
  readonly numbers: Floats;
  /** The values to test. */
  readonly values: Floats;
  /** Tests the first `count` values, in whole groups of 16. Returns the number of groups with a value outside [low, high]. */
  findOutside(count: number, low: number, high: number): number;
  /** Moves the words of the `found` groups to the start of `words`. */
  gatherGroups(found: number): void;
  /**
   * Replaces the values outside [low, high] in the `found` groups by the first numbers of the workspace. Returns whether one
   * of the new values is outside too.
   */
  replaceOutside(found: number, low: number, high: number): boolean;
}

/**
 * The loops that turn words into numbers, in a workspace of their own. A caller writes words to the start of the workspace,
 * runs a loop over `count` elements, and copies the numbers from the start. Every implementation gives the same bits.
 */
export interface DrawKernels extends RejectionKernels {
  // `words`, `numbers`, `doubles` and `halves` are four views of the same bytes.
  readonly words: Int32Array;
  readonly numbers: Float32Array;
  readonly doubles: Float64Array;
  readonly halves: Uint16Array;
  readonly values: Float32Array;
  /** Turns words into float32 uniforms, as `uniformFloat32` does. */
  uniform(count: number, from: number, to: number, isOpen: boolean): void;
  /** Turns pairs of words into float64 uniforms, as `uniformFloat64` does. */
  uniformDouble(count: number, from: number, to: number): void;
  /** Turns words into float32 normals, in whole groups of 16, as `boxMullerFloat32` does. */
  normal(count: number, mean: number, std: number): void;
  /** Turns pairs of words into float64 normals, in whole groups of 16, as `boxMullerFloat64` does. */
  normalDouble(count: number, mean: number, std: number): void;
  /**
   * Turns words into uniforms in float32 with two roundings, as `uniformFloat32Unfused` does: PyTorch's stateless generator, and its
   * `uniform_` without AVX2. `bits` says the precision of the range, and how many bits of a word count. `from` and `to` have that
   * precision. `isOpen`: a result equal to `to` becomes `from`, which the stateless generator never does.
   */
  uniformUnfused(count: number, bits: FloatBits, from: number, to: number, isOpen: boolean): void;
  /** Turns pairs of words into float64 uniforms with two roundings, as `uniformFloat64Unfused` does. */
  uniformDoubleUnfused(count: number, from: number, to: number, isOpen: boolean): void;
  /**
   * Turns words into float32 normals, in whole groups of 16, as `boxMullerGroups` does: PyTorch's `normal_` without AVX2, and on
   * AArch64. `mean` and `std` are float32.
   */
  normalGlibc(count: number, mean: number, std: number): void;
  /**
   * Turns words into float32 normals, as `boxMullerPairs` does: PyTorch's stateless generator. `count` is a multiple of 4, the words of
   * whole blocks. `mean` and `std` are float32.
   */
  normalPairs(count: number, mean: number, std: number): void;
  /** Turns pairs of words into float64 normals, as `boxMullerPairsFloat64` does. `count` is a multiple of 2, the numbers of whole blocks. */
  normalPairsDouble(count: number, mean: number, std: number): void;
  /** Rounds float32 numbers to a 16-bit dtype, ties to even. */
  encode(dtype: HalfDType, count: number): void;
  /** Widens numbers of a 16-bit dtype to float32. */
  decode(dtype: HalfDType, count: number): void;
  /** Replaces the 16-bit numbers that equal `high`, in the bits that are set in `mask`, by `low`. */
  replaceHalves(count: number, mask: number, high: number, low: number): void;
}
