import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import { checkLaw } from './checkLaw.js';
import type { Drawing } from './Drawing.js';
import type { Assignment, Plan } from './Plan.js';
import { Report, type ReportEntry } from './Report.js';

/** Gathers what becomes of a plan's parameters, in whatever order they are filled. */
export class ReportBuilder {
  private readonly entries = new Map<Assignment, ReportEntry>();
  private readonly elementsTotal: number;
  private done = 0;
  private elementsDone = 0;

  constructor(
    private readonly plan: Plan,
    private readonly drawing: Pick<Drawing, 'source' | 'onProgress'>,
  ) {
    this.elementsTotal = plan.assignments.reduce((sum, { parameter }) => sum + parameter.numel, 0);
  }

  /** One more parameter is filled. */
  advance({ path, parameter }: Assignment): void {
    this.done++;
    this.elementsDone += parameter.numel;
    const { done, elementsDone, elementsTotal } = this;
    this.drawing.onProgress?.({ path, done, total: this.plan.assignments.length, elementsDone, elementsTotal });
  }

  /**
   * What its elements have become.
   * @param words of the stream that were drawn for it
   */
  describe(assignment: Assignment, words: number, sample: SampleMoments): void {
    const { path, aliases, parameter, shape, dtype, rule, initializer, law, expected } = assignment;
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
      expected,
      sample,
      check: checkLaw(law, parameter.data, dtype, expected, sample),
    });
  }

  /** The report, when everything is described. */
  build(): Report {
    const { source } = this.drawing;
    let fromWord = 0;
    const entries = this.plan.assignments.map((assignment) => {
      const entry = { ...(this.entries.get(assignment) as ReportEntry), fromWord };
      if (source.rng === 'torch') fromWord += entry.words;
      return entry;
    });
    return new Report(this.plan, source, entries);
  }
}
