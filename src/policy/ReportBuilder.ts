import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import type { Floats } from '../numerics/numbers.js';
import { diagnoseValues, isDiagnosed, type LawCheck } from './diagnoseSample.js';
import type { Assignment, Plan } from './Plan.js';
import { Report, type ReportEntry } from './Report.js';
import type { RunContext } from './RunContext.js';
import { type MeasuredRange, SampleBuilder } from './SampleBuilder.js';
import { type CountedElements, countElements, keepHistogram } from './WrittenHistogram.js';

/** The most bytes that a report keeps for comparisons that nobody has read yet. */
const KEPT_BYTES = 2 ** 24;

/** What was measured of one assignment. */
interface Described {
  readonly words: number;
  readonly sample: SampleMoments;
  /** The comparison with the expected distribution. */
  readonly check: () => LawCheck | null;
  readonly histogram: () => CountedElements | null;
}

/** Collects the report entries of a plan's assignments, which may be filled in any order. */
export class ReportBuilder {
  private readonly described = new Map<Assignment, Described>();
  private readonly elementsTotal: number;
  private done = 0;
  private elementsDone = 0;
  private keptBytes = 0;

  constructor(
    private readonly plan: Plan,
    private readonly context: Pick<RunContext, 'source' | 'onProgress' | 'checkpoint'>,
  ) {
    this.elementsTotal = plan.assignments.reduce((sum, { parameter }) => sum + parameter.numel, 0);
  }

  /** Counts one more filled parameter, and calls `onProgress`. */
  advance({ path, parameter }: Assignment): void {
    this.done++;
    this.elementsDone += parameter.numel;
    const { done, elementsDone, elementsTotal } = this;
    this.context.onProgress?.({ path, done, total: this.plan.assignments.length, elementsDone, elementsTotal });
  }

  /** The sample of an assignment, which measures its elements and keeps what {@link describe} needs. */
  sampleOf(assignment: Assignment): SampleBuilder {
    const { parameter, dtype } = assignment;
    return new SampleBuilder(parameter.numel, dtype, this.isCompared(assignment));
  }

  /** Whether the elements of an assignment are compared with an expected distribution. */
  isCompared(assignment: Assignment): boolean {
    return isDiagnosed({ ...assignment, count: assignment.parameter.numel });
  }

  /**
   * Records what was measured. The comparison with the expected distribution waits until it is read.
   * @param words the number of words that the fill drew
   * @param values evenly spaced elements; `null` if they are not compared
   */
  describe(assignment: Assignment, words: number, sample: SampleMoments, values: Floats | null): void {
    const { law, dtype, expected, parameter } = assignment;
    const expectation = { law, dtype, expected, count: parameter.numel };
    const check = whenRead(() => (values === null ? null : diagnoseValues(expectation, sample, values)));
    const histogram = whenRead(() => (values === null ? null : countElements(values)));
    this.described.set(assignment, { words, sample, check, histogram });
    this.keptBytes += values?.byteLength ?? 0;
    if (this.keptBytes <= KEPT_BYTES) return;
    this.keptBytes -= values?.byteLength ?? 0;
    check();
    histogram();
  }

  /** Records what threads have measured of all elements of an assignment, as {@link describe} does. */
  describeMeasured(assignment: Assignment, words: number, measured: MeasuredRange): void {
    const sample = this.sampleOf(assignment);
    sample.addMeasured(measured);
    this.describe(assignment, words, sample.moments(), sample.values);
  }

  /** The report. The caller has described every assignment. */
  build(): Report {
    const { source, checkpoint } = this.context;
    let fromWord = 0;
    const entries = this.plan.assignments.map((assignment): ReportEntry => {
      const { path, aliases, parameter, shape, dtype, rule, initializer, law, expected, key } = assignment;
      const { words, sample, check, histogram } = this.described.get(assignment) as Described;
      const entry = {
        path,
        aliases,
        shape,
        dtype,
        rule,
        initializer,
        count: law.kind === 'untouched' ? 0 : parameter.numel,
        words,
        fromWord,
        key,
        expected,
        sample,
        get check() {
          return check();
        },
      };
      keepHistogram(entry, law, histogram);
      if (source.rng === 'torch') fromWord += words;
      return entry;
    });
    return new Report(this.plan.policy, source, entries, this.plan.diagnostics, checkpoint);
  }
}

/** Computes a value at the first call, and releases what it was computed from. */
function whenRead<T>(compute: () => T): () => T {
  let body: (() => T) | null = compute;
  let value: T | undefined;
  return () => {
    if (body !== null) value = body();
    body = null;
    return value as T;
  };
}
