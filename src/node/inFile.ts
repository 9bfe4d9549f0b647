import { FormatError, formatValue, locate } from '../errors.js';
import { unreadable } from './openRegularFile.js';

/** The same error with the path of the file. If it names a tensor, the message gives the tensor and the file. */
export function inFile(error: unknown, path: string): unknown {
  if (error instanceof FormatError && error.path !== undefined && error.path !== path) {
    return new FormatError(error.detail, `${formatValue(error.path)} in ${path}`, { cause: error });
  }
  return (error as NodeJS.ErrnoException).syscall === undefined ? locate(error, path) : unreadable(error, path);
}
