import { ArgumentError, describeValue, isInstance } from '../errors.js';
import { defaultGenerator } from './defaultGenerator.js';
import { Generator } from './Generator.js';

/** Options of every function that draws random numbers. */
export interface DrawOptions {
  /** The source of the random numbers. Default: `defaultGenerator`. */
  generator?: Generator | undefined;
}

/**
 * Returns the option `generator`, or the default generator if it is undefined.
 * @throws ArgumentError if it is no generator
 */
export function checkGenerator(generator: Generator = defaultGenerator): Generator {
  if (isInstance(generator, Generator)) return generator;
  throw new ArgumentError(
    `generator: expected a Generator, found ${describeValue(generator)}; leave it out to use the default generator`,
  );
}
