import { ArgumentError, checkOptions, describeValue, type InitreeError } from './errors.js';

/** The default of each option; `undefined` if the option has no default. */
type Defaults<O> = { readonly [K in keyof O]-?: O[K] | undefined };

/** Options after reading. Only an option without a default may be undefined. */
type Read<O, D> = {
  [K in keyof O]-?: K extends keyof D ? Exclude<O[K], undefined> | (D[K] extends undefined ? undefined : never) : never;
};

/**
 * The options of a function or constructor with their defaults filled in.
 * @param caller name of the function or constructor, for error messages
 * @param defaults every option with its default
 * @param Kind class of the error. Default: ArgumentError.
 * @throws if `options` is not a plain object (an option passed by position, say), if it has an unknown name, or if an
 *   option whose default is a boolean has another value than true and false
 */
export function readOptions<O extends object, const D extends Defaults<O>>(
  caller: string,
  options: O,
  defaults: D,
  Kind: new (detail: string) => InitreeError = ArgumentError,
): Read<O, D> {
  checkOptions(`${caller}()`, options, defaults, Kind);
  const read: Record<string, unknown> = { ...defaults };
  for (const name of Object.keys(options)) {
    const value: unknown = options[name as keyof O];
    if (value === undefined) continue;
    if (typeof read[name] === 'boolean' && typeof value !== 'boolean') {
      throw new Kind(`${caller}(): ${name} must be true or false, found ${describeValue(value)}`);
    }
    read[name] = value;
  }
  return read as Read<O, D>;
}
