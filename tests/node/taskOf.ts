import type { Law } from '../../src/laws/Law.js';
import type { FillTask } from '../../src/node/threads/FillTask.js';
import type { PoolTask } from '../../src/node/threads/PoolTask.js';
import type { Shape } from '../../src/tensor/Shape.js';
import { numelOf } from '../../src/tensor/Shape.js';

/** What a task draws, and what a test adds to its callbacks. */
export interface TaskDraw {
  readonly law: Law;
  readonly shape: Shape;
  readonly onBegin: () => void;
}

let fills = 0;

/** A task without a tensor: 250 uniforms from a key. */
export function taskOf(
  path: string,
  cost: number,
  { law, shape = [250], onBegin = () => {}, ...rest }: Partial<PoolTask & TaskDraw> = {},
): PoolTask {
  const plain: FillTask = {
    fill: fills++,
    shape,
    law: law ?? { kind: 'uniform', from: 0, to: 1 },
    dtype: 'float32',
    source: { seed: 0n, offset: 0n },
    range: [0, numelOf(shape)],
    target: 'new',
    measures: 'moments',
  };
  return {
    cost,
    path,
    isLocal: false,
    held: 0,
    begin: () => {
      onBegin();
      return plain;
    },
    complete: () => {},
    ...rest,
  };
}
