import { access, constants, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AbortError, FormatError } from '../errors.js';

/**
 * Writes a file whole or not at all: the bytes go to a file beside the final one, are flushed, and then take its name. An
 * interrupted run leaves the old file or none, never half a one.
 * @throws FormatError if it cannot be written there · AbortError if the signal is aborted
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  signal?: AbortSignal | undefined,
): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now()}.unfinished`);
  try {
    await refuseFolder(path);
    await writeThrough(unfinished, bytes, signal);
    signal?.throwIfAborted();
    await rename(unfinished, path);
    await flushFolder(dirname(path));
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {});
    if (signal?.aborted) throw new AbortError([], signal.reason);
    throw unwritable(cause, path);
  }
}

/**
 * Finds out before long work whether {@link replaceFile} could write there.
 * @throws FormatError for a folder under that name, and for a folder around it that is not there or not writable
 */
export async function checkReplaceable(path: string): Promise<void> {
  try {
    await refuseFolder(path);
    // A folder can be entered; a file under that name is ENOTDIR.
    await access(`${dirname(path)}/.`, constants.W_OK);
  } catch (cause) {
    throw unwritable(cause, path);
  }
}

async function refuseFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => null))?.isDirectory()) {
    throw new FormatError('it is a folder; give the name of a file', path);
  }
}

async function writeThrough(path: string, bytes: Uint8Array | string, signal: AbortSignal | undefined): Promise<void> {
  // 'wx' refuses a file that is there already, whoever put it there.
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes, { signal });
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name itself durable, where the system lets a folder be flushed. */
async function flushFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // Windows opens no folders; the file's contents are flushed all the same.
  } finally {
    await folder?.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist; make it first',
  EACCES: 'permission denied; choose a folder you may write to',
  EPERM: 'permission denied; choose a folder you may write to',
  EROFS: 'the file system is read-only; choose another folder',
  ENOSPC: 'no space is left on the device; free some and try again',
  ENOTDIR: 'part of the path is not a folder',
};

function unwritable(cause: unknown, path: string): FormatError {
  if (cause instanceof FormatError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = (code && REASONS[code]) ?? String(message ?? cause);
  return new FormatError(`it could not be written: ${reason}`, path, { cause });
}
