import type { FillTask, TaskResult } from './FillTask.js';

/** A task of a pool, and the callbacks that use the result. */
export interface PoolTask {
  /** The estimated duration in nanoseconds. */
  readonly cost: number;
  /** The path of the parameter that the task belongs to. */
  readonly path: string;
  /** Whether only the calling thread can draw it, because the memory is not shared. */
  readonly isLocal: boolean;
  /** Called when a thread gets the task. Returns what it draws, or `null` if nobody needs the elements any more. */
  readonly begin: () => FillTask | null;
  /** Called when the elements are where they belong, or in the result. */
  readonly complete: (result: TaskResult) => void;
}
