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
 * The number of elements in one part of a sample. Each part is summed separately, and the sums are added up in order, so
 * that threads that measure parts of a tensor get exactly the same moments. One part takes a fraction of a millisecond,
 * and its decoded elements fit into the second-level cache.
 */
export const MEASURED_PART = 2 ** 16;

/** Mean, standard deviation, minimum and maximum of an array's elements, and the number that is not finite, in one pass. */
export function* measureSample(data: Storage, dtype: DType): Steps<SampleMoments> {
  return momentsOfParts(yield* sumParts(data, dtype));
}

/** The sums of each part of an array ({@link MEASURED_PART} elements), in order. */
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
