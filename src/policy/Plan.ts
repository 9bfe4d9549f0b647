import { formatNumber, formatRange, formatWhole, type Table, type TableFormat } from '../formatTable.js';
import type { Initializer } from '../init/Initializer.js';
import type { Law } from '../laws/Law.js';
import type { Moments } from '../laws/LawOperations.js';
import type { Parameter } from '../nn/Parameter.js';
import type { DType } from '../numerics/DType.js';
import { printable } from '../printable.js';
import type { RandomKey } from '../random/RandomKey.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import { type Diagnostics, Findings, formatDiagnostics } from './Diagnostics.js';
import { withoutArguments } from './withoutArguments.js';

/** What a policy does to one parameter. */
export interface Assignment {
  /** State-dict key of the parameter. */
  readonly path: string;
  /** The other keys of the parameter if it is tied, at most the first 1000; otherwise empty. */
  readonly aliases: readonly string[];
  readonly parameter: Parameter;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The label of the rule that claims the parameter. */
  readonly rule: string;
  readonly initializer: Initializer;
  /** The law that the initialiser gives for this shape and dtype. */
  readonly law: Law;
  /** Fan-in and fan-out of the shape; `null` if the shape has fewer than two dimensions. */
  readonly fans: readonly [fanIn: number, fanOut: number] | null;
  /** Expected mean, standard deviation and bounds of the elements; `null` if the parameter is kept. */
  readonly expected: Moments | null;
  /**
   * The position in the stream at which the draws begin, relative to the generator's position when the plan was made;
   * `null` if an earlier fill draws a number of words that is not known in advance, in counter mode, and for a generator of a key
   * (`generatorOf`).
   */
  readonly place: StreamPosition | null;
  /**
   * The number of words that the fill draws from the stream; 0 in counter mode. `null` if this number or the position is not
   * known in advance.
   */
  readonly words: number | null;
  /** The key that the fill draws from in counter mode; otherwise `null`. */
  readonly key: RandomKey | null;
}

/** The effect of a policy on a model, computed without a draw or a write. A plan prints as a table. */
export class Plan extends Findings {
  constructor(
    policy: string,
    /** The assignments, in the order of the draws. */
    readonly assignments: readonly Assignment[],
    diagnostics: Diagnostics,
  ) {
    super(policy, diagnostics);
    Object.freeze(this);
  }

  /** The same plan without its diagnostics about uncovered parameters and about rules without effect. */
  withoutWarnings(): Plan {
    const { policy, assignments, diagnostics } = this;
    return new Plan(policy, assignments, { ...diagnostics, uncovered: [], unusedRules: [], shadowedRules: [] });
  }

  /** The number of words that all assignments draw together; `null` if it is not known in advance. */
  get words(): number | null {
    return this.assignments.reduce<number | null>(
      (total, { words }) => (total === null || words === null ? null : total + words),
      0,
    );
  }

  /** Paths of the parameters that stay unchanged: those that a rule keeps, the loaded, the frozen and the uncovered ones. */
  get untouched(): readonly string[] {
    const kept = this.assignments.filter(({ law }) => law.kind === 'untouched').map(({ path }) => path);
    return [...kept, ...this.loaded, ...this.frozen, ...this.uncovered];
  }

  /** Plain data for `JSON.stringify`, which writes infinite bounds as `null`. */
  toJSON(): object {
    const { policy, words } = this;
    const assignments = this.assignments.map(({ parameter: _, key, ...data }) =>
      key === null ? data : { ...data, key },
    );
    return { policy, words, assignments, ...this.diagnostics };
  }

  /** The plan as a table with the diagnostics below it. */
  override toString(): string {
    return formatPlan(this, formatWhole);
  }
}

/** A plan as text, with a table that is written in some form. */
export function formatPlan({ policy, assignments, words, diagnostics }: Plan, format: TableFormat): string {
  const elements = assignments.reduce((total, { parameter }) => total + parameter.numel, 0);
  const source = assignments.some(({ key }) => key !== null)
    ? 'a key for each parameter'
    : `${words === null ? 'an unknown number of' : words.toLocaleString('en')} words of the stream`;
  const lines = [
    `policy ${printable(policy)}: ${assignments.length} parameters, ${elements.toLocaleString('en')} elements, ${source}`,
    format(tableOf(assignments)),
    ...formatDiagnostics(
      diagnostics,
      assignments.filter(({ law }) => law.kind !== 'untouched').map(({ path }) => path),
    ),
  ];
  return lines.join('\n');
}

/** The table of a plan. */
function tableOf(assignments: readonly Assignment[]): Table<Assignment> {
  const moment = ([{ expected }]: readonly Assignment[], key: 'mean' | 'std') =>
    expected === null ? '–' : formatNumber(expected[key]);
  return {
    rows: assignments,
    title: 'parameter',
    nameOf: ({ path }) => path,
    keyOf: ({ shape, dtype, rule, initializer, words }) =>
      JSON.stringify([shape, dtype, rule, String(initializer), words]),
    columns: [
      { title: 'shape', alignment: 'left', cell: ([{ shape }]) => formatShape(shape) },
      { title: 'rule', alignment: 'left', cell: ([{ rule }]) => rule },
      { title: 'initializer', alignment: 'left', cell: ([{ initializer }]) => String(initializer) },
      { title: 'fans', alignment: 'right', cell: ([{ fans }]) => (fans ? fans.join(' / ') : '–') },
      { title: 'mean', alignment: 'right', cell: (rows) => moment(rows, 'mean') },
      { title: 'std', alignment: 'right', cell: (rows) => moment(rows, 'std') },
      { title: 'words', alignment: 'right', cell: (rows) => formatWords(rows, ({ words }) => words) },
      {
        title: 'from word',
        alignment: 'right',
        cell: (rows) => formatWords(rows, ({ place }) => place?.words ?? null),
      },
    ],
    narrowings: [
      { leaveOut: 'from word' },
      { leaveOut: 'words' },
      { leaveOut: 'fans' },
      { abbreviate: 'initializer', as: withoutArguments },
      { leaveOut: 'rule' },
      { leaveOut: 'mean' },
      { leaveOut: 'initializer' },
    ],
  };
}

/** A number of words; the range of several; a dash in counter mode, which draws none from the stream. */
function formatWords(rows: readonly Assignment[], wordsOf: (row: Assignment) => number | null): string {
  if (rows[0].key !== null) return '–';
  const counts = rows.map(wordsOf).filter((count) => count !== null);
  return counts.length < rows.length ? 'unknown' : formatRange(counts, String);
}
