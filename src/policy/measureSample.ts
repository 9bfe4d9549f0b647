import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import type { DType, Storage } from '../numerics/DType.js';
import type { Steps } from '../random/Steps.js';
import { MEASURED_PART, SampleBuilder } from './SampleBuilder.js';

/** Mean, standard deviation, minimum and maximum of an array's elements, and the number that is not finite, in one pass. */
export function* measureSample(data: Storage, dtype: DType): Steps<SampleMoments> {
  const sample = new SampleBuilder(data.length, dtype);
  yield* addAll(sample, data);
  return sample.moments();
}

/** Adds an array to a sample, a part at a time. */
export function* addAll(sample: SampleBuilder, data: Storage): Steps {
  for (let start = 0; start < data.length; start += MEASURED_PART) {
    sample.add(data.subarray(start, start + MEASURED_PART));
    yield;
  }
}
