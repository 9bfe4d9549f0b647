import type { Module } from '../nn/Module.js';
import type { Generator } from '../random/Generator.js';
import type { Source } from './Report.js';

/** How far an initialisation has come. */
export interface Progress {
  /** The parameter that was just filled. */
  readonly path: string;
  /** Parameters filled, and how many there are. */
  readonly done: number;
  readonly total: number;
  /** Elements filled, and how many there are. */
  readonly elementsDone: number;
  readonly elementsTotal: number;
}

/** What a plan is carried out with. */
export interface Drawing {
  readonly model: Module;
  readonly source: Source;
  /** Where the numbers come from, without {@link counterSeed}. */
  readonly generator: Generator;
  /** The seed of counter mode, where every parameter has a generator of its own. */
  readonly counterSeed: bigint | null;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Is told the path of every parameter before it is written. */
  readonly onWrite?: ((path: string) => void) | undefined;
}
