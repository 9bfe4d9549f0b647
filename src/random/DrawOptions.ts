import { ArgumentError, checkOptions, describeValue } from '../errors.js';
import { defaultGenerator } from './defaultGenerator.js';
import { Generator } from './Generator.js';

/** Options of every function that draws. */
export interface DrawOptions {
  /** Where the numbers come from; the default generator when absent. */
  generator?: Generator | undefined;
}

/**
 * The generator that options name, or the default one.
 * @param what the function they were given to
 * @throws ArgumentError for options that are none (a generator itself, say) and for a generator that is none
 */
export function generatorOf(what: string, options: DrawOptions = {}): Generator {
  if (options instanceof Generator) {
    throw new ArgumentError(`${what} takes its options as one object: give { generator }, not the generator itself`);
  }
  const { generator = defaultGenerator } = checkOptions(what, options);
  if (generator instanceof Generator) return generator;
  throw new ArgumentError(
    `generator is a Generator, found ${describeValue(generator)}; leave it out for the default one`,
  );
}
