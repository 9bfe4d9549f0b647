import { ArgumentError, describeValue } from '../../errors.js';
import type { Parameter } from '../../nn/Parameter.js';

/** Learning rates by state-dict key, or one for all parameters. */
export type LearningRates = number | ReadonlyMap<string, number>;

/** Writes one step into parameters, from their `grad`. Parameters without a gradient stay as they are. */
export type StepFunction = (parameters: Iterable<readonly [path: string, parameter: Parameter]>) => void;

/**
 * Checks learning rates, and returns a function that gives the rate of a parameter by its key.
 * @param caller the function whose option they are
 */
export function readRates(caller: string, rates: LearningRates): (path: string) => number {
  if (!(rates instanceof Map)) checkRate(`learningRates of ${caller}()`, rates);
  else for (const [path, rate] of rates) checkRate(`learningRates of ${caller}(), '${path}'`, rate);
  return (path) => {
    const rate = rates instanceof Map ? rates.get(path) : (rates as number);
    if (rate !== undefined) return rate;
    throw new ArgumentError(
      `learningRates of ${caller}(): expected a rate for '${path}', found rates for ${(rates as ReadonlyMap<string, number>).size} other parameters; add it, or give one number for all parameters`,
    );
  };
}

/** @throws ArgumentError unless a rate is a finite number ≥ 0 */
export function checkRate(name: string, rate: unknown): asserts rate is number {
  if (typeof rate === 'number' && rate >= 0 && rate < Infinity) return;
  throw new ArgumentError(`${name}: expected a finite number ≥ 0, found ${describeValue(rate)}`);
}
