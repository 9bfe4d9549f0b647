import { expectedMoments } from '../init/expectedMoments.js';
import { fillLaw } from '../init/fillLaw.js';
import { toNumbers } from '../kernels/numbers.js';
import { sampleMoments } from '../kernels/sampleMoments.js';
import type { Generator } from '../random/Generator.js';
import type { Assignment, Plan } from './buildPlan.js';
import { Report, type ReportEntry } from './Report.js';

/** Carries out a plan: the only place where a policy writes. */
export function applyPlan(plan: Plan, generator: Generator): Report {
  return new Report({
    policy: plan.policy.name,
    entries: plan.assignments.map((assignment) => carryOut(assignment, generator)),
    uncovered: plan.uncovered,
    unusedRules: plan.unusedRules.map(({ label }) => label),
  });
}

function carryOut({ path, parameter, rule, initializer, law }: Assignment, generator: Generator): ReportEntry {
  fillLaw(parameter, law, generator);
  const { shape, dtype } = parameter;
  return {
    path,
    shape,
    dtype,
    rule: rule.label,
    initializer,
    count: law.kind === 'untouched' ? 0 : parameter.numel,
    expected: expectedMoments(law, shape),
    sample: sampleMoments(toNumbers(parameter.data, dtype)),
  };
}
