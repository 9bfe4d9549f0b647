import type { DeferredFill } from '../../init/Deferral.js';
import { drawsNothing } from '../../laws/advancePast.js';
import type { FloatDType } from '../../numerics/DType.js';
import type { Assignment } from '../../policy/Plan.js';
import type { Generator } from '../../random/Generator.js';
import type { FullReferenceName } from '../../random/references/table.js';
import { type FillDestination, type PooledFill, tasksOf } from './buildTasks.js';
import type { FillStarts, Place } from './FillStarts.js';
import type { Stream, StreamPlace } from './FillTask.js';
import type { TaskGroup } from './PoolTask.js';
import type { WorkerPool } from './WorkerPool.js';

/** What a run adds to a fill: where the elements go, which of them, and what follows. */
export type FillUse = Pick<PooledFill, 'path' | 'destination' | 'range' | 'measures' | 'onRange' | 'onEnd'>;

/** A fill that is drawn to find its end. Nobody needs the elements. */
const ASIDE: FillDestination = { isLocal: false, isWhole: false, isHeld: false, targetOf: () => ({ parts: [] }) };

/** Draws the fills of a run in the threads of a pool, each from its place in the stream or from its key. */
export class PooledFills {
  private fills = 0;
  private readonly streams = new Map<Generator, Stream>();
  private readonly indices: ReadonlyMap<Assignment, number>;

  /**
   * @param assignments those of the plan, all of them
   * @param starts their places
   */
  constructor(
    private readonly assignments: readonly Assignment[],
    private readonly starts: FillStarts,
    private readonly pool: WorkerPool,
  ) {
    this.indices = new Map(assignments.map((assignment, index) => [assignment, index]));
  }

  /** Whether an assignment draws, so that it is one for {@link draw}. */
  static draws({ law, shape, dtype }: Assignment): boolean {
    return !drawsNothing(law, shape, dtype as FloatDType);
  }

  /** Draws assignments that may be written in any order. They are given in the order of the stream. */
  async draw(assignments: readonly Assignment[], useOf: (assignment: Assignment) => FillUse): Promise<void> {
    let work: TaskGroup[] = [];
    const begin = () => {
      this.pool.enqueue(work);
      work = [];
    };
    for (const assignment of assignments) {
      const { key } = assignment;
      const use = useOf(assignment);
      if (key !== null) {
        const { seed, offset } = key;
        work.push(tasksOf(this.fillOf(assignment, { seed, offset }, use)));
        continue;
      }
      const index = this.indices.get(assignment) as number;
      if (this.starts.unknownBefore(index) !== null) {
        begin();
        await this.findPlace(index);
      }
      const fill = this.fillOf(assignment, this.placeOf(this.starts.known(index)), use);
      const words = this.starts.knownWords(index);
      if (words !== null) work.push(tasksOf({ ...fill, onEnd: (drawn) => use.onEnd({ ...drawn, words }) }));
      else if (use.range !== undefined) work.push(tasksOf(fill));
      else {
        begin();
        await this.drawToEnd(index, fill);
      }
    }
    begin();
    await this.pool.finished();
  }

  /** Whether a deferred fill is one for {@link drawDeferred}: it draws, and any thread can open its stream. */
  static canDraw({ law, shape, start, tensors: [{ dtype }] }: DeferredFill): boolean {
    return start.engine === 'mersenne' && !drawsNothing(law, shape, dtype as FloatDType);
  }

  /** Draws deferred fills. They are given in the order of the stream. */
  async drawDeferred(fills: readonly DeferredFill[], useOf: (fill: DeferredFill) => FillUse): Promise<void> {
    const work = fills.map((fill) => {
      const { law, shape, start, offset, tensors } = fill;
      const source = this.placeOf({ base: start, position: { words: offset, cachedFrom: null } });
      const dtype = tensors[0].dtype as FloatDType;
      return tasksOf({ id: this.fills++, law, shape, dtype, source, ...useOf(fill) });
    });
    this.pool.enqueue(work);
    await this.pool.finished();
  }

  /** Finds the ends of all fills before an assignment, so that its place is known. All threads draw them. */
  async findPlace(index: number): Promise<void> {
    const { starts } = this;
    for (let i = starts.unknownBefore(index); i !== null; i = starts.unknownBefore(index)) {
      const assignment = this.assignments[i];
      const use = { path: assignment.path, destination: ASIDE, measures: 'nothing', onRange() {}, onEnd() {} } as const;
      await this.drawToEnd(i, this.fillOf(assignment, this.placeOf(starts.known(i)), use));
    }
  }

  private fillOf(assignment: Assignment, source: PooledFill['source'], use: FillUse): PooledFill {
    const { law, shape, dtype } = assignment;
    return { id: this.fills++, law, shape, dtype: dtype as FloatDType, source, ...use };
  }

  /** Waits for a fill of which only drawing shows the end. The next fill begins behind it. */
  private async drawToEnd(index: number, fill: PooledFill): Promise<void> {
    const onEnd: PooledFill['onEnd'] = (drawn) => {
      this.starts.note(index, drawn.words, drawn.last.cachedNormal);
      fill.onEnd(drawn);
    };
    const tasks = tasksOf({ ...fill, onEnd }).tasks();
    if (tasks.length === 1) await this.pool.prioritize(tasks[0]);
    else {
      // Every thread has a share of it as soon as the work before it is done.
      await this.pool.finished();
      this.pool.enqueue(tasks);
      await this.pool.finished();
    }
  }

  /** A place as plain data. */
  private placeOf({ base, position }: Place): StreamPlace {
    const known = this.streams.get(base);
    if (known !== undefined) return { stream: known, position };
    const reference = base.reference as FullReferenceName;
    const stream = { id: this.streams.size, state: base.getState(), reference };
    this.streams.set(base, stream);
    return { stream, position };
  }
}
