import type { Module } from '../nn/Module.js';
import { finish } from '../random/Steps.js';
import { noteWritten } from './abortable.js';
import { applyPlan } from './applyPlan.js';
import { claimRun } from './claimRun.js';
import type { Policy } from './definePolicy.js';
import { type InitializeOptions, prepareRun, RUN, readRun } from './prepareRun.js';
import type { Report } from './Report.js';

/**
 * Initialises the parameters of a model by a policy, and reports what it did. It visits each module once, in the policy's
 * order. The first rule that matches a module claims it. A tied parameter is filled once, unless the policy says otherwise. All
 * checks run before the first draw.
 * @param options `generator` (default: the default generator), `rng` (default: `'torch'`), `seed` (for `rng: 'counter'`),
 *   `strict` (default: `'warn'`), `onlyMissing` (default: false), `frozen` (default: `'initialize'`), `onProgress`; see
 *   {@link InitializeOptions}
 * @throws PolicyError that lists all assignments that are impossible. The model and the generator are unchanged.
 * @throws PolicyError for an invalid argument, and for uncovered parameters if `strict` is true. They are unchanged as well.
 * @throws StateError if another run uses the generator, or is writing one of the parameters. They are unchanged as well.
 * @throws AbortError if `onProgress` throws, whose error is then the `cause`. The generator is then unchanged, and `written` lists the
 *   parameters that have been written.
 * @example
 * ```ts
 * import { definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';
 * const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.normal(0, 0.01), bias: init.zeros() })]);
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * manualSeed(0);
 * const report = initializeWeights(model, policy);
 * console.log(report.entries.map(({ path, words }) => `${path}: ${words}`).join(', ')); // 0.weight: 32, 0.bias: 0, 2.weight: 16, 2.bias: 0
 * ```
 */
export function initializeWeights(model: Module, policy: Policy, options?: InitializeOptions): Report {
  const run = prepareRun('initializeWeights', model, policy, readRun('initializeWeights', arguments, RUN));
  const claim = claimRun(run, 'wait until the run has ended');
  try {
    const report = finish(applyPlan(run.plan, noteWritten(claim.context).context));
    claim.accept();
    return report;
  } finally {
    claim.end();
  }
}
