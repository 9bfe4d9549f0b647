import type { Law } from '../../src/laws/Law.js';
import type { Errand } from '../../src/node/Errand.js';
import type { Shape } from '../../src/tensor/Shape.js';

/** What an errand draws. */
export interface ErrandDraw {
  readonly law: Law;
  readonly shape: Shape;
}

/** An errand that comes to nothing but for what a test says: a kilobyte of uniforms. */
export function errandOf(
  path: string,
  cost: number,
  { law, shape, ...rest }: Partial<Errand & ErrandDraw> = {},
): Errand {
  return {
    task: {
      start: 0,
      shape: shape ?? [250],
      law: law ?? { kind: 'uniform', from: 0, to: 1 },
      position: { words: 0, cachedFrom: null },
      zeros: [],
      dtype: 'float32',
      stream: { id: 0, kind: 'counter', seed: 0n, path },
      wantsState: false,
    },
    cost,
    path,
    memory: () => null,
    deliver: () => {},
    settle: () => {},
    ...rest,
  };
}
