import type { HalfDType } from '../../numerics/DType.js';
import type { Floats } from '../../numerics/numbers.js';

/** Normals that are made together. From this size on normal fills draw in such groups. */
export const NORMAL_GROUP = 16;

/** The looked-at values of a redraw, and the numbers that replace some of them. */
export interface OutsideKernels {
  /** The most elements that fit, a multiple of 16. */
  readonly capacity: number;
  readonly words: Int32Array;
  /** What a normal law makes of the words, in place. */
  readonly numbers: Floats;
  readonly values: Floats;
  /** Looks through the first `count` values, whole groups of 16; returns how many groups have one outside [low, high]. */
  findOutside(count: number, low: number, high: number): number;
  /** Moves the words of the `found` groups to the front. */
  gatherGroups(found: number): void;
  /** Makes normals of the first `count` words, whole groups of 16. */
  normal(count: number, mean: number, std: number): void;
  /**
   * Takes the values outside, of the `found` groups, from the numbers at the front; returns whether one of those lies
   * outside again.
   */
  replaceOutside(found: number, low: number, high: number): boolean;
}

/**
 * The loops that turn words into numbers, in a workspace of their own: a caller writes words to the front of it, runs a
 * loop over `count` elements and takes the numbers from the front. Every implementation gives the same bits.
 */
export interface DrawKernels extends OutsideKernels {
  /** Four views of the same bytes. */
  readonly words: Int32Array;
  readonly numbers: Float32Array;
  readonly doubles: Float64Array;
  readonly halves: Uint16Array;
  readonly values: Float32Array;
  /** Words to float32 uniforms, as `uniformFloat32`. */
  uniform(count: number, from: number, to: number, isOpen: boolean): void;
  /** Pairs of words to float64 uniforms, as `uniformFloat64`. */
  uniformDouble(count: number, from: number, to: number): void;
  /** Words to float32 normals, whole groups of 16, as `boxMullerFloat32`. */
  normal(count: number, mean: number, std: number): void;
  /** Pairs of words to float64 normals, whole groups of 16, as `boxMullerFloat64`. */
  normalDouble(count: number, mean: number, std: number): void;
  /** float32 to halves, rounded to nearest even. */
  encode(dtype: HalfDType, count: number): void;
  /** Halves to float32. */
  decode(dtype: HalfDType, count: number): void;
  /** Writes `low` over the halves that equal `high` where `mask` is set. */
  replaceHalves(count: number, mask: number, high: number, low: number): void;
}
