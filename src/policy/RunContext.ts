import type { Module } from '../nn/Module.js';
import type { Generator } from '../random/Generator.js';
import type { Checkpoint, Source } from './Report.js';

/** The progress of a run. */
export interface Progress {
  /** State-dict key of the parameter that was filled last. */
  readonly path: string;
  /** The number of parameters that are filled, that one included. */
  readonly done: number;
  /** The number of parameters that the run fills or keeps. */
  readonly total: number;
  /** The number of elements of the filled parameters. */
  readonly elementsDone: number;
  /** The number of elements of all these parameters. */
  readonly elementsTotal: number;
}

/** Everything besides the plan that a run requires. */
export interface RunContext {
  readonly model: Module;
  readonly source: Source;
  /** The generator that the run draws from. In counter mode the assignments have keys instead. */
  readonly generator: Generator;
  /** What the run takes from a checkpoint. */
  readonly checkpoint?: Checkpoint | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called with the path of each parameter before it is written. */
  readonly onWrite?: ((path: string) => void) | undefined;
}
