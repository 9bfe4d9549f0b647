import { availableParallelism } from 'node:os';
import { AbortError, ArgumentError, describeValue, PolicyError } from '../errors.js';
import type { Module } from '../nn/Module.js';
import type { Policy } from '../policy/definePolicy.js';
import { checkSignal, type InitializeAsyncOptions, initializeWeightsAsync } from '../policy/initializeWeightsAsync.js';
import { prepareRun, RUN_DEFAULTS } from '../policy/prepareRun.js';
import type { Report } from '../policy/Report.js';
import { readOptions } from '../readOptions.js';
import { Crew } from './Crew.js';
import { MOST_WORKERS } from './mostWorkers.js';
import { ParallelRun } from './ParallelRun.js';

/** Options of {@link initializeWeightsParallel}. */
export interface InitializeParallelOptions extends InitializeAsyncOptions {
  /**
   * How many threads draw, the calling one among them, 1 to 256; as many as there are processors when absent. No more are
   * started than there is work for, and for 1 none.
   */
  workers?: number | undefined;
}

const NAME = 'initializeWeightsParallel';

/**
 * `initializeWeights` spread over threads: the same bits and the same report, whatever the number of workers. They
 * draw pieces of the large parameters and batches of the small ones. This thread is one of them, but first of all it copies
 * what the others have drawn into the model; it pauses as {@link initializeWeightsAsync} does, and reports progress in the
 * order in which parameters are done. The generator must not be used elsewhere meanwhile.
 *
 * Orthogonal and sparse matrices and truncated normals that may draw again are one piece each, and in PyTorch's stream
 * everything after such a truncated normal waits for it. Only the engine `'mersenne'` and counter mode can be drawn from in
 * another thread: with any other engine this is {@link initializeWeightsAsync}.
 * @throws ArgumentError for another number of workers · PolicyError as {@link initializeWeights} · AbortError if the signal
 * is aborted · StateError if a thread dies; the generator is then where it was
 */
export async function initializeWeightsParallel(
  model: Module,
  policy: Policy,
  options: InitializeParallelOptions = {},
): Promise<Report> {
  const { workers, ...others } = readOptions(
    NAME,
    options,
    { ...RUN_DEFAULTS, signal: undefined, workers: availableParallelism() },
    PolicyError,
  );
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS)) {
    throw new ArgumentError(`workers is an integer from 1 to ${MOST_WORKERS}, found ${describeValue(workers)}`);
  }
  checkSignal(others.signal);
  const starting = await import('./startFillWorker.js').catch(() => null);
  const isPortable = others.rng === 'counter' || others.generator?.engine === 'mersenne';
  if (starting === null || !isPortable) return initializeWeightsAsync(model, policy, others);
  return runInParallel(model, policy, others, new Crew(workers, starting.startFillWorker));
}

/** Does it with a crew, which is dismissed in the end. */
export async function runInParallel(
  model: Module,
  policy: Policy,
  { signal, ...options }: InitializeAsyncOptions,
  crew: Crew,
): Promise<Report> {
  const { plan, drawing, restore } = prepareRun(NAME, model, policy, options);
  const run = new ParallelRun(plan, drawing, crew);
  const abort = () => crew.fail(new AbortError(run.written, signal?.reason));
  try {
    if (signal?.aborted) throw new AbortError([], signal.reason);
    signal?.addEventListener('abort', abort);
    return await run.finish();
  } catch (error) {
    restore();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    await crew.dismiss();
  }
}
