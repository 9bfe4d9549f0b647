import { availableParallelism } from 'node:os';
import { AbortError, ArgumentError, describeValue } from '../../errors.js';
import type { Module } from '../../nn/Module.js';
import { abortable } from '../../policy/abortable.js';
import { runExclusively } from '../../policy/claimRun.js';
import type { Policy } from '../../policy/definePolicy.js';
import {
  ASYNC_RUN,
  applyWithPauses,
  checkSignal,
  type InitializeAsyncOptions,
} from '../../policy/initializeWeightsAsync.js';
import type { Plan } from '../../policy/Plan.js';
import { type Absent, prepareRun, type Run, readRun } from '../../policy/prepareRun.js';
import type { Report } from '../../policy/Report.js';
import type { RunContext } from '../../policy/RunContext.js';
import { checkWorkers } from './checkWorkers.js';
import { chooseMemory, type TensorMemory } from './memoryDestination.js';
import { ParallelRun } from './ParallelRun.js';
import { startingOf } from './startingOf.js';
import { WorkerPool } from './WorkerPool.js';
import { withPool } from './withPool.js';

/** Options of {@link initializeWeightsParallel}. */
export interface InitializeParallelOptions extends InitializeAsyncOptions {
  /**
   * The maximum number of threads that draw, the calling thread included, in [1, 256]; default: the number of processors.
   * A thread starts only if there is enough work for it, so 1 starts none.
   */
  workers?: number | undefined;
  /**
   * The memory that deferred parameters and buffers get. `'private'`: ordinary arrays. One thread draws a tensor. `'shared'`: arrays over
   * a `SharedArrayBuffer`. All threads draw a large tensor; `postMessage` shares it with the other thread instead of copying it, and it
   * cannot be transferred. A tensor that has memory keeps it. Default: `'private'`.
   */
  memory?: 'private' | 'shared' | undefined;
}

const NAME = 'initializeWeightsParallel';

/**
 * `initializeWeights` on several threads: the same bits and the same report for any number of threads.
 *
 * A thread draws to where the elements belong, and nobody copies them. In shared memory (`memory: 'shared'`) all threads draw a large
 * tensor together. In private memory, the default, one thread draws a deferred tensor and hands its array over; what has private memory
 * already is drawn by the calling thread. So build the model in `nn.deferInit`. The calling thread draws too, and pauses as
 * `initializeWeightsAsync` does. `onProgress` is called in the order in which the parameters are finished. Until the promise settles, the
 * run has its generator and the parameters that it writes for itself, as with `initializeWeightsAsync`.
 *
 * Orthogonal and sparse matrices cannot be cut into ranges. In PyTorch's stream all later parameters wait for a truncated normal that may
 * draw again; several threads draw it if it has more than a million elements. Only the engine `'mersenne'` and counter
 * mode can move to another thread; with another engine, this function does the same as `initializeWeightsAsync`.
 * @param model the model; its parameters are written in place
 * @param policy a policy of `definePolicy`, a preset, `extendPolicy` or `sequence`
 * @param options the options of `initializeWeightsAsync`; `workers`: the number of threads, an integer in [1, 256] (default: the number of
 *   processors); `memory`: `'private'` (default) or `'shared'`; see {@link InitializeParallelOptions}
 * @returns the report of `initializeWeights`
 * @throws ArgumentError if `workers` is not an integer in [1, 256], or for another `memory`.
 * @throws PolicyError in the cases of `initializeWeights`.
 * @throws StateError if another run uses the generator, or is writing one of the parameters.
 * @throws AbortError if the signal is aborted, or if `onProgress` throws. The generator is then at its old position, and the
 *   error lists the parameters that were written.
 * @throws StateError if a thread dies. The generator is then at its old position.
 * @example
 * ```ts
 * import { init, manualSeed, nn, definePolicy, rule } from 'initree';
 * import { initializeWeightsParallel } from 'initree/node';
 * manualSeed(0);
 * const model = nn.deferInit(() => new nn.Linear(3, 2));
 * const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.xavierUniform(), bias: init.zeros() })]);
 * const report = await initializeWeightsParallel(model, policy, { workers: 2 });
 * console.log(report.entries.map(({ path, count }) => `${path}: ${count}`)); // [ 'weight: 6', 'bias: 2' ]
 * ```
 */
export async function initializeWeightsParallel(
  model: Module,
  policy: Policy,
  options?: InitializeParallelOptions,
): Promise<Report> {
  const { workers, memory, signal, ...run } = readRun<InitializeParallelOptions, Absent | 'signal'>(NAME, arguments, {
    ...ASYNC_RUN,
    defaults: { ...ASYNC_RUN.defaults, workers: availableParallelism(), memory: 'private' },
  });
  checkWorkers(workers);
  if (memory !== 'private' && memory !== 'shared') {
    throw new ArgumentError(`expected memory to be 'private' or 'shared', found ${describeValue(memory)}`);
  }
  return runInThreads(prepareRun(NAME, model, policy, run), workers, memory, checkSignal(signal));
}

/**
 * Carries out a prepared run in at most `workers` threads. If threads are not possible, it runs in this thread alone.
 * @param memory which memory deferred tensors get
 */
function runInThreads(
  run: Run,
  workers: number,
  memory: TensorMemory,
  signal: AbortSignal | undefined,
): Promise<Report> {
  return runExclusively(run, signal, async (context) => {
    chooseMemory(context.model, memory);
    const starting = await startingOf(context);
    if (starting === null) return applyWithPauses(run.plan, context, signal);
    return runInPool(run.plan, context, new WorkerPool(workers, starting), signal);
  });
}

/** Carries out a plan in a pool, and terminates the pool at the end. */
export async function runInPool(
  plan: Plan,
  context: RunContext,
  pool: WorkerPool,
  signal: AbortSignal | undefined,
): Promise<Report> {
  const onProgress = abortable(context.onProgress, () => run.written);
  const run: ParallelRun = new ParallelRun(plan, { ...context, onProgress }, pool);
  return withPool(
    pool,
    signal,
    () => new AbortError(run.written, signal?.reason),
    () => run.execute(),
  );
}
