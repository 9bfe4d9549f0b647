import { ArgumentError, checkOptions, nearestName } from '../errors.js';

/**
 * Returns the settings of an initialiser, which may stand beside the options of drawing.
 * @param names the settings that it has
 * @throws ArgumentError for settings that are no object, and for a name that is none of theirs
 */
export function checkSettings<S extends object>(kind: string, settings: S, names: readonly string[]): S {
  for (const name of Object.keys(checkOptions(kind, settings))) {
    if (names.includes(name) || name === 'generator') continue;
    throw new ArgumentError(`${kind} has no setting '${name}'${nearestName(name, names)}`);
  }
  return settings;
}
