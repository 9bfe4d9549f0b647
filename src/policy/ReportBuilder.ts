import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import { diagnoseSample } from './diagnoseSample.js';
import type { Assignment, Plan } from './Plan.js';
import { Report, type ReportEntry } from './Report.js';
import type { RunContext } from './RunContext.js';

/** Collects the report entries of a plan's assignments, which may be filled in any order. */
export class ReportBuilder {
  private readonly entries = new Map<Assignment, ReportEntry>();
  private readonly elementsTotal: number;
  private done = 0;
  private elementsDone = 0;

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

  /**
   * Records the entry of one assignment.
   * @param words the number of words that the fill drew
   */
  describe(assignment: Assignment, words: number, sample: SampleMoments): void {
    const { path, aliases, parameter, shape, dtype, rule, initializer, law, expected, key } = assignment;
    this.entries.set(assignment, {
      path,
      aliases,
      shape,
      dtype,
      rule,
      initializer,
      count: law.kind === 'untouched' ? 0 : parameter.numel,
      words,
      fromWord: 0,
      key,
      expected,
      sample,
      check: diagnoseSample(law, parameter.data, dtype, expected, sample),
    });
  }

  /** The report. The caller has described every assignment. */
  build(): Report {
    const { source, checkpoint } = this.context;
    let fromWord = 0;
    const entries = this.plan.assignments.map((assignment) => {
      const entry = { ...(this.entries.get(assignment) as ReportEntry), fromWord };
      if (source.rng === 'torch') fromWord += entry.words;
      return entry;
    });
    return new Report(this.plan.policy, source, entries, this.plan.diagnostics, checkpoint);
  }
}
