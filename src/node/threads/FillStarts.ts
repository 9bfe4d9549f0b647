import { operationsOf } from '../../laws/bindLaw.js';
import { drawAside, streamPieces, TOGETHER } from '../../laws/streamPieces.js';
import type { FloatDType } from '../../numerics/DType.js';
import type { Assignment } from '../../policy/Plan.js';
import type { Generator } from '../../random/Generator.js';
import type { Steps } from '../../random/Steps.js';
import { generatorAt, type StreamPosition } from '../../random/StreamPosition.js';

/** Where a fill ends whose words only drawing counts. */
export interface FillEnd {
  /** The words of the stream from the start of the run to the end of the fill. */
  readonly words: number;
  /** The sample that is cached then; `null` if there is none. */
  readonly cachedNormal: number | null;
}

/** Remembers the ends of fills, by the index of the assignment. Other processes may have found them. */
export interface FillEnds {
  read(index: number): FillEnd | undefined;
  write(index: number, end: FillEnd): void;
}

/** Remembers the ends of fills for this process alone. */
export function endsInMemory(): FillEnds {
  const ends = new Map<number, FillEnd>();
  return { read: (index) => ends.get(index), write: (index, end) => void ends.set(index, end) };
}

/** A place in the stream: a generator, and a position that is counted from it. */
interface Place {
  readonly base: Generator;
  readonly position: StreamPosition;
}

/**
 * Opens the fills of a plan at their places in the stream, in any order, so that a process draws only some of them. The place of a
 * fill after a truncated normal that may draw again is known only when that one has been drawn; it is drawn here for this, unless its end
 * is remembered.
 */
export class FillStarts {
  /** The places of the first assignments. */
  private readonly places: Place[];
  /** The generator that was opened last. Going on from there is quicker than a jump from the start. */
  private last: Generator;

  /** @param start the generator at the start of the run; it does not move */
  constructor(
    private readonly assignments: readonly Assignment[],
    private readonly start: Generator,
    private readonly ends: FillEnds,
  ) {
    const cachedFrom = start.cachedNormal === undefined ? null : 'start';
    this.last = start.clone();
    this.places = [{ base: start, position: { words: 0, cachedFrom } }];
  }

  /** A generator at the start of an assignment's fill. It is the caller's until the next one is opened. */
  *open(index: number): Steps<Generator> {
    const place = yield* this.placeOf(index);
    const words = this.wordsBefore(place) - (this.last.wordsDrawn - this.start.wordsDrawn);
    const isPlain = place.position.cachedFrom === null && this.last.cachedNormal === undefined;
    if (isPlain && words >= 0) this.last.advance(words);
    else this.last = generatorAt(place.base, place.position);
    return this.last;
  }

  /** A generator in the state after all fills. */
  *end(): Steps<Generator> {
    const { base, position } = yield* this.placeOf(this.assignments.length);
    return generatorAt(base, position);
  }

  /** The number of words that a fill takes. */
  *wordsOf(index: number): Steps<number> {
    const [before, after] = [yield* this.placeOf(index), yield* this.placeOf(index + 1)];
    return this.wordsBefore(after) - this.wordsBefore(before);
  }

  private wordsBefore({ base, position }: Place): number {
    return base.wordsDrawn - this.start.wordsDrawn + position.words;
  }

  private *placeOf(index: number): Steps<Place> {
    while (this.places.length <= index) {
      const last = this.places.length - 1;
      this.places.push(this.known(last) ?? this.placeAt(yield* this.endOf(last)));
    }
    return this.places[index];
  }

  /** Remembers the end of a fill that was drawn as a whole, if only drawing shows it. */
  note(index: number, generator: Generator): void {
    if (this.known(index) === null) this.ends.write(index, this.describe(generator));
  }

  /** The place after a fill; null if only drawing shows it. */
  private known(index: number): Place | null {
    const { base, position } = this.places[index];
    const { law, shape, dtype } = this.assignments[index];
    const after = operationsOf(law).positionAfter(law, shape, dtype as FloatDType, position);
    return after && { base, position: after };
  }

  private *endOf(index: number): Steps<FillEnd> {
    const remembered = this.ends.read(index);
    if (remembered !== undefined) return remembered;
    const generator = yield* this.open(index);
    const { law, shape, dtype } = this.assignments[index];
    yield* drawAside(streamPieces(law, shape, dtype, generator, { together: TOGETHER }), dtype);
    const end = this.describe(generator);
    this.ends.write(index, end);
    return end;
  }

  private describe(generator: Generator): FillEnd {
    return { words: generator.wordsDrawn - this.start.wordsDrawn, cachedNormal: generator.cachedNormal ?? null };
  }

  private placeAt({ words, cachedNormal }: FillEnd): Place {
    const base = generatorAt(this.start, { words, cachedFrom: null });
    base.cachedNormal = cachedNormal ?? undefined;
    return { base, position: { words: 0, cachedFrom: cachedNormal === null ? null : 'start' } };
  }
}
