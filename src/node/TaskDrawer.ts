import { placeAfter } from '../init/lawDraws.js';
import { writeLaw } from '../init/writeLaw.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { sumParts } from '../policy/measureSample.js';
import { counterGenerator } from '../random/counterGenerator.js';
import { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import { generatorAt, type StreamPosition } from '../random/StreamPosition.js';
import { Tensor } from '../tensor/Tensor.js';
import type { FillOutcome, FillTask, Stream } from './FillTask.js';

/** The stream that is open, and where in it the generator stands; `place` is `null` where only the generator knows. */
interface Cursor {
  readonly stream: number;
  readonly start: Generator;
  generator: Generator;
  place: StreamPosition | null;
}

/** Draws tasks one after another; every thread of a crew has one. */
export class TaskDrawer {
  private cursor: Cursor | null = null;

  /** Draws the elements of a task and measures them. */
  *draw(task: FillTask, data: Storage<FloatDType>): Steps<FillOutcome> {
    const { law, shape, dtype, place, zeros, stream, wantsState } = task;
    const at = this.moveTo(stream, place);
    const { generator } = at;
    const before = generator.wordsDrawn;
    yield* writeLaw(new Tensor({ dtype, shape, data }), law, generator);
    at.place = placeAfter(law, shape, dtype, place);
    for (const [from, to] of zeros) data.fill(0, from, to);
    return {
      parts: yield* sumParts(data, dtype),
      words: generator.wordsDrawn - before,
      state: wantsState ? generator.getState() : null,
    };
  }

  /** Goes on from where the last task ended, if that is possible: a jump takes as long as drawing millions of words. */
  private moveTo(stream: Stream, place: StreamPosition): Cursor {
    if (this.cursor?.stream !== stream.id) {
      const start = open(stream);
      const generator = start.clone();
      this.cursor = {
        stream: stream.id,
        start,
        generator,
        place: { words: 0, cachedFrom: start.cachedNormal === undefined ? null : 'start' },
      };
    }
    const { cursor } = this;
    const { place: here, start } = cursor;
    if (here !== null && here.cachedFrom === place.cachedFrom && here.words <= place.words) {
      cursor.generator.advance(place.words - here.words);
    } else cursor.generator = generatorAt(start, place);
    return cursor;
  }
}

function open(stream: Stream): Generator {
  return stream.kind === 'torch' ? new Generator().setState(stream.state) : counterGenerator(stream.seed, stream.path);
}
