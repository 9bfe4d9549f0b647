import { InitreeError, PolicyError } from '../errors.js';
import { checkTensor } from '../init/fillLaw.js';
import type { Initializer } from '../init/Initializer.js';
import { keep } from '../init/keep.js';
import type { Law } from '../init/Law.js';
import { nearestName } from '../init/nearestName.js';
import type { FloatDType } from '../kernels/DType.js';
import { parameterEntries } from '../nn/entries.js';
import type { Module } from '../nn/Module.js';
import { Parameter } from '../nn/Parameter.js';
import { keyOf } from '../nn/stateNames.js';
import { joinPath } from '../nn/walk.js';
import type { Policy } from './definePolicy.js';
import type { Rule } from './rule.js';

/** One parameter that a policy speaks of, and what it says. */
export interface Assignment {
  /** State-dict key of the parameter. */
  readonly path: string;
  readonly parameter: Parameter;
  readonly rule: Rule;
  readonly initializer: Initializer;
  /** What the initialiser means for this parameter's shape. */
  readonly law: Law;
}

/** What a policy would do to a model; nothing has been drawn or written. */
export interface Plan {
  readonly policy: Policy;
  /** In the order of the draws. */
  readonly assignments: readonly Assignment[];
  /** Paths of the parameters that no rule speaks of. */
  readonly uncovered: readonly string[];
  /** Rules that matched no module, or none first. */
  readonly unusedRules: readonly Rule[];
}

/**
 * Finds for every parameter of a model what a policy says about it, and checks that it can be done. Pure.
 * @throws PolicyError that lists every assignment that cannot be carried out
 */
export function buildPlan(model: Module, policy: Policy): Plan {
  const assignments = new Map<Parameter, Assignment>();
  const used = new Set<Rule>();
  const problems: Problem[] = [];
  for (const [modulePath, module] of model.namedModules()) {
    const rule = policy.rules.find(({ selector }) => module instanceof selector);
    if (rule === undefined) continue;
    used.add(rule);
    for (const [property, initializer] of rule.assignments) {
      const path = joinPath(modulePath, keyOf(module, property));
      try {
        const parameter = findParameter(module, property);
        if (parameter === null) continue;
        const law = initializer.law(parameter.shape, parameter.dtype as FloatDType);
        checkTensor(parameter, law);
        const assignment = { path, parameter, rule, initializer, law };
        checkAgreement(assignments.get(parameter), assignment);
        if (!assignments.has(parameter)) assignments.set(parameter, assignment);
      } catch (error) {
        if (!(error instanceof InitreeError)) throw error;
        problems.push({ path, rule, error });
      }
    }
  }
  if (problems.length > 0) throw describeProblems(policy, problems);
  return {
    policy,
    assignments: [...assignments.values()],
    uncovered: [...model.namedParameters()].filter(([, p]) => !assignments.has(p)).map(([path]) => path),
    unusedRules: policy.rules.filter((rule) => !used.has(rule)),
  };
}

interface Problem {
  readonly path: string;
  readonly rule: Rule;
  readonly error: InitreeError;
}

/** The parameter under a property; `null` where this instance does without, as a layer without bias. */
function findParameter(module: Module, property: string): Parameter | null {
  const own = Object.hasOwn(module, property) ? (module as unknown as Record<string, unknown>)[property] : undefined;
  if (own === null || own instanceof Parameter) return own;
  const name = module.constructor.name;
  if (own !== undefined) throw new PolicyError(`'${property}' of ${name} is not a parameter`);
  const known = parameterEntries(module).map(([key]) => key);
  throw new PolicyError(`${name} has no parameter '${property}'${nearestName(property, known)}`);
}

/** A tied parameter is filled once, so everything said about it must be the same. */
function checkAgreement(earlier: Assignment | undefined, later: Assignment): void {
  if (earlier === undefined) return;
  if (JSON.stringify(earlier.initializer) === JSON.stringify(later.initializer)) return;
  throw new PolicyError(
    `tied to ${earlier.path}, which rule(${earlier.rule.label}) fills with ${earlier.initializer}, not ${later.initializer}; ` +
      `make both the same, or assign ${keep} to both`,
  );
}

function describeProblems(policy: Policy, problems: readonly Problem[]): PolicyError {
  const lines = problems.map(({ path, rule, error }) => {
    const number = policy.rules.indexOf(rule) + 1;
    return `rule ${number} of '${policy.name}', rule(${rule.label}), at ${path}: ${error.detail}`;
  });
  const [first] = problems;
  if (problems.length === 1) return new PolicyError(lines[0], first.path, { cause: first.error });
  return new PolicyError(`${problems.length} assignments are impossible:\n\t${lines.join('\n\t')}`, undefined, {
    cause: first.error,
  });
}
