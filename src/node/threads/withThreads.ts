import type { RunContext } from '../../policy/RunContext.js';
import { startingOf } from './startingOf.js';
import { WorkerPool } from './WorkerPool.js';
import { withPool } from './withPool.js';

/**
 * Runs `body` with a pool of at most `workers` threads, which has ended when the promise settles; with `null` for one thread, and where
 * other threads are not possible.
 * @param aborted makes the error for a signal that is aborted
 * @param body receives the pool, and a function that throws the error with which the work has ended
 */
export async function withThreads<T>(
  workers: number,
  context: RunContext,
  signal: AbortSignal | undefined,
  aborted: () => Error,
  body: (pool: WorkerPool | null, check: () => void) => Promise<T>,
): Promise<T> {
  const starting = workers === 1 ? null : await startingOf(context);
  if (starting === null) {
    return body(null, () => {
      if (signal?.aborted) throw aborted();
    });
  }
  const pool = new WorkerPool(workers, starting);
  return withPool(pool, signal, aborted, () => body(pool, () => pool.check()));
}
