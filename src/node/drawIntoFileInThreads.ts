import { warnAbout } from '../init/fillLaw.js';
import { bytesOf, type FloatDType } from '../numerics/DType.js';
import type { Plan } from '../policy/Plan.js';
import type { Report } from '../policy/Report.js';
import type { RunContext } from '../policy/RunContext.js';
import { finishWithPauses, type Steps } from '../random/Steps.js';
import type { FillDestination } from './buildTasks.js';
import { type Drawn, type FileProgress, FileRun } from './drawIntoFile.js';
import type { MemoryRange, StoredTensor } from './FileMemory.js';
import { independentBatches } from './independentBatches.js';
import { copyElements, drawKept, type KeptFill, keptFills } from './keepElements.js';
import { type FillUse, PooledFills } from './PooledFills.js';
import { RefusedWrite } from './RefusedWrite.js';
import type { SafetensorsWriter } from './SafetensorsWriter.js';
import { unwritable } from './unwritable.js';
import type { WorkerPool } from './WorkerPool.js';

/**
 * Carries out a plan into a file with a pool of threads, which write what they draw; `drawIntoFile` is the counterpart for one thread.
 * @throws FormatError if the file cannot be written
 */
export async function drawIntoFileInThreads(
  plan: Plan,
  context: RunContext,
  writer: SafetensorsWriter<StoredTensor>,
  pool: WorkerPool,
  onProgress: (progress: FileProgress) => void = () => {},
): Promise<Report> {
  const run = new FileRun(plan, context, writer, onProgress);
  try {
    return await new ParallelFileRun(run, writer.file.descriptor, pool).execute(plan);
  } catch (error) {
    throw error instanceof RefusedWrite ? unwritable(error.cause, writer.file.path) : error;
  }
}

class ParallelFileRun {
  private readonly fills: PooledFills;

  constructor(
    private readonly run: FileRun,
    private readonly descriptor: number,
    private readonly pool: WorkerPool,
  ) {
    this.fills = new PooledFills(run.context.generator, pool);
  }

  async execute({ assignments }: Plan): Promise<Report> {
    const { run, fills } = this;
    await this.keep([...keptFills(run.kept)]);
    const ranges = new Map(run.drawn.map((range) => [range.assignment, range]));
    for (const batch of independentBatches(assignments)) {
      const written = batch.flatMap((assignment) => ranges.get(assignment) ?? []);
      await Promise.all([
        fills.draw(batch.filter(PooledFills.draws), (assignment) => this.useOf(ranges.get(assignment) as Drawn)),
        this.runOnMainThread(this.write(written.filter(({ assignment }) => !PooledFills.draws(assignment)))),
      ]);
    }
    const report = await this.runOnMainThread(run.report());
    fills.moveGenerator();
    return report;
  }

  private runOnMainThread<T>(steps: Steps<T>): Promise<T> {
    return finishWithPauses(steps, () => this.pool.check());
  }

  /** Writes what the plan keeps. */
  private async keep(kept: readonly KeptFill[]): Promise<void> {
    const pooled = new Map(kept.filter(({ fill }) => PooledFills.canDraw(fill)).map((own) => [own.fill, own]));
    await Promise.all([
      this.fills.drawDeferred([...pooled.keys()], (fill) => this.useOfKept(pooled.get(fill) as KeptFill)),
      this.runOnMainThread(this.keepHere(kept)),
    ]);
  }

  private *keepHere(kept: readonly KeptFill[]): Steps {
    const { run } = this;
    const { file, samples } = run;
    const drawn = new Set(kept.flatMap(({ ranges }) => ranges.map(({ memory }) => memory)));
    for (const own of kept) {
      if (PooledFills.canDraw(own.fill)) continue;
      run.path = own.name;
      yield* drawKept(file, own, samples);
    }
    for (const entry of run.kept) {
      if (drawn.has(entry.memory)) continue;
      run.path = entry.place.name;
      yield* copyElements(file, entry, samples);
    }
  }

  private *write(ranges: readonly Drawn[]): Steps {
    for (const range of ranges) yield* this.run.write(range);
  }

  private useOf(range: Drawn): FillUse {
    const { run } = this;
    const { assignment } = range;
    const { path, law, dtype } = assignment;
    warnAbout(law);
    return {
      ...this.into(path, [range], dtype as FloatDType),
      isCompared: run.results.isCompared(assignment),
      onEnd: ({ words, sample, values }) => {
        run.results.describe(assignment, words, sample, values);
      },
    };
  }

  private useOfKept({ fill, ranges, name }: KeptFill): FillUse {
    return {
      ...this.into(name, ranges, fill.tensors[0].dtype as FloatDType),
      isCompared: false,
      onEnd: ({ sample }) => {
        for (const range of ranges) this.run.samples.note(range, sample);
      },
    };
  }

  /** Sends the elements of a fill to the places in the file that have the memory of some tensors. */
  private into(
    path: string,
    ranges: readonly MemoryRange[],
    dtype: FloatDType,
  ): Pick<FillUse, 'path' | 'destination' | 'onRange'> {
    const { run, descriptor } = this;
    const target = { file: descriptor, parts: ranges.flatMap((range) => run.file.partsOf(range)) };
    const destination: FillDestination = { isLocal: false, isWhole: false, targetOf: () => target };
    const onRange = (count: number) => {
      run.path = path;
      run.advance(count * bytesOf(dtype) * ranges.length);
    };
    return { path, destination, onRange };
  }
}
