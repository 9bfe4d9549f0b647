import type { Module } from '../nn/Module.js';
import type { Policy } from './definePolicy.js';
import type { Plan } from './Plan.js';
import { type ExplainOptions, prepareRun, RUN, readRun } from './prepareRun.js';

/**
 * Computes what a policy would do to a model, without a draw or a write. The plan has the rule, the initialiser, the
 * expected moments and the position in the random stream of every parameter, and lists the parameters that stay unchanged.
 * @param options the options of the run that is planned; the generator does not move
 * @throws PolicyError that lists all assignments that are impossible
 * @throws PolicyError if `strict` is true and the plan has uncovered parameters or rules without effect
 * @example
 * ```ts
 * import { definePolicy, explainPolicy, init, nn, rule } from 'initree';
 * const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.uniform(-1, 1), bias: init.zeros() })]);
 * const plan = explainPolicy(new nn.Sequential(new nn.Linear(3, 2), new nn.Linear(2, 2)), policy);
 * const last = plan.assignments[2];
 * console.log(last.path, String(last.initializer), last.words, last.place?.words); // 1.weight uniform(a=-1, b=1) 4 6
 * console.log(plan.words); // 10
 * ```
 */
export function explainPolicy(model: Module, policy: Policy, options?: ExplainOptions): Plan {
  return prepareRun('explainPolicy', model, policy, readRun('explainPolicy', arguments, RUN)).plan;
}
