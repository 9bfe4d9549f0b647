import { fillLawSteps } from '../init/fillLaw.js';
import { fillPieces } from '../laws/fillPieces.js';
import { materializeSteps } from '../nn/deferInit.js';
import type { Generator } from '../random/Generator.js';
import { generatorOf } from '../random/generatorOf.js';
import type { RandomKey } from '../random/RandomKey.js';
import type { Steps } from '../random/Steps.js';
import { addAll, measureSample } from './measureSample.js';
import type { Assignment, Plan } from './Plan.js';
import type { Report } from './Report.js';
import { ReportBuilder } from './ReportBuilder.js';
import type { RunContext } from './RunContext.js';
import type { SampleBuilder } from './SampleBuilder.js';

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
      yield* fillLawSteps(parameter, law, key === null ? generator : generatorOf(key), (own) =>
        drawAndMeasure(assignment, key ?? own, sample),
      );
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

/** Draws the elements of a parameter, and measures each piece while it is in the cache. */
function* drawAndMeasure({ parameter, law }: Assignment, source: Generator | RandomKey, sample: SampleBuilder): Steps {
  const { data, shape, dtype, numel } = parameter;
  for (const { start, count, draw } of fillPieces(law, shape, dtype, source)) {
    const elements = count === numel ? data : data.subarray(start, start + count);
    yield* draw(elements);
    sample.add(elements);
  }
}
