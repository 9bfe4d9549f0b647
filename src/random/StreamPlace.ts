import { drawNormal } from './drawNormal.js';
import type { Generator } from './Generator.js';

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

/** A generator that stands where `start` would after drawing everything before `place`; `start` stays where it is. */
export function generatorAt(start: Generator, { words, cachedFrom }: StreamPlace): Generator {
  const generator = start.clone();
  if (cachedFrom === 'start') return generator.advance(words);
  generator.cachedNormal = undefined;
  if (cachedFrom === null) return generator.advance(words);
  generator.advance(cachedFrom);
  drawNormal(0, 1, generator);
  return generator.advance(words - cachedFrom - WORDS_OF_PAIR);
}
