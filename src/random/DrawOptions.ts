import { ArgumentError, describeValue } from '../errors.js';
import { readOptions } from '../readOptions.js';
import { defaultGenerator } from './defaultGenerator.js';
import { Generator } from './Generator.js';

/** Options of every function that draws. */
export interface DrawOptions {
  /** Where the numbers come from; the default generator when absent. */
  generator?: Generator | undefined;
}

/** The defaults of {@link DrawOptions}. */
export const DRAW_DEFAULTS = { generator: defaultGenerator } as const;

/**
 * The generator that options name, or the default one.
 * @param what the function they were given to
 * @throws ArgumentError for options that are none (a generator itself, say) and for a generator that is none
 */
export function generatorOf(what: string, options: DrawOptions = {}): Generator {
  return checkGenerator(readOptions(what, options, DRAW_DEFAULTS).generator);
}

/** Returns an option if it is a generator; otherwise throws ArgumentError. */
export function checkGenerator(generator: Generator): Generator {
  if (generator instanceof Generator) return generator;
  throw new ArgumentError(
    `generator is a Generator, found ${describeValue(generator)}; leave it out for the default one`,
  );
}
