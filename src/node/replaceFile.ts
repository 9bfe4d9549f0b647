import { access, constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AbortError, FormatError, formatValue } from '../errors.js';

/**
 * Writes a file completely or not at all. The bytes are first written to another file in the same folder and flushed; then
 * that file is renamed. An interrupted run leaves the old file or none, but never an incomplete one. If the path is a
 * symbolic link, the file that it leads to is replaced.
 * @throws FormatError if the path is a folder, a device or a pipe, or if the file cannot be written.
 * @throws AbortError if the signal is aborted.
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  signal?: AbortSignal | undefined,
): Promise<void> {
  let unfinished: string | null = null;
  try {
    const target = await targetOf(path);
    unfinished = join(dirname(target), `.${basename(target)}.${process.pid}.${Date.now()}.unfinished`);
    await writeThrough(unfinished, bytes, signal);
    signal?.throwIfAborted();
    await rename(unfinished, target);
    await flushFolder(dirname(target));
  } catch (cause) {
    if (unfinished !== null) await rm(unfinished, { force: true }).catch(() => {});
    if (signal?.aborted) throw new AbortError([], signal.reason);
    throw unwritable(cause, path);
  }
}

/**
 * Checks before long work that {@link replaceFile} can write the file.
 * @throws FormatError if the path is a folder, a device or a pipe, or if the folder of the file does not exist or is not
 *   writable
 */
export async function checkReplaceable(path: string): Promise<void> {
  try {
    const target = await targetOf(path);
    // The final '/.' makes the system fail with ENOTDIR if the folder is in fact a file.
    await access(`${dirname(target)}/.`, constants.W_OK);
  } catch (cause) {
    throw unwritable(cause, path);
  }
}

/**
 * The file to replace: the path itself, or the file that a symbolic link leads to.
 * @throws FormatError if it exists and is not an ordinary file
 */
async function targetOf(path: string): Promise<string> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => null);
  if (found === null || found.isFile()) return target;
  const what = found.isDirectory() ? 'a folder' : 'a device or a pipe';
  throw new FormatError(`the path is ${what}; expected the path of a file`, path);
}

async function writeThrough(path: string, bytes: Uint8Array | string, signal: AbortSignal | undefined): Promise<void> {
  // 'wx' fails if the file exists already, so that no file of another program is overwritten.
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes, { signal });
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name itself durable, if the system can flush a folder. */
async function flushFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // Windows cannot open folders. The contents of the file are flushed in any case.
  } finally {
    await folder?.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist; create it first',
  EACCES: 'permission denied; choose a folder that you may write to',
  EPERM: 'permission denied; choose a folder that you may write to',
  EROFS: 'the file system is read-only; choose another folder',
  ENOSPC: 'no space is left on the device; free some space and try again',
  ENOTDIR: 'part of the path is not a folder',
};

function unwritable(cause: unknown, path: string): FormatError {
  if (cause instanceof FormatError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = (code && REASONS[code]) ?? formatValue(message ?? cause);
  return new FormatError(`the file could not be written: ${reason}`, path, { cause });
}
