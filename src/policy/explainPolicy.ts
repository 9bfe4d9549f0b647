import type { Module } from '../nn/Module.js';
import type { Policy } from './definePolicy.js';
import type { Plan } from './Plan.js';
import { type ExplainOptions, prepareRun } from './prepareRun.js';

/**
 * What a policy would do to a model, without drawing or writing: for every parameter its rule, initialiser, law, and place in
 * the random stream; and what stays as it is.
 * @throws PolicyError that lists everything that cannot be done
 */
export function explainPolicy(model: Module, policy: Policy, options: ExplainOptions = {}): Plan {
  return prepareRun('explainPolicy', model, policy, options).plan;
}
