import type { Module } from '../nn/Module.js';
import { finish } from '../random/Steps.js';
import { applyPlan } from './applyPlan.js';
import type { Policy } from './definePolicy.js';
import { type InitializeOptions, prepareRun } from './prepareRun.js';
import type { Report } from './Report.js';

/**
 * Initialises a model by a policy and reports what it did. Modules are visited once each, in the policy's order; the
 * first rule that matches a module claims it; a tied parameter is filled once. Everything that can fail is checked
 * before the first draw.
 * @throws PolicyError that lists everything that cannot be done; model and generator are then as they were
 */
export function initializeWeights(model: Module, policy: Policy, options: InitializeOptions = {}): Report {
  const { plan, drawing, restore } = prepareRun('initializeWeights', model, policy, options);
  try {
    return finish(applyPlan(plan, drawing));
  } catch (error) {
    restore();
    throw error;
  }
}
