import { describe, expect, it } from '@jest/globals';
import { bytesAtOnce } from '../../src/laws/bytesAtOnce.js';
import type { Law } from '../../src/laws/Law.js';
import { normalLaw } from '../../src/laws/normal.js';
import { orthogonalLaw } from '../../src/laws/orthogonal.js';
import { tasksOf } from '../../src/node/threads/buildTasks.js';

const fill = (law: Law, isHeld: boolean, range?: readonly [number, number]) =>
  tasksOf({
    id: 0,
    path: 'weight',
    law,
    shape: [2000, 1000],
    dtype: 'float32',
    source: { seed: 0n, offset: 0n },
    range,
    destination: { isLocal: false, isWhole: false, isHeld, targetOf: () => 'new' },
    measures: 'moments',
    onRange: () => {},
    onEnd: () => {},
  });

describe('tasksOf', () => {
  it('counts what a thread holds while it draws a matrix as a whole into a file, and nothing in memory', () => {
    const [held] = fill(orthogonalLaw(1), true).tasks();
    expect(held.held).toBe(bytesAtOnce(orthogonalLaw(1), [2000, 1000], 'float32', 'key'));
    expect(held.held).toBeGreaterThanOrEqual(8e6);
    expect(fill(orthogonalLaw(1), false).tasks()[0].held).toBe(0);
    expect(
      fill(normalLaw(0, 1), true)
        .tasks()
        .map((task) => task.held),
    ).toEqual([0, 0]);
  });

  it('has about the cost of its tasks, also of a part', () => {
    for (const range of [undefined, [100_000, 1_500_000] as const]) {
      const group = fill(normalLaw(0, 1), true, range);
      const sum = group.tasks().reduce((total, { cost }) => total + cost, 0);
      expect(Math.abs(group.cost / sum - 1)).toBeLessThan(0.1);
    }
  });
});
