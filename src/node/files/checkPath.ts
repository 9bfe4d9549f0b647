import { ArgumentError, describeValue } from '../../errors.js';

/** @throws ArgumentError if `path` cannot be the path of a file or folder */
export function checkPath(caller: string, path: string, kind = 'a file'): void {
  if (typeof path === 'string' && path !== '') return;
  throw new ArgumentError(`${caller} expects the path of ${kind}, found ${describeValue(path)}`);
}
