import { AbortError, describeValue, PolicyError } from '../errors.js';
import type { Module } from '../nn/Module.js';
import { finishWithPauses } from '../random/Steps.js';
import { readOptions } from '../readOptions.js';
import { applyPlan } from './applyPlan.js';
import type { Policy } from './definePolicy.js';
import { type InitializeOptions, prepareRun, RUN_DEFAULTS } from './prepareRun.js';
import type { Report } from './Report.js';

/** Options of {@link initializeWeightsAsync}. */
export interface InitializeAsyncOptions extends InitializeOptions {
  /** Stops the run when it is aborted. */
  signal?: AbortSignal | undefined;
}

const NAME = 'initializeWeightsAsync';

/**
 * {@link initializeWeights} for programs that must stay responsive: the same bits, with a pause at least every 50 ms, and
 * to be cancelled by a signal. The generator must not be used elsewhere meanwhile.
 * @throws PolicyError as {@link initializeWeights} · AbortError if the signal is aborted: the generator is then where it
 * was, and the error lists which parameters were written
 */
export async function initializeWeightsAsync(
  model: Module,
  policy: Policy,
  options: InitializeAsyncOptions = {},
): Promise<Report> {
  const { signal, ...others } = readOptions(NAME, options, { ...RUN_DEFAULTS, signal: undefined }, PolicyError);
  checkSignal(signal);
  const { plan, drawing, restore } = prepareRun(NAME, model, policy, others);
  const written: string[] = [];
  const steps = applyPlan(plan, { ...drawing, onWrite: (path) => void written.push(path) });
  const check = () => {
    if (signal?.aborted) throw new AbortError(written, signal.reason);
  };
  try {
    return await finishWithPauses(steps, check);
  } catch (error) {
    restore();
    throw error;
  }
}

/** @throws PolicyError unless it can stop a run */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || typeof signal?.aborted === 'boolean') return;
  throw new PolicyError(`signal is an AbortSignal, such as controller.signal, found ${describeValue(signal)}`);
}
