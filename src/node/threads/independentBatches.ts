import type { Parameter } from '../../nn/Parameter.js';
import type { Assignment } from '../../policy/Plan.js';
import { memoryOf } from '../../tensor/deferredData.js';

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
    const { memory, from, to } = memoryOf(parameter);
    const others = this.ranges.get(memory) ?? [];
    if (others.some(([start, end]) => from < end && start < to)) return false;
    this.ranges.set(memory, [...others, [from, to]]);
    return true;
  }
}
