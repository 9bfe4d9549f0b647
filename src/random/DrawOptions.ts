import { ArgumentError, describeValue, isInstance } from '../errors.js';
import { readOptions } from '../readOptions.js';
import { defaultGenerator } from './defaultGenerator.js';
import { Generator } from './Generator.js';

/** Options of every function that draws random numbers. */
export interface DrawOptions {
  /** The source of the random numbers. Default: `defaultGenerator`. */
  generator?: Generator | undefined;
}

/** The defaults of {@link DrawOptions}. */
export const DRAW_DEFAULTS = { generator: defaultGenerator } as const;

/**
 * The generator in the options of a function, or the default generator.
 * @param caller the name of the function
 * @throws ArgumentError if the options are not a plain object (but a generator, for instance), or `generator` is not a
 * Generator
 */
export function generatorOf(caller: string, options: DrawOptions = {}): Generator {
  return checkGenerator(readOptions(caller, options, DRAW_DEFAULTS).generator);
}

/**
 * Returns an option if it is a generator.
 * @throws ArgumentError otherwise
 */
export function checkGenerator(generator: Generator): Generator {
  if (isInstance(generator, Generator)) return generator;
  throw new ArgumentError(
    `generator: expected a Generator, found ${describeValue(generator)}; leave it out to use the default generator`,
  );
}
