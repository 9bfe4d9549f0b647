import { fillLawSteps } from '../init/fillLaw.js';
import { materializeSteps } from '../nn/deferInit.js';
import type { Steps } from '../random/Steps.js';
import { addAll, measureSample } from './measureSample.js';
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
    const { path, parameter, law, key } = assignment;
    if (law.kind === 'untouched') {
      yield* fillLawSteps(parameter, law, generator);
      kept.push(assignment);
    } else {
      onWrite?.(path);
      const before = generator.wordsDrawn;
      const sample = results.sampleOf(assignment);
      yield* fillLawSteps(parameter, law, key ?? generator, (piece) => sample.add(piece));
      // A deferred fill draws when its elements are read.
      if (!sample.isComplete) yield* addAll(sample, parameter.data);
      results.describe(assignment, generator.wordsDrawn - before, sample.moments(), sample.values);
    }
    results.advance(assignment);
  }
  // A kept parameter of a deferred model can be materialized only after all other parameters were overwritten.
  yield* materializeSteps(model);
  for (const assignment of kept) {
    results.describe(assignment, 0, yield* measureSample(assignment.parameter.data, assignment.dtype), null);
  }
  return results.build();
}
