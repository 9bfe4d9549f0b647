import type { Moments } from '../init/expectedMoments.js';
import type { Initializer } from '../init/Initializer.js';
import type { DType } from '../kernels/DType.js';
import { formatTable } from '../nn/formatTable.js';
import { formatShape, type Shape } from '../tensor/Shape.js';

/** What happened to one parameter. */
export interface ReportEntry {
  /** State-dict key of the parameter. */
  readonly path: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The rule that spoke, by its class's name. */
  readonly rule: string;
  readonly initializer: Initializer;
  /** How many elements were written: 0 where the initialiser leaves the parameter as it is. */
  readonly count: number;
  /** What the initialiser's law says about the elements; `null` where it says nothing. */
  readonly expected: Moments | null;
  /** What the elements are now. */
  readonly sample: Moments;
}

/** What {@link initializeWeights} did: exact, in the order in which it was done. Prints as a table. */
export class Report {
  readonly policy: string;
  readonly entries: readonly ReportEntry[];
  /** Paths of the parameters that no rule spoke of: they are as they were. */
  readonly uncovered: readonly string[];
  /** Rules that claimed no module, by their classes' names. */
  readonly unusedRules: readonly string[];

  constructor(report: Pick<Report, 'policy' | 'entries' | 'uncovered' | 'unusedRules'>) {
    this.policy = report.policy;
    this.entries = report.entries;
    this.uncovered = report.uncovered;
    this.unusedRules = report.unusedRules;
    Object.freeze(this);
  }

  /** Plain data for `JSON.stringify`; numbers that JSON lacks (infinite bounds) become `null`. */
  toJSON(): object {
    const { policy, entries, uncovered, unusedRules } = this;
    return { policy, entries, uncovered, unusedRules };
  }

  /** The report as a table, each sample's figure above the expected one in brackets. */
  toString(): string {
    const elements = this.entries.reduce((total, { count }) => total + count, 0);
    const lines = [
      `policy ${this.policy}: ${this.entries.length} parameters, ${elements.toLocaleString('en')} elements written`,
      formatTable(
        ['parameter', 'shape', 'rule', 'initializer', 'count', 'mean (law)', 'std (law)', 'min', 'max'],
        this.entries.map(formatEntry),
        ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
      ),
    ];
    if (this.uncovered.length > 0) lines.push(`uncovered parameters, left as they were: ${this.uncovered.join(', ')}`);
    if (this.unusedRules.length > 0) lines.push(`unused rules: ${this.unusedRules.join(', ')}`);
    return lines.join('\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function formatEntry({ path, shape, rule, initializer, count, expected, sample }: ReportEntry): string[] {
  return [
    path,
    formatShape(shape),
    rule,
    String(initializer),
    String(count),
    withExpected(sample.mean, expected?.mean),
    withExpected(sample.std, expected?.std),
    formatNumber(sample.min),
    formatNumber(sample.max),
  ];
}

function withExpected(found: number, expected: number | undefined): string {
  return expected === undefined ? formatNumber(found) : `${formatNumber(found)} (${formatNumber(expected)})`;
}

/** Three significant digits; a dash for what cannot be computed, such as the deviation of a single element. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}
