import type { FillTask, TaskResult } from './FillTask.js';

/** A task of a pool, and the callbacks that use the result. */
export interface PoolTask {
  /** The estimated duration in nanoseconds. */
  readonly cost: number;
  /** The path of the parameter that the task belongs to. */
  readonly path: string;
  /** Whether only the calling thread can draw it, because the memory is not shared. */
  readonly isLocal: boolean;
  /** The bytes that the thread holds while it draws, because no part of the elements can be drawn alone; 0 if pieces are drawn. */
  readonly held: number;
  /** Called when a thread gets the task. Returns what it draws, or `null` if nobody needs the elements any more. */
  readonly begin: () => FillTask | null;
  /** Called when the elements are where they belong, or in the result. */
  readonly complete: (result: TaskResult) => void;
}

/** The tasks of a fill, in the order of the stream. A large model has a hundred thousand, so they are made when a thread reaches the fill. */
export interface TaskGroup extends Pick<PoolTask, 'cost' | 'isLocal'> {
  readonly tasks: () => readonly PoolTask[];
}

/** What a pool is given to do. */
export type PoolWork = PoolTask | TaskGroup;
