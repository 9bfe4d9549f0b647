import { operationsOf } from '../laws/bindLaw.js';
import { restoreLaw } from '../laws/table.js';
import type { FloatDType, Storage } from '../numerics/DType.js';
import { sumParts } from '../policy/measureSample.js';
import { Generator } from '../random/Generator.js';
import { generatorOf } from '../random/generatorOf.js';
import { RandomKey } from '../random/RandomKey.js';
import type { Steps } from '../random/Steps.js';
import { generatorAt, type StreamPosition } from '../random/StreamPosition.js';
import { Tensor } from '../tensor/Tensor.js';
import type { FillPiece, PieceResult, PlainKey, Stream } from './FillPiece.js';

/** The stream that is open, and the generator's position in it. The position is `null` where it is not known. */
interface Cursor {
  readonly stream: number;
  readonly start: Generator;
  generator: Generator;
  position: StreamPosition | null;
}

/** Draws pieces one after another. Every thread of a pool has its own executor. */
export class FillExecutor {
  private cursor: Cursor | null = null;

  /** Draws the elements of a piece into `data` and measures them. */
  *draw(piece: FillPiece, data: Storage<FloatDType>): Steps<PieceResult> {
    const { shape, dtype, position, zeros, source, needsState } = piece;
    const law = restoreLaw(piece.law);
    const operations = operationsOf(law);
    const generator = 'state' in source ? this.moveTo(source, position) : openKey(source, position);
    const before = generator.wordsDrawn;
    yield* operations.write(law, new Tensor({ dtype, shape, data }), generator);
    if (this.cursor?.generator === generator) {
      this.cursor.position = operations.positionAfter(law, shape, dtype, position);
    }
    for (const [from, to] of zeros) data.fill(0, from, to);
    return {
      parts: yield* sumParts(data, dtype),
      words: generator.wordsDrawn - before,
      state: needsState ? generator.getState() : null,
    };
  }

  /** Advances from the end of the last piece where possible, because a jump costs as much as drawing millions of words. */
  private moveTo(stream: Stream, target: StreamPosition): Generator {
    if (this.cursor?.stream !== stream.id) {
      const start = open(stream);
      const generator = start.clone();
      this.cursor = {
        stream: stream.id,
        start,
        generator,
        position: { words: 0, cachedFrom: start.cachedNormal === undefined ? null : 'start' },
      };
    }
    const { cursor } = this;
    const { position, start } = cursor;
    if (position !== null && position.cachedFrom === target.cachedFrom && position.words <= target.words) {
      cursor.generator.advance(target.words - position.words);
    } else cursor.generator = generatorAt(start, target);
    return cursor.generator;
  }
}

function open({ state, reference }: Stream): Generator {
  return new Generator(0, { reference }).setState(state);
}

function openKey({ seed, offset }: PlainKey, { words }: StreamPosition): Generator {
  return generatorOf(new RandomKey(seed, offset)).advance(words);
}
