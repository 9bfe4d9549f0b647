import { ArgumentError, describeValue } from '../errors.js';

/** @throws ArgumentError if `path` cannot be the path of a file */
export function checkPath(caller: string, path: string): void {
  if (typeof path === 'string' && path !== '') return;
  throw new ArgumentError(`${caller} expects the path of a file, found ${describeValue(path)}`);
}
