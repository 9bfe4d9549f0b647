import { NORMAL_GROUP } from '../../kernels/draw/DrawKernels.js';
import { operationsOf } from '../../laws/bindLaw.js';
import { fillPieces } from '../../laws/fillPieces.js';
import type { Law } from '../../laws/Law.js';
import type { Range } from '../../laws/LawOperations.js';
import { partsOf } from '../../laws/partsOf.js';
import { type DrawnPiece, TOGETHER } from '../../laws/streamPieces.js';
import { restoreLaw } from '../../laws/table.js';
import { RangeSample } from '../../policy/RangeSample.js';
import { Generator } from '../../random/Generator.js';
import { RandomKey } from '../../random/RandomKey.js';
import type { Steps } from '../../random/Steps.js';
import { generatorAt, type StreamPosition } from '../../random/StreamPosition.js';
import { numelOf, type Shape } from '../../tensor/Shape.js';
import type { FillTask, PlainKey, StreamPlace, TaskResult } from './FillTask.js';
import { openTarget } from './openTarget.js';

/** A fill of which a thread has drawn a part. */
interface OpenFill {
  readonly id: number;
  /** The law with its operations, which it loses on the way to another thread. */
  readonly law: Law;
  readonly pieces: Iterator<DrawnPiece>;
  /** The piece after those that are drawn. */
  next: IteratorResult<DrawnPiece>;
  /** The generator, which stands behind what is drawn, and its words at the start of the fill; `null` for a key. */
  readonly stream: { readonly generator: Generator; readonly before: number } | null;
}

/** The stream that is open, and the generator's position in it. The position is `null` where it is not known. */
interface Cursor {
  readonly stream: number;
  readonly start: Generator;
  generator: Generator;
  position: StreamPosition | null;
}

/** Draws ranges of fills one after another, and measures each piece while it is in the cache. Every thread of a pool has an executor. */
export class FillExecutor {
  private cursor: Cursor | null = null;
  private open: OpenFill | null = null;

  /**
   * Draws a range.
   * @throws RefusedWrite if the target is a file that cannot be written
   */
  *draw(task: FillTask): Steps<TaskResult> {
    const { shape, dtype, range, measures } = task;
    const fill = this.openFill(task);
    const target = openTarget(task);
    const sample = measures === 'nothing' ? null : new RangeSample(numelOf(shape), dtype, range, measures === 'values');
    while (!fill.next.done && isWithin(fill.next.value, range)) {
      const { start, count, draw } = fill.next.value;
      const elements = target.memory(start, count);
      yield* draw(elements);
      sample?.add(elements);
      target.write(start, elements);
      fill.next = fill.pieces.next();
    }
    if (fill.next.done) this.open = null;
    const { parts = [], values = [] } = sample ?? {};
    return { parts, values, ...this.endOf(fill, task), elements: target.created };
  }

  /** Where the generator stands behind a task. After the last piece of a fill, the next fill needs no jump. */
  private endOf({ next, stream, law }: OpenFill, task: FillTask): Pick<TaskResult, 'words' | 'cachedNormal'> {
    const { shape, dtype, source, range } = task;
    if (stream === null || !('stream' in source)) return { words: 0, cachedNormal: undefined };
    const { generator, before } = stream;
    const { position } = source;
    const words = generator.wordsDrawn - before;
    let after = operationsOf(law).positionAfter(law, shape, dtype, position);
    // Of a fill in rounds each thread knows the rounds that its own elements need.
    const isWhole = range[0] === 0 && range[1] === numelOf(shape);
    if (after === null && isWhole && keepsCachedSample(law, shape))
      after = { ...position, words: position.words + words };
    if (this.cursor !== null && next.done) this.cursor.position = after;
    return { words, cachedNormal: generator.cachedNormal };
  }

  private openFill(task: FillTask): OpenFill {
    const { fill, shape, dtype, source, range } = task;
    const { open } = this;
    if (open?.id === fill && !open.next.done && open.next.value.start === range[0]) return open;
    const law = restoreLaw(task.law);
    const generator = 'stream' in source ? this.moveTo(source) : null;
    const stream = generator && { generator, before: generator.wordsDrawn };
    const pieces = fillPieces(law, shape, dtype, generator ?? keyOf(source as PlainKey), {
      together: TOGETHER,
      range: range[0] === 0 && range[1] === numelOf(shape) ? undefined : [range[0], numelOf(shape)],
    });
    this.open = { id: fill, law, pieces, next: pieces.next(), stream };
    return this.open;
  }

  /** Advances from the end of the last fill where possible, because a jump costs as much as drawing millions of words. */
  private moveTo({ stream, position: target }: StreamPlace): Generator {
    if (this.cursor?.stream !== stream.id) {
      const start = new Generator(0, { reference: stream.reference }).setState(stream.state);
      const cachedFrom = start.cachedNormal === undefined ? null : 'start';
      this.cursor = { stream: stream.id, start, generator: start.clone(), position: { words: 0, cachedFrom } };
    }
    const { cursor } = this;
    const { position, start } = cursor;
    if (position !== null && position.cachedFrom === target.cachedFrom && position.words <= target.words) {
      cursor.generator.advance(target.words - position.words);
    } else cursor.generator = generatorAt(start, target);
    cursor.position = null;
    return cursor.generator;
  }
}

/** Whether a piece belongs to a range. A piece without elements only moves the stream. */
function isWithin({ start, count }: DrawnPiece, [, to]: Range): boolean {
  return count === 0 || start < to;
}

/** Whether a fill neither uses nor leaves a cached sample. */
function keepsCachedSample(law: Law, shape: Shape): boolean {
  return partsOf(law, shape).every((part) => numelOf(part.shape) >= NORMAL_GROUP);
}

function keyOf({ seed, offset }: PlainKey): RandomKey {
  return new RandomKey(seed, offset);
}
