import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Metadata, type NamedTensors, serialize } from '../checkpoint/safetensors.js';
import { checkOptions, FormatError } from '../errors.js';
import { checkPath } from './checkPath.js';

/** Something that gives its tensors by name: a module. */
export interface HasStateDict {
  stateDict(): NamedTensors;
}

/** Options of {@link saveFile}. */
export interface SaveOptions {
  /** Strings that travel with the tensors. */
  metadata?: Metadata | undefined;
}

/**
 * Writes a module's state dict, or tensors by name, as a safetensors file. The bytes go to a file beside the final one,
 * are flushed, and then take its name, so an interrupted run leaves the old file or none, never half a one.
 * @throws ArgumentError for a path that is none · FormatError if the tensors cannot be written so, or the file cannot be written there
 */
export async function saveFile(
  source: HasStateDict | NamedTensors,
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  const { metadata } = checkOptions('saveFile()', options);
  checkPath('saveFile()', path);
  const bytes = serialize(hasStateDict(source) ? source.stateDict() : source, metadata);
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now()}.unfinished`);
  try {
    if ((await stat(path).catch(() => null))?.isDirectory()) {
      throw new FormatError('it is a folder; give the name of a file', path);
    }
    await writeThrough(unfinished, bytes);
    await rename(unfinished, path);
    await flushFolder(dirname(path));
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {});
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`it could not be written: ${reasonOf(cause)}`, path, { cause });
  }
}

function hasStateDict(source: HasStateDict | NamedTensors): source is HasStateDict {
  return typeof (source as Partial<HasStateDict> | null)?.stateDict === 'function';
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  // 'wx' refuses a file that is there already, whoever put it there.
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
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

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return (code && REASONS[code]) ?? String(message ?? cause);
}
