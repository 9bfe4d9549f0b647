import {
  accumulateMoments,
  createMomentSums,
  type MomentSums,
  momentsOfParts,
  type SampleMoments,
} from '../kernels/draw/sampleMoments.js';
import type { DType, Storage } from '../numerics/DType.js';
import type { Steps } from '../random/Steps.js';

/**
 * Elements that are summed by themselves before their sums are added up in order, so that a sample that was measured in
 * parts has the very same moments. A fraction of a millisecond, decoded in the second-level cache.
 */
export const MEASURED_PART = 2 ** 16;

/** What the elements of an array are like, in one pass over it. */
export function* measureSample(data: Storage, dtype: DType): Steps<SampleMoments> {
  return momentsOfParts(yield* sumParts(data, dtype));
}

/** The sums of each {@link MEASURED_PART} of an array, in order. */
export function* sumParts(data: Storage, dtype: DType): Steps<MomentSums[]> {
  const parts: MomentSums[] = [];
  for (let start = 0; start < data.length; start += MEASURED_PART) {
    const sums = createMomentSums();
    accumulateMoments(data.subarray(start, start + MEASURED_PART), dtype, sums);
    parts.push(sums);
    yield;
  }
  return parts;
}
