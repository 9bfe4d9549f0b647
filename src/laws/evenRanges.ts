import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { Range } from './LawOperations.js';

/** The ranges of `numel` elements that pieces of `size` have. The last piece may have up to 15 more. */
export function* evenRanges(numel: number, size: number): IterableIterator<Range> {
  for (let from = 0; from < numel; ) {
    const to = numel - from < size + NORMAL_GROUP ? numel : from + size;
    yield [from, to];
    from = to;
  }
}
