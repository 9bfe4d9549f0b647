import { fillLawSteps } from '../init/fillLaw.js';
import { materializeSteps } from '../nn/deferInit.js';
import { generatorOf } from '../random/generatorOf.js';
import type { Steps } from '../random/Steps.js';
import { measureSample } from './measureSample.js';
import type { Assignment, Plan } from './Plan.js';
import type { Report } from './Report.js';
import { ReportBuilder } from './ReportBuilder.js';
import type { RunContext } from './RunContext.js';

/** Carries out a plan in steps of a few milliseconds. Only this function and the parallel run write what a policy assigns. */
export function* applyPlan(plan: Plan, context: RunContext): Steps<Report> {
  const { model, generator, onWrite } = context;
  const results = new ReportBuilder(plan, context);
  const kept: Assignment[] = [];
  for (const assignment of plan.assignments) {
    const { path, parameter, dtype, law, key } = assignment;
    const before = generator.wordsDrawn;
    if (law.kind !== 'untouched') onWrite?.(path);
    yield* fillLawSteps(parameter, law, key === null ? generator : generatorOf(key));
    if (law.kind === 'untouched') kept.push(assignment);
    else results.describe(assignment, generator.wordsDrawn - before, yield* measureSample(parameter.data, dtype));
    results.advance(assignment);
  }
  // A kept parameter of a deferred model can be materialized only after all other parameters were overwritten.
  yield* materializeSteps(model);
  for (const assignment of kept) {
    results.describe(assignment, 0, yield* measureSample(assignment.parameter.data, assignment.dtype));
  }
  return results.build();
}
