import type { Moments } from '../init/expectedMoments.js';
import type { DType, Storage } from '../kernels/DType.js';
import { accumulateMoments, createMomentSums, momentsOf } from '../kernels/sampleMoments.js';
import type { Steps } from '../random/Steps.js';

/** Elements looked at between two steps: a fraction of a millisecond, decoded in the second-level cache. */
const PIECE = 2 ** 16;

/** Mean, standard deviation, minimum and maximum of an array in one pass over it; NaN where there is too little. */
export function* measureSample(data: Storage, dtype: DType): Steps<Moments> {
  const sums = createMomentSums();
  for (let start = 0; start < data.length; start += PIECE) {
    accumulateMoments(data.subarray(start, start + PIECE), dtype, sums);
    yield;
  }
  return momentsOf(sums);
}
