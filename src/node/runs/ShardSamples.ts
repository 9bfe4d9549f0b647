import type { Storage } from '../../numerics/DType.js';
import type { Assignment, Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import { ReportBuilder } from '../../policy/ReportBuilder.js';
import type { RunContext } from '../../policy/RunContext.js';
import type { MeasuredRange, SampleBuilder } from '../../policy/SampleBuilder.js';
import type { Steps } from '../../random/Steps.js';
import { memoryOf } from '../../tensor/deferredData.js';
import type { FillStarts } from '../threads/FillStarts.js';
import type { Measures } from '../threads/FillTask.js';
import { groupByMemory, type MemoryRange } from './FileMemory.js';
import type { Drawn } from './Filling.js';
import type { ElementSink } from './keepElements.js';

/** A parameter that a plan keeps. */
interface Kept extends MemoryRange {
  readonly assignment: Assignment;
}

/**
 * The samples of a run that writes one file after another. A process that writes all files sees every element in order and can report
 * on them; a process that writes some files cannot, and measures nothing. A sample is kept while elements of it are missing.
 */
export class ShardSamples implements ElementSink {
  private readonly results: ReportBuilder;
  /** The samples whose elements arrive in order, some of them perhaps twice. */
  private readonly open = new Map<Assignment, SampleBuilder>();
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
    this.noteOverwritten({ memory, from, to });
  }

  /** What other threads are to measure of an assignment that they draw. */
  measuresOf(assignment: Assignment): Measures {
    if (!this.isMeasured) return 'nothing';
    return this.results.isCompared(assignment) ? 'values' : 'moments';
  }

  /** Adds what other threads have measured of an assignment. */
  addMeasured({ assignment, memory, from, to }: Drawn, measured: MeasuredRange): void {
    this.addRange(assignment, measured);
    this.noteOverwritten({ memory, from, to });
  }

  /** What other threads are to measure of a kept fill; `null` if they do not see the elements of each parameter as a whole. */
  notesKept(ranges: readonly MemoryRange[]): Measures | null {
    if (!this.isMeasured) return 'nothing';
    const areWhole = ranges.every(({ memory, from, to }) =>
      (this.kept.get(memory) ?? []).every((own) => own.from === from && own.to === to),
    );
    return areWhole ? 'moments' : null;
  }

  /** Adds what other threads have measured of a kept fill. */
  addKept(ranges: readonly MemoryRange[], measured: MeasuredRange): void {
    for (const { memory } of ranges) {
      for (const { assignment } of this.kept.get(memory) ?? []) this.addRange(assignment, measured);
    }
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

  /** Notes that elements are drawn. A kept parameter that has them was measured before. */
  private noteOverwritten({ memory, from, to }: MemoryRange): void {
    if (this.kept.get(memory)?.some((kept) => kept.from < to && from < kept.to)) this.isMeasured = false;
  }

  /** Adds the elements that were not added before, unless there is a gap. */
  private addOrdered(assignment: Assignment, start: number, elements: Storage): void {
    const sample = this.openSample(assignment);
    if (sample === null) return;
    const known = sample.length - sample.missing - start;
    if (!(known >= 0 && known < elements.length)) return;
    sample.add(known === 0 ? elements : elements.subarray(known));
    this.close(assignment, sample);
  }

  private addRange(assignment: Assignment, measured: MeasuredRange): void {
    let sample = this.openSample(assignment);
    if (sample === null) return;
    // This thread may have drawn a part that does not end where the others begin.
    if (measured.range[1] - measured.range[0] === sample.length) {
      sample = this.results.sampleOf(assignment);
      this.open.set(assignment, sample);
    }
    if (sample.addMeasured(measured)) this.close(assignment, sample);
  }

  private openSample(assignment: Assignment): SampleBuilder | null {
    if (!this.isMeasured || this.done.has(assignment) || this.measured.has(assignment)) return null;
    const sample = this.open.get(assignment) ?? this.results.sampleOf(assignment);
    this.open.set(assignment, sample);
    return sample;
  }

  /** Releases a sample when it is complete. */
  private close(assignment: Assignment, sample: SampleBuilder): void {
    if (!sample.isComplete) return;
    this.open.delete(assignment);
    if (assignment.words === null) this.measured.set(assignment, sample);
    else this.describe(assignment, sample, assignment.words);
  }

  private describe(assignment: Assignment, sample: SampleBuilder, words: number): void {
    const isKept = assignment.law.kind === 'untouched';
    this.results.describe(assignment, words, sample.moments(), isKept ? null : sample.values);
    this.done.add(assignment);
  }
}
