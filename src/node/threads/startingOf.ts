import type { Worker } from 'node:worker_threads';
import type { RunContext } from '../../policy/RunContext.js';

/**
 * The function that starts a thread for a run; `null` if no other thread can draw its numbers, or if the program of the threads cannot be
 * loaded. Only Mersenne Twister and counter mode can move to another thread.
 */
export async function startingOf({ source, generator }: RunContext): Promise<(() => Worker) | null> {
  if (source.rng !== 'counter' && generator.engine !== 'mersenne') return null;
  const loaded = await import('./startFillWorker.js').catch(() => null);
  return loaded?.startFillWorker ?? null;
}
