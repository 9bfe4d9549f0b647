import type { Moments } from '../init/expectedMoments.js';
import type { Initializer } from '../init/Initializer.js';
import type { Law } from '../init/Law.js';
import { formatTable } from '../nn/formatTable.js';
import type { Parameter } from '../nn/Parameter.js';
import type { DType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import { Findings, type FindingsData, formatFindings } from './Findings.js';
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
  readonly place: StreamPosition | null;
  /** How many words of the stream it takes; `null` where only drawing can tell. */
  readonly words: number | null;
}

/** What a policy would do to a model: nothing has been drawn or written. Prints as a table. */
export class Plan extends Findings {
  /** In the order of the draws. */
  readonly assignments: readonly Assignment[];

  constructor(plan: FindingsData & { readonly assignments: readonly Assignment[] }) {
    super(plan);
    this.assignments = plan.assignments;
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
  override toString(): string {
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
