import { extend, FormatError } from '../errors.js';
import { codeOf } from '../node/files/unwritable.js';

/** The error for something that exists already, with the option that replaces it. Other errors are returned as they are. */
export function namingForce(error: unknown): unknown {
  const isThere = error instanceof FormatError && codeOf(error.cause) === 'EEXIST';
  return isThere ? extend(error, ' by --force') : error;
}
