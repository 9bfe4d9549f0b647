import { formatValue, InitreeError, PolicyError } from '../errors.js';
import { printable } from '../printable.js';
import type { Pass, Policy } from './definePolicy.js';
import type { Rule } from './rule.js';

/** An assignment that cannot be made. */
export interface PlanProblem {
  readonly pass: Pass;
  readonly rule: Rule;
  /** Path of the module or the parameter. */
  readonly path: string;
  /** The thrown value, which need not be an Error, because predicates and `derive()` functions are user code. */
  readonly error: unknown;
}

/** One line of the error: a problem that a rule has, with all paths at which it has the problem. */
interface Mistake {
  readonly head: string;
  readonly detail: string;
  readonly paths: string[];
}

/** The number of paths that one line lists. */
const LISTED = 4;

/** One error for all problems of a plan. A problem that a rule has at several paths is one line. */
export function describeProblems(policy: Policy, problems: readonly [PlanProblem, ...PlanProblem[]]): PolicyError {
  const mistakes = new Map<string, Mistake>();
  for (const { pass, rule, path, error } of problems) {
    const kind = rule.kind === 'module' ? `rule(${rule.label})` : rule.label;
    const head = `rule ${pass.rules.indexOf(rule) + 1} of '${pass.name}', ${kind}`;
    const detail = detailOf(error);
    const key = `${head}: ${detail}`;
    const mistake = mistakes.get(key) ?? { head, detail, paths: [] };
    mistakes.set(key, mistake);
    mistake.paths.push(path === '' ? 'the model itself' : path);
  }
  const [first, second] = problems;
  const options = { cause: first.error };
  // The error has the path of a single problem itself.
  const isLocated = second === undefined && first.path !== '';
  const lines = Array.from(mistakes.values(), ({ head, detail, paths }) =>
    printable(`${head}${isLocated ? '' : `, at ${listPaths(paths)}`}: ${detail}`),
  );
  if (lines.length === 1) return new PolicyError(lines[0], isLocated ? first.path : undefined, options);
  return new PolicyError(
    `${problems.length} assignments of '${policy.name}' are impossible:\n\t${lines.join('\n\t')}`,
    undefined,
    options,
  );
}

function detailOf(error: unknown): string {
  if (error instanceof InitreeError) return error.detail;
  return error instanceof Error ? `it threw ${error.name}: ${error.message}` : `it threw ${formatValue(error)}`;
}

function listPaths(paths: readonly string[]): string {
  const more = paths.length - LISTED;
  return paths.slice(0, LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
