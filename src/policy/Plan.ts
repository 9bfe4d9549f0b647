import type { Moments } from '../init/expectedMoments.js';
import type { Initializer } from '../init/Initializer.js';
import type { Law } from '../init/Law.js';
import type { DType } from '../kernels/DType.js';
import { formatTable } from '../nn/formatTable.js';
import type { Parameter } from '../nn/Parameter.js';
import type { StreamPlace } from '../random/StreamPlace.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import { formatNumber } from './formatNumber.js';

/** What a policy says about one parameter, and what that means for its shape. */
export interface Assignment {
  /** State-dict key of the parameter. */
  readonly path: string;
  /** Other keys of the same parameter, where it is tied. */
  readonly aliases: readonly string[];
  readonly parameter: Parameter;
  readonly shape: Shape;
  readonly dtype: DType;
  /** How the rule is called. */
  readonly rule: string;
  readonly initializer: Initializer;
  readonly law: Law;
  /** Fan-in and fan-out of the shape; `null` for fewer than two dimensions. */
  readonly fans: readonly [fanIn: number, fanOut: number] | null;
  /** Mean, standard deviation and bounds of the law; `null` where it says nothing. */
  readonly expected: Moments | null;
  /** Where in the stream its draws begin, counted from where the generator stands; `null` where only drawing can tell. */
  readonly place: StreamPlace | null;
  /** How many words of the stream it takes; `null` where only drawing can tell. */
  readonly words: number | null;
}

/** A rule that matched modules, all of which an earlier rule had claimed. */
export interface Shadowed {
  readonly rule: string;
  readonly by: string;
}

type PlanData = Pick<
  Plan,
  'policy' | 'assignments' | 'uncovered' | 'loaded' | 'tied' | 'unusedRules' | 'shadowedRules'
>;

/** What a policy would do to a model: nothing has been drawn or written. Prints as a table. */
export class Plan {
  /** The policy's name. */
  readonly policy: string;
  /** In the order of the draws. */
  readonly assignments: readonly Assignment[];
  /** Paths of the parameters that no rule speaks of. */
  readonly uncovered: readonly string[];
  /** Paths of the parameters that are left as they are because they were loaded (`onlyMissing`). */
  readonly loaded: readonly string[];
  /** All paths of every parameter that has more than one. */
  readonly tied: readonly (readonly string[])[];
  /** Rules that match nothing. */
  readonly unusedRules: readonly string[];
  /** Rules that match only what earlier rules claim. */
  readonly shadowedRules: readonly Shadowed[];

  constructor(plan: PlanData) {
    this.policy = plan.policy;
    this.assignments = plan.assignments;
    this.uncovered = plan.uncovered;
    this.loaded = plan.loaded;
    this.tied = plan.tied;
    this.unusedRules = plan.unusedRules;
    this.shadowedRules = plan.shadowedRules;
    Object.freeze(this);
  }

  /** The same plan with nothing said about parameters no rule speaks of, and about rules that claim nothing. */
  withoutFindings(): Plan {
    return new Plan({ ...this, uncovered: [], unusedRules: [], shadowedRules: [] });
  }

  /** Words of the stream that the whole plan takes; `null` where only drawing can tell. */
  get words(): number | null {
    return this.assignments.reduce<number | null>(
      (total, { words }) => (total === null || words === null ? null : total + words),
      0,
    );
  }

  /** Paths of the parameters that stay as they are: kept on purpose, loaded, or not spoken of. */
  get untouched(): readonly string[] {
    const kept = this.assignments.filter(({ law }) => law.kind === 'untouched').map(({ path }) => path);
    return [...kept, ...this.loaded, ...this.uncovered];
  }

  /** Plain data for `JSON.stringify`; infinite bounds become `null`. */
  toJSON(): object {
    const { policy, words, uncovered, loaded, tied, unusedRules, shadowedRules } = this;
    const assignments = this.assignments.map(({ parameter: _, ...data }) => data);
    return { policy, words, assignments, uncovered, loaded, tied, unusedRules, shadowedRules };
  }

  /** The plan as a table, its findings below. */
  toString(): string {
    const { assignments, words } = this;
    const elements = assignments.reduce((total, { parameter }) => total + parameter.numel, 0);
    const lines = [
      `policy ${this.policy}: ${assignments.length} parameters, ${elements.toLocaleString('en')} elements, ` +
        `${words === null ? 'an unknown number of' : words.toLocaleString('en')} words of the stream`,
      formatTable(
        ['parameter', 'shape', 'rule', 'initializer', 'fans', 'mean', 'std', 'words', 'from word'],
        assignments.map(formatAssignment),
        ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
      ),
      ...formatFindings(this),
    ];
    return lines.join('\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** What a plan or report says below its table. */
export function formatFindings({
  uncovered,
  loaded,
  tied,
  unusedRules,
  shadowedRules,
}: Pick<Plan, 'uncovered' | 'loaded' | 'tied' | 'unusedRules' | 'shadowedRules'>): string[] {
  const lines: string[] = [];
  if (uncovered.length > 0) lines.push(`uncovered parameters, left as they were: ${uncovered.join(', ')}`);
  if (loaded.length > 0) lines.push(`loaded parameters, left as they were: ${loaded.join(', ')}`);
  for (const paths of tied) lines.push(`tied, filled once: ${paths.join(' = ')}`);
  if (unusedRules.length > 0) lines.push(`unused rules: ${unusedRules.join(', ')}`);
  for (const { rule, by } of shadowedRules) lines.push(`shadowed rule: ${rule}, by ${by} before it`);
  return lines;
}

function formatAssignment({ path, shape, rule, initializer, fans, expected, words, place }: Assignment): string[] {
  return [
    path,
    formatShape(shape),
    rule,
    String(initializer),
    fans ? fans.join(' / ') : '–',
    expected ? formatNumber(expected.mean) : '–',
    expected ? formatNumber(expected.std) : '–',
    words === null ? 'unknown' : String(words),
    place === null ? 'unknown' : String(place.words),
  ];
}
