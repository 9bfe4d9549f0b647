import { formatValue, InitreeError, locate, relocate } from '../../errors.js';
import { unreadable } from './openRegularFile.js';

/** The same error with the path of the file. If it names a tensor, the message gives the tensor and the file. */
export function inFile(error: unknown, path: string): unknown {
  if (error instanceof InitreeError && error.path !== undefined && error.path !== path) {
    return relocate(error, `${formatValue(error.path)} in ${path}`);
  }
  return (error as NodeJS.ErrnoException).syscall === undefined ? locate(error, path) : unreadable(error, path);
}
