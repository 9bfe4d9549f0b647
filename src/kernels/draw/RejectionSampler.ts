import type { FloatDType, HalfDType, Storage } from '../../numerics/DType.js';
import type { Floats } from '../../numerics/numbers.js';
import type { Arithmetic } from './Arithmetic.js';
import { chooseDrawKernels } from './chooseDrawKernels.js';
import { copyFromWorkspace } from './copyFromWorkspace.js';
import { type DrawKernels, NORMAL_GROUP, type RejectionKernels } from './DrawKernels.js';
import { plainDrawKernels, plainRejectionDoubles } from './plainDrawKernels.js';
import type { WordSource } from './WordSource.js';

/** A range of a fill's elements, in whole groups of 16. */
export interface FillPiece {
  readonly start: number;
  readonly count: number;
  /** The number of elements, from the first one on, that are tested and replaced. */
  readonly kept: number;
}

/**
 * Rejection sampling on a normal fill: replaces the values outside [low, high] by new normals, piece by piece.
 *
 * *Method:* a redraw consumes the words of the whole piece, one per element or two for float64, as a new normal fill would.
 * Logarithms and sines are computed only for the groups that have a value outside.
 */
export class RejectionSampler {
  /** The largest number of elements in a piece. */
  readonly capacity: number;
  private readonly kernels: RejectionKernels;
  /** The kernels that convert a 16-bit dtype, if `data` has one. */
  private readonly halves: { readonly kernels: DrawKernels; readonly dtype: HalfDType } | undefined;
  /** Turns the first `count` words of the workspace, in whole groups of 16, into normals. */
  private readonly normal: (count: number, mean: number, std: number) => void;
  private readonly wordsPerElement: number;

  /** @param low the lower bound, and `high` the upper one, both rounded to `dtype` */
  constructor(
    private readonly data: Storage<FloatDType>,
    dtype: FloatDType,
    private readonly low: number,
    private readonly high: number,
    arithmetic: Arithmetic,
  ) {
    const kernels = chooseDrawKernels(data.length);
    this.kernels = dtype === 'float64' ? plainRejectionDoubles : kernels;
    this.normal =
      dtype === 'float64'
        ? (count, mean, std) => arithmetic.normalDouble(plainDrawKernels, count, mean, std)
        : (count, mean, std) => arithmetic.normal(kernels, count, mean, std);
    this.halves = dtype === 'float16' || dtype === 'bfloat16' ? { kernels, dtype } : undefined;
    this.wordsPerElement = dtype === 'float64' ? 2 : 1;
    this.capacity = this.kernels.capacity;
  }

  /** Tests a piece. Returns the number of its groups that have a value outside the bounds. */
  findRejected({ start, count, kept }: FillPiece): number {
    const { data, kernels, halves } = this;
    const piece = data.subarray(start, start + kept);
    if (halves !== undefined) {
      halves.kernels.halves.set(piece);
      halves.kernels.decode(halves.dtype, kept);
      kernels.values.set(halves.kernels.numbers.subarray(0, kept));
    } else kernels.values.set(piece);
    kernels.values.fill(this.low, kept, count);
    return kernels.findOutside(count, this.low, this.high);
  }

  /** Replaces the rejected values of the piece that was tested last. Returns whether a new value is outside too. */
  redraw({ start, count, kept }: FillPiece, found: number, mean: number, std: number, source: WordSource): boolean {
    const { data, kernels, halves } = this;
    source.fillWords(kernels.words, count * this.wordsPerElement);
    kernels.gatherGroups(found);
    this.normal(found * NORMAL_GROUP, mean, std);
    halves?.kernels.encode(halves.dtype, found * NORMAL_GROUP);
    halves?.kernels.decode(halves.dtype, found * NORMAL_GROUP);
    const again = kernels.replaceOutside(found, this.low, this.high);
    if (halves !== undefined) {
      halves.kernels.numbers.set(kernels.values.subarray(0, kept));
      halves.kernels.encode(halves.dtype, kept);
      copyFromWorkspace(halves.kernels.halves, kept, data as Uint16Array, start);
    } else copyFromWorkspace(kernels.values, kept, data as Floats, start);
    return again;
  }
}
