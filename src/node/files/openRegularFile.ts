import type { Stats } from 'node:fs';
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { FormatError, formatValue } from '../../errors.js';

/** Opening a pipe waits for a program that writes to it, and a terminal may become that of the process, without these. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens an ordinary file for reading. A pipe, a device or a folder is refused at once: it may have no end, and opening it may
 * wait or change it.
 * @returns the open file, and its size in bytes
 * @throws FormatError if the file does not exist, cannot be opened, or is no ordinary file
 */
export async function openRegularFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  let handle: FileHandle | undefined;
  try {
    checkRegular(await stat(path));
    handle = await open(path, FLAGS);
    // Another program may have replaced the file meanwhile.
    const found = await handle.stat();
    checkRegular(found);
    return { handle, size: found.size };
  } catch (cause) {
    await handle?.close();
    throw unreadable(cause, path);
  }
}

/** The error of a file that the system does not open or read. */
export function unreadable(cause: unknown, path: string): FormatError {
  return new FormatError(`the file could not be read: ${reasonOf(cause)}`, path, { cause });
}

function checkRegular(found: Stats): void {
  if (found.isDirectory()) throw new Error('it is a folder; expected a file');
  if (found.isSocket()) throw new Error('it is a socket; expected a file');
  if (!found.isFile()) throw new Error('it is a device or a pipe; expected a file');
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ELOOP') return 'the symbolic links of the path lead in a circle; remove one of them';
  if (code === 'EMFILE' || code === 'ENFILE') {
    return 'too many files are open; close other files, or raise the limit (ulimit -n)';
  }
  return formatValue(message ?? cause);
}
