import { FormatError, formatValue, InitreeError } from '../../errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist; create it first',
  ENOTDIR: 'part of the path is not a folder; expected a folder before each separator',
  EISDIR: 'the path is a folder; expected the path of a file',
  EEXIST: 'another file is there, and was left as it is; choose another name, or force its replacement',
  ELOOP: 'the symbolic links of the path lead in a circle; remove one of them',
  ENAMETOOLONG: 'the name is too long for the file system; choose a shorter one',
  EACCES: 'permission denied; choose a folder that you may write to',
  EPERM: 'permission denied; choose a folder that you may write to',
  EROFS: 'the file system is read-only; choose another folder',
  ENOSPC: 'no space is left on the device; free some space and try again',
  EDQUOT: 'the quota of the file system is used up; free some space and try again',
  EFBIG: 'the file is larger than the file system or the limit of the process allows; choose another folder',
  EIO: 'the device failed; check it, or choose another folder',
  EBUSY: 'the file is in use, or is a mount point; choose another name',
  EMFILE: 'the process has too many open files; save fewer files at the same moment',
  ENFILE: 'the system has too many open files; try again later',
};

/** The code of an error of the system, such as `'ENOENT'`; `undefined` for other errors. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

/**
 * The error for a file that could not be written; the message gives the path, the reason, and what to do. An error of this
 * package is returned as it is.
 */
export function unwritable(cause: unknown, path: string): InitreeError {
  if (cause instanceof InitreeError) return cause;
  const code = codeOf(cause);
  const reason = (code && REASONS[code]) ?? formatValue((cause as Error | null)?.message ?? cause);
  return new FormatError(`the file could not be written: ${reason}`, path, { cause });
}
