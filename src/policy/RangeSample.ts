import type { MomentSums } from '../kernels/draw/sampleMoments.js';
import type { Range } from '../laws/LawOperations.js';
import type { DType, Storage } from '../numerics/DType.js';
import { readNumber } from '../numerics/numbers.js';
import { keptBefore, keptIndex, keptLength, MEASURED_PART, SampleBuilder } from './SampleBuilder.js';

/**
 * Measures a range of a tensor's elements, which arrive in pieces of any length, in order. The sums of all ranges of a tensor, joined in
 * order, are those that `SampleBuilder` makes of the whole tensor.
 */
export class RangeSample {
  /** The sums of each part of {@link MEASURED_PART} elements, in order. They are complete when the whole range has been added. */
  readonly parts: MomentSums[] = [];
  /** The elements of the range that are among the evenly spaced ones of the tensor; empty if they are not kept. */
  readonly values: number[] = [];
  private part: SampleBuilder | null = null;
  /** The index in the tensor of the next element. */
  private at: number;
  private readonly to: number;
  /** How many of the evenly spaced elements come before the next one to keep. */
  private kept: number;

  /**
   * @param length the number of elements of the tensor
   * @param range begins at a multiple of {@link MEASURED_PART}
   * @param keeps whether {@link values} are kept
   */
  constructor(
    private readonly length: number,
    private readonly dtype: DType,
    [from, to]: Range,
    private readonly keeps: boolean,
  ) {
    this.at = from;
    this.to = to;
    this.kept = keptBefore(from, length);
  }

  /** Adds the next elements of the range. */
  add(piece: Storage): void {
    if (this.keeps) this.keep(piece);
    for (let first = 0; first < piece.length; ) {
      const { at, to, dtype } = this;
      this.part ??= new SampleBuilder(Math.min(MEASURED_PART, to - at), dtype);
      const end = Math.min(piece.length, first + this.part.missing);
      this.part.add(first === 0 && end === piece.length ? piece : piece.subarray(first, end));
      this.at += end - first;
      first = end;
      if (!this.part.isComplete) continue;
      this.parts.push(this.part.sums());
      this.part = null;
    }
  }

  private keep(piece: Storage): void {
    const { length, at, dtype, values } = this;
    for (; this.kept < keptLength(length); this.kept++) {
      const index = keptIndex(this.kept, length) - at;
      if (index >= piece.length) return;
      values.push(readNumber(piece, dtype, index));
    }
  }
}
