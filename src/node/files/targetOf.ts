import { accessSync, constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { FormatError } from '../../errors.js';
import { codeOf, unwritable } from './unwritable.js';

/** Where the bytes for a path are to be written. */
export interface Target {
  /** The folder as an absolute path without links, so that a change of the working directory makes no difference. */
  readonly folder: string;
  /** The file in this folder. It is no symbolic link. */
  readonly file: string;
  /** The ordinary file that is there; `undefined` if there is none. */
  readonly existing: Stats | undefined;
}

/**
 * The file that a path leads to. Symbolic links are followed, as when a program opens the path: also one whose file does not
 * exist yet. Nothing is opened, so a pipe cannot block the process.
 * @throws FormatError if the path leads to something else than an ordinary file, or to a file that is read-only
 */
export function targetOf(path: string): Target {
  // The system also follows the links of /proc and /dev, which have no text that could be followed.
  checkKind(statSync(path, { throwIfNoEntry: false }), path);
  // join(), resolve() and realpathSync() would cut 'link/..' as if the link were the folder. Only the system follows it.
  for (let at = path; ; ) {
    if (at.endsWith(sep) || at.endsWith('/')) {
      throw new FormatError('the path ends like that of a folder; expected the path of a file', path);
    }
    const part = partOf(at, path);
    if (!part.isLink) return part;
    const link = readlinkSync(part.file);
    at = isAbsolute(link) ? link : `${part.folder}${sep}${link}`;
  }
}

/**
 * The file of a folder, without following a symbolic link.
 * @param path the path that the program gave, for messages. Default: the same.
 * @throws FormatError if something else than an ordinary file or a link is there, or a file that is read-only
 */
export function partOf(at: string, path = at): Target & { readonly isLink: boolean } {
  const folder = realpathSync.native(dirname(at));
  const file = join(folder, basename(at));
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) return { folder, file, existing: undefined, isLink: true };
  checkKind(found, path);
  if (found) checkWritable(file, path);
  return { folder, file, existing: found, isLink: false };
}

/**
 * Checks before long work that a file can be written.
 * @throws FormatError if the path leads to something else than an ordinary file, or if the folder does not exist or is not
 *   writable
 */
export function checkReplaceable(path: string): void {
  try {
    // The final '/.' makes the system fail with ENOTDIR if the folder is in fact a file.
    accessSync(`${targetOf(path).folder}/.`, constants.W_OK);
  } catch (cause) {
    throw unwritable(cause, path);
  }
}

/** @throws FormatError if something other than an ordinary file is there: writing would destroy it, or never end */
export function checkKind(found: Stats | undefined, path: string): void {
  if (found === undefined || found.isFile()) return;
  throw new FormatError(`the path is ${kindOf(found)}; expected the path of a file`, path);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isSocket()) return 'a socket';
  return found.isSymbolicLink() ? 'a symbolic link that appeared meanwhile' : 'a device or a pipe';
}

/** A file is replaced by renaming another one, for which the system only asks about the folder. */
function checkWritable(file: string, path: string): void {
  try {
    accessSync(file, constants.W_OK);
  } catch (cause) {
    if (codeOf(cause) !== 'EACCES') throw cause;
    throw new FormatError('the file is read-only; make it writable, or choose another name', path, { cause });
  }
}
