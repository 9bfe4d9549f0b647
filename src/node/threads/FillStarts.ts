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
export interface Place {
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
    const words = place.position.words - (this.last.wordsDrawn - this.start.wordsDrawn);
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
    return after.position.words - before.position.words;
  }

  /**
   * The index of the fill whose end has to be found, by drawing it, before the place of an assignment is known; `null` if
   * {@link known} gives that place.
   */
  unknownBefore(index: number): number | null {
    while (this.places.length <= index) {
      const last = this.places.length - 1;
      const next = this.placeAfter(last) ?? this.rememberedAfter(last);
      if (next === null) return last;
      this.places.push(next);
    }
    return null;
  }

  /** The place of an assignment before which no end is unknown. */
  known(index: number): Place {
    return this.places[index];
  }

  /** The number of words that a fill at a known place takes; `null` if only drawing it shows that. */
  knownWords(index: number): number | null {
    const after = this.placeAfter(index);
    return after && after.position.words - this.places[index].position.words;
  }

  /**
   * Remembers the end of a fill that was drawn as a whole, if only drawing shows it.
   * @param words the words that the fill took
   * @param cachedNormal the sample that is cached then
   */
  note(index: number, words: number, cachedNormal: number | undefined): void {
    if (this.placeAfter(index) !== null) return;
    const before = this.places[index].position.words;
    this.ends.write(index, { words: before + words, cachedNormal: cachedNormal ?? null });
  }

  private *placeOf(index: number): Steps<Place> {
    for (let i = this.unknownBefore(index); i !== null; i = this.unknownBefore(index)) yield* this.findEnd(i);
    return this.places[index];
  }

  /** The place after a fill; null if only drawing shows it. In counter mode a fill takes nothing from the stream. */
  private placeAfter(index: number): Place | null {
    const { base, position } = this.places[index];
    const { law, shape, dtype, key } = this.assignments[index];
    if (key !== null) return this.places[index];
    const after = operationsOf(law).positionAfter(law, shape, dtype as FloatDType, position);
    return after && { base, position: after };
  }

  private rememberedAfter(index: number): Place | null {
    const end = this.ends.read(index);
    if (end === undefined) return null;
    const { words, cachedNormal } = end;
    if (cachedNormal === null) return { base: this.start, position: { words, cachedFrom: null } };
    const base = this.start.clone();
    base.cachedNormal = cachedNormal;
    return { base, position: { words, cachedFrom: 'start' } };
  }

  private *findEnd(index: number): Steps {
    const generator = yield* this.open(index);
    const before = generator.wordsDrawn;
    const { law, shape, dtype } = this.assignments[index];
    yield* drawAside(streamPieces(law, shape, dtype, generator, { together: TOGETHER }), dtype);
    this.note(index, generator.wordsDrawn - before, generator.cachedNormal);
  }
}
