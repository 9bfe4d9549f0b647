import type { WorkerPool } from './WorkerPool.js';

/**
 * Runs `body` with a pool, which has ended when the promise settles: no thread writes afterwards.
 * @param aborted makes the error for a signal that is aborted
 */
export async function withPool<T>(
  pool: WorkerPool,
  signal: AbortSignal | undefined,
  aborted: () => Error,
  body: () => Promise<T>,
): Promise<T> {
  const abort = () => pool.fail(aborted());
  try {
    if (signal?.aborted) throw aborted();
    signal?.addEventListener('abort', abort);
    return await body();
  } finally {
    signal?.removeEventListener('abort', abort);
    await pool.terminate();
  }
}
