import { ArgumentError, describeValue } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { drawNormal, WORDS_OF_PAIR } from './drawNormal.js';
import { Generator } from './Generator.js';

/**
 * A position in a random stream, relative to a generator: the words before it, and the sample that a small normal fill
 * caches on the way.
 */
export interface StreamPosition {
  /** Words of the stream before this position. */
  readonly words: number;
  /**
   * The words before the pair of which the cached sample is the second; `'start'` if the generator itself had cached
   * the sample; `null` if no sample is cached.
   */
  readonly cachedFrom: number | 'start' | null;
}

/**
 * A copy of a generator that is in the state in which `start` would be after drawing everything before a position.
 * `start` does not move.
 * @param position the `place` of an assignment in a plan, counted from `start`
 * @throws ArgumentError if the position is `null`, which a plan has where only drawing shows the number of words, or is
 * not a position
 * @example
 * ```ts
 * import { definePolicy, explainPolicy, Generator, generatorAt, init, nn, parameter, zeros } from 'initree';
 * const generator = new Generator(0);
 * const policy = definePolicy('uniform', [parameter('*', init.uniform())]);
 * const [, bias] = explainPolicy(new nn.Linear(3, 2), policy, { generator }).assignments;
 * console.log(bias.path, bias.place); // bias { words: 6, cachedFrom: null }
 * const alone = init.uniform_(zeros([2]), 0, 1, { generator: generatorAt(generator, bias.place) });
 * console.log(alone.tolist()); // [ 0.4900934100151062, 0.8964447379112244 ]
 * ```
 */
export function generatorAt(start: Generator, position: StreamPosition | null): Generator {
  refuseSurplus('generatorAt', arguments, ['start', 'position']);
  if (!(start instanceof Generator)) {
    throw new ArgumentError(`generatorAt expects a Generator first, found ${describeValue(start)}`);
  }
  const { words, cachedFrom } = checkPosition(position);
  const generator = start.clone();
  if (cachedFrom === 'start') return generator.advance(words);
  generator.cachedNormal = undefined;
  if (cachedFrom === null) return generator.advance(words);
  generator.advance(cachedFrom);
  // It caches the second sample of the pair.
  drawNormal(generator);
  return generator.advance(words - cachedFrom - WORDS_OF_PAIR);
}

function checkPosition(position: StreamPosition | null): StreamPosition {
  if (position === null) {
    throw new ArgumentError(
      'the position is unknown (null): a fill before it draws until it has enough samples; the report counts its words. In ' +
        'counter mode an assignment has a key instead: generatorOf(assignment.key)',
    );
  }
  const { words, cachedFrom } = Object(position) as Partial<StreamPosition>;
  const isCachedFrom = cachedFrom === null || cachedFrom === 'start' || Number.isSafeInteger(cachedFrom);
  if (Number.isSafeInteger(words) && isCachedFrom) return position;
  throw new ArgumentError(
    `generatorAt expects a position such as a plan's assignment.place, found ${describeValue(position)}`,
  );
}
