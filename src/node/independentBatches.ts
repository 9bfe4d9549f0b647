import type { Parameter } from '../nn/Parameter.js';
import type { Assignment } from '../policy/Plan.js';
import { isDeferred } from '../tensor/deferredData.js';

/**
 * Splits the assignments of a plan into batches, in order. No two assignments of a batch write the same memory, so the
 * assignments of a batch may run in any order; a batch must end before the next one starts.
 */
export function* independentBatches(assignments: readonly Assignment[]): IterableIterator<Assignment[]> {
  let batch: Assignment[] = [];
  let written = new WrittenMemory();
  for (const assignment of assignments) {
    const { law, parameter } = assignment;
    if (law.kind !== 'untouched' && !written.add(parameter)) {
      yield batch;
      batch = [];
      written = new WrittenMemory();
      written.add(parameter);
    }
    batch.push(assignment);
  }
  yield batch;
}

/** The memory that a batch writes. */
class WrittenMemory {
  private readonly ranges = new Map<object, [from: number, to: number][]>();

  /** Adds the memory of a parameter; returns false if the batch already writes a part of it. */
  add(parameter: Parameter): boolean {
    // A deferred tensor has no memory yet, so it cannot share any.
    const isUnshared = isDeferred(parameter);
    const buffer = isUnshared ? parameter : parameter.data.buffer;
    const from = isUnshared ? 0 : parameter.data.byteOffset;
    const to = isUnshared ? 1 : from + parameter.data.byteLength;
    const others = this.ranges.get(buffer) ?? [];
    if (others.some(([start, end]) => from < end && start < to)) return false;
    this.ranges.set(buffer, [...others, [from, to]]);
    return true;
  }
}
