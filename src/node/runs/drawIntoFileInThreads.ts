import { warnAbout } from '../../init/fillLaw.js';
import { bytesOf, type FloatDType } from '../../numerics/DType.js';
import type { Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import type { RunContext } from '../../policy/RunContext.js';
import { finishWithPauses, type Steps } from '../../random/Steps.js';
import { RefusedWrite } from '../files/RefusedWrite.js';
import { unwritable } from '../files/unwritable.js';
import type { FillDestination } from '../threads/buildTasks.js';
import { independentBatches } from '../threads/independentBatches.js';
import { type FillUse, PooledFills } from '../threads/PooledFills.js';
import type { WorkerPool } from '../threads/WorkerPool.js';
import { type Drawn, FileFilling, type FileProgress } from './drawIntoFile.js';
import type { FileStore, MemoryRange } from './FileMemory.js';
import { copyElements, drawKept, type KeptFill, keptFills } from './keepElements.js';
import { type Taken, takeElements } from './takeElements.js';

/**
 * Carries out a plan into a file with a pool of threads, which write what they draw; `drawIntoFile` is the counterpart for one thread.
 * @param taken what a checkpoint gives. Default: nothing.
 * @throws FormatError if the file cannot be written
 */
export async function drawIntoFileInThreads(
  plan: Plan,
  context: RunContext,
  store: FileStore,
  pool: WorkerPool,
  taken: readonly Taken[] = [],
  onProgress: (progress: FileProgress) => void = () => {},
): Promise<Report> {
  const filling = new FileFilling(plan, context, store, taken, onProgress);
  try {
    return await new ParallelFilling(filling, store, pool).execute(plan);
  } catch (error) {
    throw error instanceof RefusedWrite ? unwritable(error.cause, store.path) : error;
  }
}

class ParallelFilling {
  private readonly fills: PooledFills;

  constructor(
    private readonly filling: FileFilling,
    private readonly store: FileStore,
    private readonly pool: WorkerPool,
  ) {
    this.fills = new PooledFills(filling.context.generator, pool);
  }

  async execute({ assignments }: Plan): Promise<Report> {
    const { filling, fills } = this;
    await this.keep([...keptFills(filling.kept)]);
    const ranges = new Map(filling.drawn.map((range) => [range.assignment, range]));
    for (const batch of independentBatches(assignments)) {
      const written = batch.flatMap((assignment) => ranges.get(assignment) ?? []);
      await Promise.all([
        fills.draw(batch.filter(PooledFills.draws), (assignment) => this.useOf(ranges.get(assignment) as Drawn)),
        this.runOnMainThread(this.write(written.filter(({ assignment }) => !PooledFills.draws(assignment)))),
      ]);
    }
    const report = await this.runOnMainThread(filling.report());
    fills.moveGenerator();
    return report;
  }

  private runOnMainThread<T>(steps: Steps<T>): Promise<T> {
    return finishWithPauses(steps, () => this.pool.check());
  }

  /** Writes what the plan keeps, and then what a checkpoint gives. */
  private async keep(kept: readonly KeptFill[]): Promise<void> {
    const pooled = new Map(kept.filter(({ fill }) => PooledFills.canDraw(fill)).map((own) => [own.fill, own]));
    await Promise.all([
      this.fills.drawDeferred([...pooled.keys()], (fill) => this.useOfKept(pooled.get(fill) as KeptFill)),
      this.runOnMainThread(this.keepHere(kept)),
    ]);
    const { file, taken, samples } = this.filling;
    const onTensor = (name: string) => {
      this.filling.path = name;
    };
    await this.runOnMainThread(takeElements(file, taken, samples, onTensor));
  }

  private *keepHere(kept: readonly KeptFill[]): Steps {
    const { filling } = this;
    const { file, samples } = filling;
    const drawn = new Set(kept.flatMap(({ ranges }) => ranges.map(({ memory }) => memory)));
    for (const own of kept) {
      if (PooledFills.canDraw(own.fill)) continue;
      filling.path = own.name;
      yield* drawKept(file, own, samples);
    }
    for (const entry of filling.kept) {
      if (drawn.has(entry.memory)) continue;
      filling.path = entry.place.name;
      yield* copyElements(file, entry, samples);
    }
  }

  private *write(ranges: readonly Drawn[]): Steps {
    for (const range of ranges) yield* this.filling.write(range);
  }

  private useOf(range: Drawn): FillUse {
    const { filling } = this;
    const { assignment } = range;
    const { path, law, dtype } = assignment;
    warnAbout(law);
    return {
      ...this.into(path, [range], dtype as FloatDType),
      isCompared: filling.results.isCompared(assignment),
      onEnd: ({ words, sample, values }) => {
        filling.results.describe(assignment, words, sample, values);
      },
    };
  }

  private useOfKept({ fill, ranges, name }: KeptFill): FillUse {
    return {
      ...this.into(name, ranges, fill.tensors[0].dtype as FloatDType),
      isCompared: false,
      onEnd: ({ sample }) => {
        for (const range of ranges) this.filling.samples.note(range, sample);
      },
    };
  }

  /** Sends the elements of a fill to the places in the files that have the memory of some tensors. */
  private into(
    path: string,
    ranges: readonly MemoryRange[],
    dtype: FloatDType,
  ): Pick<FillUse, 'path' | 'destination' | 'onRange'> {
    const { filling, store } = this;
    const parts = ranges
      .flatMap((range) => filling.file.overlaps(range))
      .flatMap(({ place, offset, from, to }) => {
        const at = store.locate(place, offset);
        return at === null ? [] : [{ from, to, ...at }];
      });
    const destination: FillDestination = { isLocal: false, isWhole: false, targetOf: () => ({ parts }) };
    const onRange = (count: number) => {
      filling.path = path;
      filling.advance(count * bytesOf(dtype) * ranges.length);
    };
    return { path, destination, onRange };
  }
}
