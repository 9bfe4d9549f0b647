import type { DeferredFill } from '../../init/Deferral.js';
import { drawsNothing } from '../../laws/advancePast.js';
import { operationsOf } from '../../laws/bindLaw.js';
import type { FloatDType } from '../../numerics/DType.js';
import type { Assignment } from '../../policy/Plan.js';
import type { Generator } from '../../random/Generator.js';
import type { FullReferenceName } from '../../random/references/table.js';
import type { StreamPosition } from '../../random/StreamPosition.js';
import { buildTasks, type DrawnFill, type PooledFill } from './buildTasks.js';
import type { Stream, StreamPlace } from './FillTask.js';
import type { PoolTask } from './PoolTask.js';
import type { WorkerPool } from './WorkerPool.js';

/** What a run adds to a fill: where the elements go, and what follows. */
export type FillUse = Pick<PooledFill, 'path' | 'destination' | 'isCompared' | 'onRange'> & {
  /** Called when the fill is drawn. */
  readonly onEnd: (drawn: DrawnFill) => void;
};

/** Draws the fills of a run in the threads of a pool, each from its place in the stream or from its key. */
export class PooledFills {
  private fills = 0;
  private streams = 0;
  /** The current stream. A new one is opened after a fill whose end cannot be told as a position in it. */
  private stream: Stream | null = null;
  /** The words of the generator's stream before {@link stream}. */
  private origin = 0;
  /** Where in {@link stream} the next draws begin. */
  private position: StreamPosition;
  /** The last fill of the stream that is drawn, and the sample that is cached after it. */
  private last: { readonly fill: number; readonly cachedNormal: number | undefined } | null = null;

  /** @param generator the generator of the run. It moves only in {@link moveGenerator}. */
  constructor(
    private readonly generator: Generator,
    private readonly pool: WorkerPool,
  ) {
    this.position = startOf(generator);
  }

  /** Whether an assignment draws, so that it is one for {@link draw}. */
  static draws({ law, shape, dtype }: Assignment): boolean {
    return !drawsNothing(law, shape, dtype as FloatDType);
  }

  /** Draws assignments that may be written in any order. They are given in the order of the stream. */
  async draw(assignments: readonly Assignment[], useOf: (assignment: Assignment) => FillUse): Promise<void> {
    let tasks: PoolTask[] = [];
    for (const assignment of assignments) {
      const { law, shape, key } = assignment;
      const dtype = assignment.dtype as FloatDType;
      const fill = { id: this.fills++, law, shape, dtype, ...useOf(assignment) };
      if (key !== null) {
        const { seed, offset } = key;
        tasks.push(...buildTasks({ ...fill, source: { seed, offset } }));
        continue;
      }
      this.stream ??= this.openStream(this.generator);
      const place = { stream: this.stream, position: this.position };
      const after = operationsOf(law).positionAfter(law, shape, dtype, place.position);
      if (after === null) {
        this.pool.enqueue(tasks);
        tasks = [];
        await this.drawUnknownLength({ ...fill, source: place }, place);
      } else {
        const words = after.words - place.position.words;
        tasks.push(...this.tasksOf({ ...fill, source: place, onEnd: (drawn) => fill.onEnd({ ...drawn, words }) }));
        this.position = after;
      }
    }
    this.pool.enqueue(tasks);
    await this.pool.finished();
  }

  /** Whether a deferred fill is one for {@link drawDeferred}: it draws, and any thread can open its stream. */
  static canDraw({ law, shape, start, tensors: [{ dtype }] }: DeferredFill): boolean {
    return start.engine === 'mersenne' && !drawsNothing(law, shape, dtype as FloatDType);
  }

  /** Draws deferred fills. They are given in the order of the stream. */
  async drawDeferred(fills: readonly DeferredFill[], useOf: (fill: DeferredFill) => FillUse): Promise<void> {
    const streams = new Map<Generator, Stream>();
    const tasks = fills.flatMap((fill) => {
      const { law, shape, start, offset, tensors } = fill;
      const stream = streams.get(start) ?? this.openStream(start);
      streams.set(start, stream);
      const source = { stream, position: { words: offset, cachedFrom: null } };
      return buildTasks({
        id: this.fills++,
        law,
        shape,
        dtype: tensors[0].dtype as FloatDType,
        source,
        ...useOf(fill),
      });
    });
    this.pool.enqueue(tasks);
    await this.pool.finished();
  }

  /** Moves the generator to the position that it would have if it had drawn everything itself. */
  moveGenerator(): void {
    if (this.last === null) return;
    this.generator.advance(this.origin + this.position.words);
    this.generator.cachedNormal = this.last.cachedNormal;
  }

  /** Waits for a fill whose number of words is not known beforehand. The next fill begins behind it. */
  private async drawUnknownLength(fill: PooledFill, { stream, position }: StreamPlace): Promise<void> {
    let found: DrawnFill | undefined;
    const onEnd = (drawn: DrawnFill) => {
      found = drawn;
      fill.onEnd(drawn);
    };
    const tasks = this.tasksOf({ ...fill, onEnd });
    if (tasks.length === 1) await this.pool.prioritize(tasks[0]);
    else {
      // Every thread has a share of it as soon as the work before it is done.
      await this.pool.finished();
      this.pool.enqueue(tasks);
      await this.pool.finished();
    }
    const { words, last } = found as DrawnFill;
    if (last.state === null) this.position = { ...position, words: position.words + words };
    else {
      this.origin += position.words + words;
      this.stream = { ...stream, id: this.streams++, state: last.state };
      this.position = { words: 0, cachedFrom: last.cachedNormal === undefined ? null : 'start' };
    }
  }

  /** The tasks of a fill of the stream. */
  private tasksOf(fill: PooledFill): PoolTask[] {
    const onEnd = (drawn: DrawnFill) => {
      const { cachedNormal } = drawn.last;
      if (this.last === null || this.last.fill < fill.id) this.last = { fill: fill.id, cachedNormal };
      fill.onEnd(drawn);
    };
    return buildTasks({ ...fill, onEnd });
  }

  private openStream(generator: Generator): Stream {
    return { id: this.streams++, state: generator.getState(), reference: generator.reference as FullReferenceName };
  }
}

function startOf({ cachedNormal }: Generator): StreamPosition {
  return { words: 0, cachedFrom: cachedNormal === undefined ? null : 'start' };
}
