import { passParts, warnAbout } from '../../init/fillLaw.js';
import { momentsOfParts } from '../../kernels/draw/sampleMoments.js';
import { operationsOf } from '../../laws/bindLaw.js';
import { fillPieces } from '../../laws/fillPieces.js';
import { leavesElements } from '../../laws/partsOf.js';
import { type DrawnPiece, TOGETHER } from '../../laws/streamPieces.js';
import type { Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import { ReportBuilder } from '../../policy/ReportBuilder.js';
import type { RunContext } from '../../policy/RunContext.js';
import type { Generator } from '../../random/Generator.js';
import { generatorOf } from '../../random/generatorOf.js';
import type { Steps } from '../../random/Steps.js';
import { memoryOf } from '../../tensor/deferredData.js';
import { Tensor } from '../../tensor/Tensor.js';
import { type FileEntry, type FileMemory, groupByMemory, type MemoryRange, type TensorStore } from './FileMemory.js';
import { type Drawn, type FileProgress, Filling } from './Filling.js';
import { KeptSamples } from './KeptSamples.js';
import type { KeptFill } from './keepElements.js';
import type { Taken } from './takeElements.js';

/** A run into a file, or into all files of a folder together. It draws in the order of the stream. */
export class FileFilling extends Filling {
  readonly drawn: readonly Drawn[];
  readonly kept: readonly FileEntry[];
  readonly samples: KeptSamples;
  protected readonly bytesTotal: number;
  private readonly results: ReportBuilder;

  constructor(
    plan: Plan,
    private readonly context: RunContext,
    store: TensorStore,
    taken: readonly Taken[],
    onProgress: (progress: FileProgress) => void,
  ) {
    super(store, taken, onProgress);
    this.drawn = drawnBy(plan);
    this.kept = keptEntries(this.file, this.drawn, taken);
    this.samples = new KeptSamples(plan.assignments, groupByMemory<MemoryRange>([...taken, ...this.drawn]));
    this.results = new ReportBuilder(plan, context);
    this.bytesTotal = [...this.kept, ...taken, ...this.drawn].reduce((sum, { from, to }) => sum + to - from, 0);
  }

  *write(range: Drawn): Steps {
    const { assignment } = range;
    this.path = assignment.path;
    warnAbout(assignment.law);
    yield* drawAssignment(this.file, range, this.context, this.results);
  }

  useOf({ assignment }: Drawn): ReturnType<Filling['useOf']> {
    warnAbout(assignment.law);
    return {
      measures: this.results.isCompared(assignment) ? 'values' : 'moments',
      onEnd: (drawn) => this.results.describeMeasured(assignment, drawn.words, drawn),
    };
  }

  useOfKept({ ranges }: KeptFill): ReturnType<Filling['useOfKept']> {
    return {
      measures: 'moments',
      onEnd: ({ parts }) => {
        const moments = momentsOfParts(parts);
        for (const range of ranges) this.samples.note(range, moments);
      },
    };
  }

  /** The report, when every byte is written. */
  *report(): Steps<Report> {
    for (const [assignment, moments] of yield* this.samples.moments(this.file)) {
      this.results.describe(assignment, 0, moments, null);
    }
    return this.results.build();
  }
}

/**
 * Carries out a plan into a file; `applyPlan` is the counterpart that writes the model.
 * @param taken what a checkpoint gives. Default: nothing.
 */
export function* drawIntoFile(
  plan: Plan,
  context: RunContext,
  store: TensorStore,
  taken: readonly Taken[] = [],
  onProgress: (progress: FileProgress) => void = () => {},
): Steps<Report> {
  const filling = new FileFilling(plan, context, store, taken, onProgress);
  yield* filling.fill();
  return yield* filling.report();
}

/** The assignments of a plan that draw or write, in order. */
export function drawnBy({ assignments }: Plan): Drawn[] {
  return assignments
    .map((assignment, index) => ({ assignment, index }))
    .filter(({ assignment: { law } }) => law.kind !== 'untouched')
    .map(({ assignment, index }) => ({ ...memoryOf(assignment.parameter), assignment, index }));
}

/**
 * The tensors of the file whose elements the model gives: neither a checkpoint nor an assignment gives all of them before another
 * assignment leaves some.
 * @param taken the memory that a checkpoint gives. Default: none.
 */
export function keptEntries<R extends MemoryRange>(
  { entries }: { readonly entries: readonly R[] },
  drawn: readonly Drawn[],
  taken: readonly MemoryRange[] = [],
): R[] {
  const groups = groupByMemory<MemoryRange | Drawn>([...taken, ...drawn]);
  return entries.filter(({ memory, from, to }) => {
    const own = (groups.get(memory) ?? []).filter((range) => range.from < to && from < range.to);
    const first = own.find((range) => leaves(range) || (range.from <= from && to <= range.to));
    return first === undefined || leaves(first);
  });
}

/** Whether a range is that of an assignment that leaves elements as they are. */
export function leaves(range: MemoryRange | Drawn): boolean {
  return 'assignment' in range && leavesElements(range.assignment.law, range.assignment.shape);
}

function* drawAssignment(file: FileMemory, range: Drawn, { generator }: RunContext, results: ReportBuilder): Steps {
  const { assignment } = range;
  const { law, shape, dtype, key } = assignment;
  const before = generator.wordsDrawn;
  const sample = results.sampleOf(assignment);
  const pieces = leavesElements(law, shape)
    ? [overWhatIsWritten(file, range, key ? generatorOf(key) : generator)]
    : fillPieces(law, shape, dtype, key ?? generator, { together: TOGETHER });
  yield* file.draw(pieces, dtype, [range], (elements) => sample.add(elements));
  if (key === null) passParts(assignment.parameter, law, generator, before);
  results.describe(assignment, generator.wordsDrawn - before, sample.moments(), sample.values);
}

/** A fill that leaves elements as they are: those of the file. */
export function overWhatIsWritten(
  file: FileMemory,
  { memory, from, assignment }: Drawn,
  generator: Generator,
): DrawnPiece {
  const { law, shape, dtype, parameter } = assignment;
  return {
    start: 0,
    count: parameter.numel,
    draw: (data) => {
      file.read(memory, from, data);
      return operationsOf(law).write(law, new Tensor({ dtype, shape, data }), generator);
    },
  };
}
