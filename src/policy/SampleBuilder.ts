import {
  accumulateMoments,
  addMoments,
  clearMomentSums,
  createMomentSums,
  type MomentSums,
  momentsOf,
  type SampleMoments,
} from '../kernels/draw/sampleMoments.js';
import type { Range } from '../laws/LawOperations.js';
import { createStorage, type DType, type Storage } from '../numerics/DType.js';
import { createNumbers, type Floats, readNumber } from '../numerics/numbers.js';

/**
 * The number of elements in one part of a sample. Each part is summed separately, and the sums are added up in order, so
 * that threads that measure parts of a tensor get exactly the same moments. One part takes a fraction of a millisecond,
 * and its decoded elements fit into the second-level cache.
 */
export const MEASURED_PART = 2 ** 16;
/** The most values of a sample that are kept for the comparison with a distribution. */
const KEPT = 1024;
/** Elements that are added together: the sums of {@link accumulateMoments} take turns. */
const TURN = 4;

/** What was measured of a range of a tensor's elements. */
export interface MeasuredRange {
  /** The range begins at a multiple of {@link MEASURED_PART}, and ends at one or with the tensor. */
  readonly range: Range;
  /** The sums of each part of {@link MEASURED_PART} elements, in order. */
  readonly parts: readonly MomentSums[];
  /** The elements of the range that are among the evenly spaced ones of the tensor; empty if they are not kept. */
  readonly values: readonly number[];
}

/**
 * Measures the elements of a tensor, which arrive in pieces of any length, in order, so that each piece is measured while it is
 * in the cache. The moments do not depend on the pieces.
 */
export class SampleBuilder {
  private readonly total = createMomentSums();
  private readonly part = createMomentSums();
  /** The elements after the last whole turn of a piece. */
  private readonly rest: Storage;
  private resting = 0;
  private count = 0;
  private readonly kept: Floats | null;
  private keptCount = 0;

  /**
   * @param length the number of elements of the tensor
   * @param keeps whether {@link values} are kept. Default: no.
   */
  constructor(
    readonly length: number,
    private readonly dtype: DType,
    keeps = false,
  ) {
    this.rest = createStorage(dtype, TURN);
    this.kept = keeps ? (createNumbers(dtype, keptLength(length)) as Floats) : null;
  }

  /** Whether all elements of the tensor have been added. */
  get isComplete(): boolean {
    return this.count === this.length;
  }

  /** Adds the next elements of the tensor. */
  add(piece: Storage): void {
    this.keep(piece);
    const { part } = this;
    for (let from = 0; from < piece.length; ) {
      from += this.addSome(piece, from);
      if (part.count < MEASURED_PART) continue;
      addMoments(this.total, part);
      clearMomentSums(part);
    }
    this.count += piece.length;
  }

  /**
   * Adds the next elements as threads have measured them. What they measured of elements that were added before is left out.
   * @param measured of a range of the tensor
   * @returns whether the range has the next elements
   */
  addMeasured({ range: [from, to], parts, values }: MeasuredRange): boolean {
    const known = (this.count - from) / MEASURED_PART;
    if (!(Number.isInteger(known) && known >= 0 && this.count < to)) return false;
    for (const sums of parts.slice(known)) addMoments(this.total, sums);
    this.count = to;
    const { kept, length } = this;
    if (kept !== null) {
      const end = keptBefore(to, length);
      kept.set(values.slice(values.length - (end - this.keptCount)), this.keptCount);
      this.keptCount = end;
    }
    return true;
  }

  /** The number of elements that have not been added yet. */
  get missing(): number {
    return this.length - this.count;
  }

  /** Mean, standard deviation, bounds, and the number of elements that are not finite. It is called once, at the end. */
  moments(): SampleMoments {
    return momentsOf(this.sums());
  }

  /** The sums that {@link moments} are made of. They are asked for once, at the end. */
  sums(): MomentSums {
    const { total, part, rest, resting, dtype } = this;
    if (resting > 0) accumulateMoments(rest.subarray(0, resting), dtype, part);
    addMoments(total, part);
    return total;
  }

  /** Up to 1,024 evenly spaced elements, exactly; `null` if they are not kept. */
  get values(): Floats | null {
    return this.kept;
  }

  /** Adds elements of a piece from an index on. Returns their number. */
  private addSome(piece: Storage, from: number): number {
    const { part, rest, dtype } = this;
    const left = piece.length - from;
    const whole = Math.min(MEASURED_PART - part.count, left - (left % TURN));
    if (this.resting === 0 && whole > 0) {
      accumulateMoments(whole === piece.length ? piece : piece.subarray(from, from + whole), dtype, part);
      return whole;
    }
    const taken = Math.min(TURN - this.resting, left);
    rest.set(piece.subarray(from, from + taken) as never, this.resting);
    this.resting += taken;
    if (this.resting === TURN) {
      accumulateMoments(rest, dtype, part);
      this.resting = 0;
    }
    return taken;
  }

  private keep(piece: Storage): void {
    const { kept, length, count, dtype } = this;
    if (kept === null) return;
    for (; this.keptCount < kept.length; this.keptCount++) {
      const index = keptIndex(this.keptCount, length) - count;
      if (index >= piece.length) return;
      kept[this.keptCount] = readNumber(piece, dtype, index);
    }
  }
}

/** How many evenly spaced elements of a sample are kept. */
export function keptLength(length: number): number {
  return Math.min(KEPT, length);
}

/** The index in the sample of the element that is kept as number `i`. */
export function keptIndex(i: number, length: number): number {
  return Math.floor((i * length) / keptLength(length));
}

/** How many of the elements that are kept come before an index of the sample. */
export function keptBefore(index: number, length: number): number {
  let count = Math.max(0, Math.ceil((index * keptLength(length)) / length) - 1);
  while (count < keptLength(length) && keptIndex(count, length) < index) count++;
  return count;
}

/** Up to 1,024 evenly spaced elements of an array. */
export function evenlySpaced(data: Storage, dtype: DType): Floats {
  const n = keptLength(data.length);
  const values = createNumbers(dtype, n) as Floats;
  for (let i = 0; i < n; i++) values[i] = readNumber(data, dtype, keptIndex(i, data.length));
  return values;
}
