import type { FloatDType, HalfDType, Storage } from '../../numerics/DType.js';
import type { Floats } from '../../numerics/numbers.js';
import { drawKernels } from '../wasm/kernelPath.js';
import { type DrawKernels, NORMAL_GROUP, type OutsideKernels } from './DrawKernels.js';
import { plainOutsideDoubles } from './plainKernels.js';
import { storeFront } from './storeFront.js';
import type { WordSource } from './WordSource.js';

/** Elements of a fill, in whole groups of 16. */
export interface FillPiece {
  readonly start: number;
  readonly count: number;
  /** How many of them, from the first on, are looked at. */
  readonly kept: number;
}

/**
 * The values of a normal fill that lie outside [low, high], both of its dtype, taken from new normals piece by piece.
 *
 * A piece takes a word an element, two for float64; logarithms and sines are computed for the groups that need them.
 */
export class OutsideValues {
  /** The most elements of a piece. */
  readonly capacity: number;
  private readonly kernels: OutsideKernels;
  /** Where halves are converted. */
  private readonly halves: { readonly kernels: DrawKernels; readonly dtype: HalfDType } | undefined;
  private readonly perElement: number;

  constructor(
    private readonly data: Storage<FloatDType>,
    dtype: FloatDType,
    private readonly low: number,
    private readonly high: number,
  ) {
    const kernels = drawKernels(data.length);
    this.kernels = dtype === 'float64' ? plainOutsideDoubles : kernels;
    this.halves = dtype === 'float16' || dtype === 'bfloat16' ? { kernels, dtype } : undefined;
    this.perElement = dtype === 'float64' ? 2 : 1;
    this.capacity = this.kernels.capacity;
  }

  /** Looks at a piece; returns how many of its groups have a value outside. */
  look({ start, count, kept }: FillPiece): number {
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

  /** Redraws the values outside of the piece just looked at; returns whether one lies outside again. */
  redraw({ start, count, kept }: FillPiece, found: number, mean: number, std: number, source: WordSource): boolean {
    const { data, kernels, halves } = this;
    source.fillWords(kernels.words, count * this.perElement);
    kernels.gatherGroups(found);
    kernels.normal(found * NORMAL_GROUP, mean, std);
    halves?.kernels.encode(halves.dtype, found * NORMAL_GROUP);
    halves?.kernels.decode(halves.dtype, found * NORMAL_GROUP);
    const again = kernels.replaceOutside(found, this.low, this.high);
    if (halves !== undefined) {
      halves.kernels.numbers.set(kernels.values.subarray(0, kept));
      halves.kernels.encode(halves.dtype, kept);
      storeFront(halves.kernels.halves, kept, data as Uint16Array, start);
    } else storeFront(kernels.values, kept, data as Floats, start);
    return again;
  }
}
