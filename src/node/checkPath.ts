import { ArgumentError, describeValue } from '../errors.js';

/** Refuses what is not the name of a file. */
export function checkPath(what: string, path: string): void {
  if (typeof path === 'string' && path !== '') return;
  throw new ArgumentError(`${what} takes the name of a file, found ${describeValue(path)}`);
}
