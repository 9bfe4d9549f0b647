import type { Law } from '../../src/laws/Law.js';
import type { Task } from '../../src/node/Task.js';
import type { Shape } from '../../src/tensor/Shape.js';

/** What a task draws. */
export interface TaskDraw {
  readonly law: Law;
  readonly shape: Shape;
}

/** A task without a tensor, except for what a test adds: a kilobyte of uniforms. */
export function taskOf(path: string, cost: number, { law, shape, ...rest }: Partial<Task & TaskDraw> = {}): Task {
  return {
    piece: {
      start: 0,
      shape: shape ?? [250],
      law: law ?? { kind: 'uniform', from: 0, to: 1 },
      position: { words: 0, cachedFrom: null },
      zeros: [],
      dtype: 'float32',
      source: { seed: 0n, offset: 0n },
      needsState: false,
    },
    cost,
    path,
    destination: () => null,
    receive: () => {},
    complete: () => {},
    ...rest,
  };
}
