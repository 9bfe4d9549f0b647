import { ArgumentError, checkOptions, describeValue, type InitreeError } from './errors.js';

/** The default of each option; `undefined` for one that has none. */
type Defaults<O> = { readonly [K in keyof O]-?: O[K] | undefined };

/** Options that are all there; those without a default may still be undefined. */
type Read<O, D> = {
  [K in keyof O]-?: K extends keyof D ? Exclude<O[K], undefined> | (D[K] extends undefined ? undefined : never) : never;
};

/**
 * The options of a function or constructor, each absent one replaced by its default.
 * @param Kind of the error, ArgumentError when absent
 * @throws for what is no plain object, such as an option passed by position, for a name that is no option's, and for
 *   anything but true and false where that is the choice
 */
export function readOptions<O extends object, const D extends Defaults<O>>(
  what: string,
  options: O,
  defaults: D,
  Kind: new (detail: string) => InitreeError = ArgumentError,
): Read<O, D> {
  checkOptions(`${what}()`, options, defaults, Kind);
  const read: Record<string, unknown> = { ...defaults };
  for (const name of Object.keys(options)) {
    const value: unknown = options[name as keyof O];
    if (value === undefined) continue;
    if (typeof read[name] === 'boolean' && typeof value !== 'boolean') {
      throw new Kind(`${what}(): ${name} is true or false, found ${describeValue(value)}`);
    }
    read[name] = value;
  }
  return read as Read<O, D>;
}
