import { AbortError, describeValue, PolicyError } from '../errors.js';
import type { Module } from '../nn/Module.js';
import { finishWithPauses } from '../random/Steps.js';
import type { Signature } from '../readArguments.js';
import { noteWritten } from './abortable.js';
import { applyPlan } from './applyPlan.js';
import { runExclusively } from './claimRun.js';
import type { Policy } from './definePolicy.js';
import type { Plan } from './Plan.js';
import { type Absent, type InitializeOptions, prepareRun, RUN, type Run, readRun } from './prepareRun.js';
import type { Report } from './Report.js';
import type { RunContext } from './RunContext.js';

/** Options of {@link initializeWeightsAsync}. */
export interface InitializeAsyncOptions extends InitializeOptions {
  /** Cancels the run when it is aborted. Default: the run cannot be cancelled. */
  signal?: AbortSignal | undefined;
}

/** How a run with pauses reads its arguments. */
export const ASYNC_RUN: Signature<InitializeAsyncOptions, Absent | 'signal'> = {
  ...RUN,
  defaults: { ...RUN.defaults, signal: undefined },
};

const NAME = 'initializeWeightsAsync';

/**
 * Initialises a model as {@link initializeWeights} does, with the same bits, and pauses at least every 50 ms so that the
 * program stays responsive.
 *
 * Until the promise settles, the run has its generator and the parameters that it writes for itself. Whatever else would
 * move the generator throws a StateError: another run, a draw, the construction of a layer, `manualSeed`. What reads it
 * (`getState`, `clone`) gives its state before the run. Runs that are to overlap need a generator each.
 * @param model the model; its parameters are written in place
 * @param policy a policy of `definePolicy`, a preset, `extendPolicy` or `sequence`
 * @param options the options of {@link initializeWeights}, and `signal` (default: none)
 * @throws PolicyError as {@link initializeWeights}
 * @throws StateError if another run uses the generator, or is writing one of the parameters
 * @throws AbortError if the signal is aborted, or if `onProgress` throws, whose error is then the `cause`. The generator is then
 *   unchanged, and `written` lists the parameters that have been written.
 * @example
 * ```ts
 * import { initializeWeightsAsync, manualSeed, nn, presets } from 'initree';
 * manualSeed(0);
 * const model = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.BatchNorm2d(4), new nn.Flatten(), new nn.Linear(16, 2));
 * const report = await initializeWeightsAsync(model, presets.lenet5(), { signal: AbortSignal.timeout(60_000) });
 * console.log(report.entries.length, report.uncovered); // 6 []
 * ```
 */
export async function initializeWeightsAsync(
  model: Module,
  policy: Policy,
  options?: InitializeAsyncOptions,
): Promise<Report> {
  const { signal, ...run } = readRun(NAME, arguments, ASYNC_RUN);
  return runAsync(prepareRun(NAME, model, policy, run), checkSignal(signal));
}

/**
 * Returns the option `signal` if it is an AbortSignal or undefined.
 * @throws PolicyError otherwise
 */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.aborted === 'boolean') return signal;
  throw new PolicyError(`signal: expected an AbortSignal such as controller.signal, found ${describeValue(signal)}`);
}

/** Carries out a prepared run with pauses. */
export function runAsync(run: Run, signal: AbortSignal | undefined): Promise<Report> {
  return runExclusively(run, signal, (context) => applyWithPauses(run.plan, context, signal));
}

/** Carries out a plan with pauses. */
export function applyWithPauses(plan: Plan, context: RunContext, signal: AbortSignal | undefined): Promise<Report> {
  const { written, context: noting } = noteWritten(context);
  return finishWithPauses(applyPlan(plan, noting), () => {
    if (signal?.aborted) throw new AbortError(written, signal.reason);
  });
}
