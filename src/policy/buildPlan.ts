import { PolicyError } from '../errors.js';
import { calculateFanInAndFanOut } from '../init/fan.js';
import type { Initializer } from '../init/Initializer.js';
import { keep } from '../init/keep.js';
import { operationsOf } from '../laws/bindLaw.js';
import type { Module } from '../nn/Module.js';
import type { Parameter } from '../nn/Parameter.js';
import { wasLoaded } from '../nn/stateDict.js';
import type { FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { RandomKey } from '../random/RandomKey.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import type { Tensor } from '../tensor/Tensor.js';
import { claimParameters, type RuleUse } from './claimParameters.js';
import type { Policy } from './definePolicy.js';
import { parameterPaths } from './modulePaths.js';
import { type Assignment, Plan } from './Plan.js';
import { describeProblems, type PlanProblem } from './planProblems.js';
import type { Rule } from './rule.js';

/** What a run does to parameters whose `requiresGrad` is false. */
export type FrozenParameters = 'initialize' | 'keep';

/** Options of {@link buildPlan}. */
export interface PlanOptions {
  /** Whether parameters that `loadStateDict` wrote, and those of `willLoad`, stay unchanged. */
  onlyMissing: boolean;
  /** The tensors that the run loads before it draws. */
  willLoad: ReadonlySet<Tensor>;
  /** What happens to parameters whose `requiresGrad` is false. */
  frozen: FrozenParameters;
  /** The generator in whose stream the positions are counted. */
  generator: Generator;
  /** The seed of counter mode, in which each parameter has a key of its own; otherwise `null`. */
  counterSeed: bigint | null;
}

/**
 * Finds the assignment of every parameter of a model, and checks that all assignments are possible. Pure.
 * @throws PolicyError that lists all impossible assignments
 */
export function buildPlan(model: Module, policy: Policy, options: PlanOptions): Plan {
  const { onlyMissing, willLoad, frozen, generator, counterSeed } = options;
  const names = parameterPaths(model);
  const nameOf = (parameter: Parameter) => names.get(parameter)?.[0] ?? '';
  const problems: PlanProblem[] = [];
  const covered = new Set<Parameter>();
  const loaded = new Set([...names.keys()].filter((p) => onlyMissing && (willLoad.has(p) || wasLoaded(p))));
  const kept = new Set([...names.keys()].filter((p) => frozen === 'keep' && !p.requiresGrad && !loaded.has(p)));
  const given = (parameter: Parameter) => loaded.has(parameter) || willLoad.has(parameter);
  const assignments: Assignment[] = [];
  const uses = new Map<Rule, RuleUse>();
  // The positions are those of a stream. A key has no stream.
  let position: StreamPosition | null =
    counterSeed === null && !generator.isKeyed
      ? { words: 0, cachedFrom: generator.cachedNormal === undefined ? null : 'start' }
      : null;
  for (const [index, pass] of policy.passes.entries()) {
    const filled = new Map<Parameter, Assignment>();
    const onProblem = (rule: Rule, path: string, error: unknown) => void problems.push({ pass, rule, path, error });
    for (const { path, parameter, rule, initializer } of claimParameters(model, pass, uses, onProblem)) {
      covered.add(parameter);
      if (loaded.has(parameter) || kept.has(parameter)) continue;
      try {
        const earlier = filled.get(parameter);
        if (earlier !== undefined && pass.tied !== 'each') {
          checkAgreement(earlier, initializer);
          continue;
        }
        const { shape, dtype } = parameter;
        const law = initializer.law(shape, dtype);
        const operations = operationsOf(law);
        // An initialiser that a user wrote may return a law that was made for another dtype.
        operations.check(law, dtype, parameter.numel);
        const after: StreamPosition | null =
          position && operations.positionAfter(law, shape, dtype as FloatDType, position);
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
          expected: operations.moments(law, shape),
          place: position,
          words: counterSeed !== null ? 0 : position && after ? after.words - position.words : null,
          key: counterSeed === null ? null : RandomKey.ofParameter(counterSeed, nameOf(parameter), { pass: index }),
        };
        position = after;
        filled.set(parameter, assignment);
        assignments.push(assignment);
      } catch (error) {
        onProblem(rule, path, error);
      }
    }
  }
  const [first, ...others] = problems;
  if (first) throw describeProblems(policy, [first, ...others]);
  const rules = [...new Set(policy.passes.flatMap((pass) => pass.rules))];
  const pathsOf = (parameters: Iterable<Parameter>) => Array.from(parameters, nameOf);
  return new Plan(policy.name, assignments, {
    uncovered: pathsOf([...names.keys()].filter((p) => !covered.has(p) && !given(p) && !kept.has(p))),
    loaded: pathsOf([...names.keys()].filter((p) => loaded.has(p) || (!covered.has(p) && given(p)))),
    frozen: pathsOf(kept),
    tied: [...names.values()].filter((paths) => paths.length > 1),
    unusedRules: rules.filter((rule) => !uses.has(rule)).map(({ label }) => label),
    shadowedRules: rules.flatMap((rule) => {
      const use = uses.get(rule);
      return use && !use.claimed && use.shadowedBy ? [{ rule: rule.label, by: use.shadowedBy.label }] : [];
    }),
  });
}

/**
 * A parameter that a pass fills once must get the same initialiser from all rules that claim it.
 * @throws PolicyError if two initialisers differ
 */
function checkAgreement(earlier: Assignment, initializer: Initializer): void {
  if (JSON.stringify(earlier.initializer) === JSON.stringify(initializer)) return;
  throw new PolicyError(
    `tied to ${earlier.path}, which ${earlier.rule} fills with ${earlier.initializer}, not ${initializer}; ` +
      `assign the same initializer to both, assign ${keep} to both, or define the policy with { tied: 'each' }`,
  );
}
