import { drawsNothing } from '../../laws/advancePast.js';
import { canCutFill } from '../../laws/cutFill.js';
import type { Law } from '../../laws/Law.js';
import { leavesElements } from '../../laws/partsOf.js';
import { isOnePiece, PIECE } from '../../laws/streamPieces.js';
import type { DType, FloatDType } from '../../numerics/DType.js';
import { finishWithPauses, type Steps } from '../../random/Steps.js';
import type { Shape } from '../../tensor/Shape.js';
import { RefusedWrite } from '../files/RefusedWrite.js';
import { unwritable } from '../files/unwritable.js';
import { independentBatches } from '../threads/independentBatches.js';
import { type FillUse, PooledFills } from '../threads/PooledFills.js';
import type { WorkerPool } from '../threads/WorkerPool.js';
import type { FileStore, MemoryRange } from './FileMemory.js';
import type { Drawn, Filling } from './Filling.js';
import { copyElements, drawKept, type KeptFill, keptFills } from './keepElements.js';

/**
 * Writes what a run has to write with a pool of threads, which write what they draw; `Filling.fill` is the counterpart for one thread.
 * @throws FormatError if a file cannot be written
 */
export async function fillInThreads(
  filling: Filling,
  store: FileStore,
  fills: PooledFills,
  pool: WorkerPool,
): Promise<void> {
  try {
    await new ParallelFilling(filling, store, fills, pool).execute();
  } catch (error) {
    throw error instanceof RefusedWrite ? unwritable(error.cause, store.path) : error;
  }
}

class ParallelFilling {
  constructor(
    private readonly filling: Filling,
    private readonly store: FileStore,
    private readonly fills: PooledFills,
    private readonly pool: WorkerPool,
  ) {}

  async execute(): Promise<void> {
    const { filling, fills } = this;
    await this.keep([...keptFills(filling.kept)]);
    await this.runHere(filling.take());
    const ranges = new Map(filling.drawn.map((range) => [range.assignment, range]));
    for (const batch of independentBatches([...ranges.keys()])) {
      const own = batch.map((assignment) => ranges.get(assignment) as Drawn);
      const pooled = new Map(own.flatMap((range) => this.useOf(range) ?? []));
      const here = own.filter(({ assignment }) => !pooled.has(assignment));
      const isShort = ({ assignment: { law, shape, dtype } }: Drawn) =>
        drawsNothing(law, shape, dtype as FloatDType) && !leavesElements(law, shape);
      await Promise.all([
        fills.draw([...pooled.keys()], (assignment) => pooled.get(assignment) as FillUse),
        this.runHere(this.write(here.filter(isShort))),
      ]);
      // This thread may have to hold the others, and the pool holds nothing now.
      for (const range of here.filter((range) => !isShort(range))) {
        if (range.assignment.key === null) await fills.findPlace(range.index);
        await this.runHere(filling.write(range));
      }
    }
  }

  private runHere(steps: Steps): Promise<void> {
    return finishWithPauses(steps, () => this.pool.check());
  }

  private *write(ranges: readonly Drawn[]): Steps {
    for (const range of ranges) yield* this.filling.write(range);
  }

  /** Writes what the plan keeps. */
  private async keep(kept: readonly KeptFill[]): Promise<void> {
    const { filling } = this;
    const pooled = new Map(kept.flatMap((own) => this.useOfKept(own) ?? []));
    const drawn = new Set(kept.flatMap(({ ranges }) => ranges.map(({ memory }) => memory)));
    await Promise.all([
      this.fills.drawDeferred([...pooled.keys()], (fill) => pooled.get(fill) as FillUse),
      this.runHere(this.copy(drawn)),
    ]);
    for (const own of kept) {
      if (pooled.has(own.fill)) continue;
      filling.path = own.name;
      await this.runHere(drawKept(filling.file, own, filling.samples));
    }
  }

  /** Writes what the model holds. */
  private *copy(drawn: ReadonlySet<object>): Steps {
    const { filling } = this;
    for (const entry of filling.kept) {
      if (drawn.has(entry.memory)) continue;
      filling.path = entry.place.name;
      yield* copyElements(filling.file, entry, filling.samples);
    }
  }

  /** How other threads draw an assignment; `null` if they cannot, or if nothing is to be drawn. */
  private useOf(range: Drawn): [[Drawn['assignment'], FillUse]] | null {
    const { assignment } = range;
    const { path, law, shape, dtype, key } = assignment;
    if (!PooledFills.draws(assignment)) return null;
    const use = this.filling.useOf(range);
    if (use.range !== undefined && !canDrawPart(law, shape, dtype, key !== null)) return null;
    return [[assignment, { ...use, ...this.into(path, [range], dtype) }]];
  }

  private useOfKept(own: KeptFill): [[KeptFill['fill'], FillUse]] | null {
    const { fill, ranges, name } = own;
    const { law, shape, tensors } = fill;
    const { dtype } = tensors[0];
    const use = PooledFills.canDraw(fill) ? this.filling.useOfKept(own) : null;
    if (use === null || (use.range !== undefined && !canDrawPart(law, shape, dtype, false))) return null;
    return [[fill, { ...use, ...this.into(name, ranges, dtype) }]];
  }

  /** Sends the elements of a fill to the places in the files that have the memory of some tensors. */
  private into(
    path: string,
    ranges: readonly MemoryRange[],
    dtype: DType,
  ): Pick<FillUse, 'path' | 'destination' | 'onRange'> {
    const { filling, store } = this;
    const parts = ranges
      .flatMap((range) => filling.file.overlaps(range))
      .flatMap(({ place, offset, from, to }) => {
        const at = store.locate(place, offset);
        return at === null ? [] : [{ from, to, ...at }];
      });
    return {
      path,
      destination: { isLocal: false, isWhole: false, isHeld: true, targetOf: () => ({ parts }) },
      onRange: (count) => filling.countElements(path, count * ranges.length, dtype),
    };
  }
}

/** Whether threads can draw a part of a fill without drawing all of it. */
function canDrawPart(law: Law, shape: Shape, dtype: DType, isKeyed: boolean): boolean {
  return isOnePiece(shape, PIECE) || canCutFill(law, shape, dtype as FloatDType, { isKeyed });
}
