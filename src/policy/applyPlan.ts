import { fillLawSteps } from '../init/fillLaw.js';
import { materializeSteps } from '../nn/deferInit.js';
import { counterGenerator } from '../random/counterGenerator.js';
import type { Steps } from '../random/Steps.js';
import type { Drawing } from './Drawing.js';
import { measureSample } from './measureSample.js';
import type { Assignment, Plan } from './Plan.js';
import type { Report } from './Report.js';
import { ReportBuilder } from './ReportBuilder.js';

/** Carries out a plan, in pieces of a few milliseconds: one of the two places where a policy writes. */
export function* applyPlan(plan: Plan, drawing: Drawing): Steps<Report> {
  const { model, generator, counterSeed, onWrite } = drawing;
  const results = new ReportBuilder(plan, drawing);
  const kept: Assignment[] = [];
  for (const assignment of plan.assignments) {
    const { path, parameter, dtype, law } = assignment;
    const own = counterSeed === null ? generator : counterGenerator(counterSeed, path);
    const before = own.wordsDrawn;
    if (law.kind !== 'untouched') onWrite?.(path);
    yield* fillLawSteps(parameter, law, own);
    if (law.kind === 'untouched') kept.push(assignment);
    else results.describe(assignment, own.wordsDrawn - before, yield* measureSample(parameter.data, dtype));
    results.advance(assignment);
  }
  // What a deferred model keeps is drawn only now that it is known.
  yield* materializeSteps(model);
  for (const assignment of kept) {
    results.describe(assignment, 0, yield* measureSample(assignment.parameter.data, assignment.dtype));
  }
  return results.build();
}
