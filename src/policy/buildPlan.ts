import { InitreeError, PolicyError } from '../errors.js';
import { expectedMoments } from '../init/expectedMoments.js';
import { calculateFanInAndFanOut } from '../init/fan.js';
import type { Initializer } from '../init/Initializer.js';
import { keep } from '../init/keep.js';
import { placeAfter } from '../init/lawDraws.js';
import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';
import { wasLoaded } from '../nn/stateDict.js';
import type { FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { claimParameters, type RuleUse } from './claimParameters.js';
import type { Pass, Policy } from './definePolicy.js';
import { type Assignment, Plan } from './Plan.js';
import { pathsOfEach } from './pathsOfEach.js';
import type { Rule } from './rule.js';

/** Options of {@link buildPlan}. */
export interface PlanOptions {
  /** Parameters that `loadStateDict` wrote are left as they are. */
  onlyMissing: boolean;
  /** Whose stream the places are counted in; `null` where every parameter has a stream of its own. */
  generator: Generator | null;
}

/**
 * Finds for every parameter of a model what a policy says about it, and checks that it can be done. Pure.
 * @throws PolicyError that lists everything that cannot be carried out
 */
export function buildPlan(model: Module, policy: Policy, { onlyMissing, generator }: PlanOptions): Plan {
  const names = pathsOfEach(model.namedParameters({ removeDuplicate: false }));
  const problems: Problem[] = [];
  const covered = new Set<Parameter>();
  const loaded = new Set<Parameter>();
  const assignments: Assignment[] = [];
  const uses = new Map<Rule, RuleUse>();
  const start: StreamPosition = { words: 0, cachedFrom: generator?.cachedNormal === undefined ? null : 'start' };
  let place: StreamPosition | null = start;
  for (const pass of policy.passes) {
    const filled = new Map<Parameter, Assignment>();
    const refuse = (rule: Rule, path: string, error: unknown) => {
      problems.push({ pass, rule, path, error: asProblem(error) });
    };
    for (const { path, parameter, rule, initializer } of claimParameters(model, pass, uses, refuse)) {
      covered.add(parameter);
      if (onlyMissing && wasLoaded(parameter)) {
        loaded.add(parameter);
        continue;
      }
      try {
        const earlier = filled.get(parameter);
        if (earlier !== undefined) {
          checkAgreement(earlier, initializer);
          continue;
        }
        const { shape, dtype } = parameter;
        const law = initializer.law(shape, dtype);
        const after: StreamPosition | null = place && placeAfter(law, shape, dtype as FloatDType, place);
        const assignment: Assignment = {
          path,
          aliases: (names.get(parameter) ?? []).filter((name) => name !== path),
          parameter,
          shape,
          dtype,
          rule: rule.label,
          initializer,
          law,
          fans: shape.length < 2 ? null : calculateFanInAndFanOut({ shape }),
          expected: expectedMoments(law, shape),
          place,
          words: place && after ? after.words - place.words : null,
        };
        place = generator === null ? start : after;
        filled.set(parameter, assignment);
        assignments.push(assignment);
      } catch (error) {
        refuse(rule, path, error);
      }
    }
  }
  if (problems.length > 0) throw describeProblems(policy, problems);
  const rules = [...new Set(policy.passes.flatMap((pass) => pass.rules))];
  const pathsOf = (parameters: Iterable<Parameter>) => Array.from(parameters, (p) => names.get(p)?.[0] ?? '');
  return new Plan({
    policy: policy.name,
    assignments,
    uncovered: pathsOf([...names.keys()].filter((parameter) => !covered.has(parameter))),
    loaded: pathsOf(loaded),
    tied: [...names.values()].filter((paths) => paths.length > 1),
    unusedRules: rules.filter((rule) => !uses.has(rule)).map(({ label }) => label),
    shadowedRules: rules.flatMap((rule) => {
      const use = uses.get(rule);
      return use && !use.claimed && use.shadowedBy ? [{ rule: rule.label, by: use.shadowedBy.label }] : [];
    }),
  });
}

interface Problem {
  readonly pass: Pass;
  readonly rule: Rule;
  readonly path: string;
  readonly error: Error;
}

/** A tied parameter is filled once, so everything said about it must be the same. */
function checkAgreement(earlier: Assignment, initializer: Initializer): void {
  if (JSON.stringify(earlier.initializer) === JSON.stringify(initializer)) return;
  throw new PolicyError(
    `tied to ${earlier.path}, which ${earlier.rule} fills with ${earlier.initializer}, not ${initializer}; ` +
      `make both the same, or assign ${keep} to both`,
  );
}

/** Errors of user code (predicates, derive) are problems of the rule that holds it. */
function asProblem(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function describeProblems(policy: Policy, problems: readonly Problem[]): PolicyError {
  // One mistake in a rule shows wherever it applies.
  const mistakes = new Map<string, { head: string; detail: string; paths: string[] }>();
  for (const { pass, rule, path, error } of problems) {
    const kind = rule.kind === 'module' ? `rule(${rule.label})` : rule.label;
    const head = `rule ${pass.rules.indexOf(rule) + 1} of '${pass.name}', ${kind}`;
    const detail = error instanceof InitreeError ? error.detail : `it threw ${error.name}: ${error.message}`;
    const mistake = mistakes.get(`${head}: ${detail}`) ?? { head, detail, paths: [] };
    mistakes.set(`${head}: ${detail}`, mistake);
    mistake.paths.push(path === '' ? 'the model itself' : path);
  }
  const lines = Array.from(
    mistakes.values(),
    ({ head, detail, paths }) => `${head}, at ${listPaths(paths)}: ${detail}`,
  );
  const [first] = problems;
  const options = { cause: first.error };
  if (lines.length === 1) return new PolicyError(lines[0], problems.length === 1 ? first.path : undefined, options);
  return new PolicyError(
    `${problems.length} assignments of '${policy.name}' are impossible:\n\t${lines.join('\n\t')}`,
    undefined,
    options,
  );
}

/** Paths that a line has room for. */
const LISTED = 4;

function listPaths(paths: readonly string[]): string {
  const more = paths.length - LISTED;
  return paths.slice(0, LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
