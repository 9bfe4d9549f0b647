import { bytesOf, type Storage } from '../numerics/DType.js';
import type { Assignment, Plan } from '../policy/Plan.js';
import type { Report } from '../policy/Report.js';
import { ReportBuilder } from '../policy/ReportBuilder.js';
import type { RunContext } from '../policy/RunContext.js';
import type { SampleBuilder } from '../policy/SampleBuilder.js';
import type { Steps } from '../random/Steps.js';
import { memoryOf } from '../tensor/deferredData.js';
import type { Drawn } from './drawIntoFile.js';
import { groupByMemory, type MemoryRange } from './FileMemory.js';
import type { FillStarts } from './FillStarts.js';
import type { ElementSink } from './keepElements.js';

/** The sample of an assignment whose elements arrive in order, some of them perhaps twice. */
interface OrderedSample extends MemoryRange {
  readonly assignment: Assignment;
  readonly sample: SampleBuilder;
  /** The number of elements that were added. */
  count: number;
}

/**
 * The samples of a run that writes one file after another. A process that writes all files sees every element in order and can report
 * on them; a process that writes some files cannot.
 */
export class ShardSamples implements ElementSink {
  private readonly results: ReportBuilder;
  private readonly samples: ReadonlyMap<Assignment, OrderedSample>;
  /** Those of the parameters that the plan keeps. */
  private readonly kept: ReadonlyMap<object, readonly OrderedSample[]>;

  constructor(
    private readonly plan: Plan,
    context: Pick<RunContext, 'source'>,
  ) {
    this.results = new ReportBuilder(plan, context);
    const all = plan.assignments.map((assignment) => ({
      ...memoryOf(assignment.parameter),
      assignment,
      sample: this.results.sampleOf(assignment),
      count: 0,
    }));
    this.samples = new Map(all.map((sample) => [sample.assignment, sample]));
    this.kept = groupByMemory(all.filter(({ assignment: { law } }) => law.kind === 'untouched'));
  }

  add(memory: object, at: number, elements: Storage): void {
    const size = elements.BYTES_PER_ELEMENT;
    for (const kept of this.kept.get(memory) ?? []) {
      const first = Math.max(at, kept.from);
      const end = Math.min(at + elements.byteLength, kept.to);
      if (first >= end) continue;
      addOrdered(kept, (first - kept.from) / size, elements.subarray((first - at) / size, (end - at) / size));
    }
  }

  addTo({ memory }: MemoryRange, elements: Storage, at: number): void {
    this.add(memory, at, elements);
  }

  /** Adds elements of a fill from index `start` of its tensor on. Kept parameters with these elements are no longer measured. */
  addDrawn({ assignment, memory, from, to }: Drawn, start: number, elements: Storage): void {
    const sample = this.samples.get(assignment);
    if (sample) addOrdered(sample, start, elements);
    for (const kept of this.kept.get(memory) ?? []) {
      if (kept.from < to && from < kept.to) kept.count = Number.NaN;
    }
  }

  /** The report; null if this process has not seen every element of every parameter in order. */
  *report(starts: FillStarts): Steps<Report | null> {
    const all = [...this.samples.values()];
    const isComplete = ({ count, from, to, assignment: { dtype } }: OrderedSample) =>
      count === (to - from) / bytesOf(dtype);
    if (!all.every(isComplete)) return null;
    for (const [index, assignment] of this.plan.assignments.entries()) {
      const { sample } = this.samples.get(assignment) as OrderedSample;
      const isKept = assignment.law.kind === 'untouched';
      const words = isKept || assignment.key !== null ? 0 : yield* starts.wordsOf(index);
      this.results.describe(assignment, words, sample.moments(), isKept ? null : sample.values);
    }
    return this.results.build();
  }
}

/** Adds the elements that were not added before, unless there is a gap. */
function addOrdered(to: OrderedSample, start: number, elements: Storage): void {
  const known = to.count - start;
  if (!(known >= 0 && known < elements.length)) return;
  to.sample.add(known === 0 ? elements : elements.subarray(known));
  to.count += elements.length - known;
}
