import { ArgumentError, describeValue } from '../errors.js';
import { drawNormal } from './drawNormal.js';
import { Generator } from './Generator.js';

/**
 * A place in a random stream, counted from where a generator stands: the words before it, and the sample that a small
 * normal fill left behind on the way.
 */
export interface StreamPlace {
  /** Words of the stream before this place. */
  readonly words: number;
  /**
   * The word at which the pair begins that left the cached sample; `'start'` for the one the generator had to begin with,
   * `null` where there is none.
   */
  readonly cachedFrom: number | 'start' | null;
}

/** The words of a pair of samples that a small normal fill draws. */
const WORDS_OF_PAIR = 4;

/**
 * A generator that stands where `start` would after drawing everything before `place`; `start` stays where it is.
 * @throws ArgumentError for a place that only drawing tells (`null` in a plan), and for what is none
 */
export function generatorAt(start: Generator, place: StreamPlace | null): Generator {
  if (!(start instanceof Generator)) {
    throw new ArgumentError(`generatorAt takes a Generator first, found ${describeValue(start)}`);
  }
  const { words, cachedFrom } = checkPlace(place);
  const generator = start.clone();
  if (cachedFrom === 'start') return generator.advance(words);
  generator.cachedNormal = undefined;
  if (cachedFrom === null) return generator.advance(words);
  generator.advance(cachedFrom);
  drawNormal(0, 1, generator);
  return generator.advance(words - cachedFrom - WORDS_OF_PAIR);
}

function checkPlace(place: StreamPlace | null): StreamPlace {
  if (place === null) {
    throw new ArgumentError(
      'the place is not known (null): a fill before it draws until it has enough; a report has the words it drew',
    );
  }
  const { words, cachedFrom } = Object(place) as Partial<StreamPlace>;
  if (
    Number.isSafeInteger(words) &&
    (cachedFrom === null || cachedFrom === 'start' || Number.isSafeInteger(cachedFrom))
  )
    return place;
  throw new ArgumentError(`generatorAt takes a place such as a plan's assignment.place, found ${describeValue(place)}`);
}
