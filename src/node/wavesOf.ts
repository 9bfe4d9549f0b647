import type { Parameter } from '../nn/Parameter.js';
import type { Assignment } from '../policy/Plan.js';
import { isDeferred } from '../tensor/deferredData.js';

/**
 * A plan's assignments in order, cut where one writes what one before it in the same wave has written: within a wave the
 * order does not matter, because no two write the same memory.
 */
export function* wavesOf(assignments: readonly Assignment[]): IterableIterator<Assignment[]> {
  let wave: Assignment[] = [];
  let written = new Written();
  for (const assignment of assignments) {
    const { law, parameter } = assignment;
    if (law.kind !== 'untouched' && !written.add(parameter)) {
      yield wave;
      wave = [];
      written = new Written();
      written.add(parameter);
    }
    wave.push(assignment);
  }
  yield wave;
}

/** The memory that a wave writes. */
class Written {
  private readonly ranges = new Map<object, [from: number, to: number][]>();

  /** Adds a parameter's elements; false if some of them are there already. */
  add(parameter: Parameter): boolean {
    // The elements of a deferred tensor are still to be made, so they are nobody else's.
    const isOwn = isDeferred(parameter);
    const buffer = isOwn ? parameter : parameter.data.buffer;
    const from = isOwn ? 0 : parameter.data.byteOffset;
    const to = isOwn ? 1 : from + parameter.data.byteLength;
    const others = this.ranges.get(buffer) ?? [];
    if (others.some(([start, end]) => from < end && start < to)) return false;
    this.ranges.set(buffer, [...others, [from, to]]);
    return true;
  }
}
