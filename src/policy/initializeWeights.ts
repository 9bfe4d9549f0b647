import { PolicyError } from '../errors.js';
import { Module } from '../nn/Module.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import { applyPlan } from './applyPlan.js';
import { buildPlan } from './buildPlan.js';
import type { Policy } from './definePolicy.js';
import type { Report } from './Report.js';

/** Options of {@link initializeWeights}. */
export interface InitializeOptions {
  /** Where the numbers come from; the default generator when absent. */
  generator?: Generator | undefined;
}

/**
 * Initialises a model by a policy and reports what it did. Modules are visited once each in `modules()` order; the
 * first rule that matches a module claims it; a tied parameter is filled once. Everything that can fail is checked
 * before the first draw.
 * @throws PolicyError that lists everything that cannot be done; model and generator are then as they were
 */
export function initializeWeights(model: Module, policy: Policy, options: InitializeOptions = {}): Report {
  const { generator = defaultGenerator } = options;
  if (!(model instanceof Module)) {
    throw new PolicyError(`initializeWeights() takes an nn.Module first, found ${describe(model)}`);
  }
  if (!Array.isArray(policy?.rules)) {
    throw new PolicyError(
      `initializeWeights() takes a policy made by definePolicy() second, found ${describe(policy)}`,
    );
  }
  if (!(generator instanceof Generator)) {
    throw new PolicyError(`generator is a Generator, found ${describe(generator)}`);
  }
  return applyPlan(buildPlan(model, policy), generator);
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}
