import type { Storage } from '../../numerics/DType.js';
import type { Assignment, Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import { ReportBuilder } from '../../policy/ReportBuilder.js';
import type { RunContext } from '../../policy/RunContext.js';
import type { SampleBuilder } from '../../policy/SampleBuilder.js';
import type { Steps } from '../../random/Steps.js';
import { memoryOf } from '../../tensor/deferredData.js';
import type { FillStarts } from '../threads/FillStarts.js';
import type { Drawn } from './drawIntoFile.js';
import { groupByMemory, type MemoryRange } from './FileMemory.js';
import type { ElementSink } from './keepElements.js';

/** A parameter that a plan keeps. */
interface Kept extends MemoryRange {
  readonly assignment: Assignment;
}

/** The sample of an assignment whose elements arrive in order, some of them perhaps twice. */
interface OpenSample {
  readonly sample: SampleBuilder;
  /** The number of elements that were added. */
  count: number;
}

/**
 * The samples of a run that writes one file after another. A process that writes all files sees every element in order and can report
 * on them; a process that writes some files cannot, and measures nothing. A sample is kept while elements of it are missing.
 */
export class ShardSamples implements ElementSink {
  private readonly results: ReportBuilder;
  private readonly open = new Map<Assignment, OpenSample>();
  /** What was measured of fills whose words are not known yet. */
  private readonly measured = new Map<Assignment, SampleBuilder>();
  private readonly done = new Set<Assignment>();
  private readonly kept: ReadonlyMap<object, readonly Kept[]>;

  /**
   * @param isMeasured whether this process draws every file
   * @param taken the memory that a checkpoint gives. Default: none.
   */
  constructor(
    private readonly plan: Plan,
    context: Pick<RunContext, 'source' | 'checkpoint'>,
    private isMeasured: boolean,
    taken: readonly MemoryRange[] = [],
  ) {
    this.results = new ReportBuilder(plan, context);
    const kept = plan.assignments.filter(({ law }) => law.kind === 'untouched');
    this.kept = groupByMemory(kept.map((assignment) => ({ ...memoryOf(assignment.parameter), assignment })));
    // Other elements of the parameter are measured as the model holds them, before or after those of the checkpoint.
    const isPart = ({ memory, from, to }: MemoryRange) =>
      this.kept.get(memory)?.some((own) => own.from < to && from < own.to && (own.from !== from || own.to !== to));
    if (taken.some(isPart)) this.isMeasured = false;
  }

  add(memory: object, at: number, elements: Storage): void {
    const size = elements.BYTES_PER_ELEMENT;
    for (const { from, to, assignment } of this.kept.get(memory) ?? []) {
      const first = Math.max(at, from);
      const end = Math.min(at + elements.byteLength, to);
      if (first >= end) continue;
      this.addOrdered(assignment, (first - from) / size, elements.subarray((first - at) / size, (end - at) / size));
    }
  }

  addTo({ memory }: MemoryRange, elements: Storage, at: number): void {
    this.add(memory, at, elements);
  }

  /** Adds elements of a fill from index `start` of its tensor on. */
  addDrawn({ assignment, memory, from, to }: Drawn, start: number, elements: Storage): void {
    this.addOrdered(assignment, start, elements);
    // A kept parameter that has these elements was measured before.
    if (this.kept.get(memory)?.some((kept) => kept.from < to && from < kept.to)) this.isMeasured = false;
  }

  /** The report; null if this process has not seen every element of every parameter in order. */
  *report(starts: FillStarts): Steps<Report | null> {
    if (!this.isMeasured || this.open.size > 0) return null;
    for (const [index, assignment] of this.plan.assignments.entries()) {
      if (this.done.has(assignment)) continue;
      const sample = this.measured.get(assignment) ?? this.results.sampleOf(assignment);
      if (!sample.isComplete) return null;
      this.describe(assignment, sample, assignment.words ?? (yield* starts.wordsOf(index)));
    }
    return this.results.build();
  }

  /** Adds the elements that were not added before, unless there is a gap. */
  private addOrdered(assignment: Assignment, start: number, elements: Storage): void {
    if (!this.isMeasured || this.done.has(assignment) || this.measured.has(assignment)) return;
    const open = this.open.get(assignment) ?? { sample: this.results.sampleOf(assignment), count: 0 };
    this.open.set(assignment, open);
    const known = open.count - start;
    if (!(known >= 0 && known < elements.length)) return;
    open.sample.add(known === 0 ? elements : elements.subarray(known));
    open.count += elements.length - known;
    if (!open.sample.isComplete) return;
    this.open.delete(assignment);
    if (assignment.words === null) this.measured.set(assignment, open.sample);
    else this.describe(assignment, open.sample, assignment.words);
  }

  private describe(assignment: Assignment, sample: SampleBuilder, words: number): void {
    const isKept = assignment.law.kind === 'untouched';
    this.results.describe(assignment, words, sample.moments(), isKept ? null : sample.values);
    this.done.add(assignment);
  }
}
