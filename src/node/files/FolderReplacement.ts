import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FileLayout } from '../../checkpoint/FileLayout.js';
import type { FolderLayout } from '../../checkpoint/layOutFolder.js';
import type { NamedTensor } from '../../checkpoint/layOutTensors.js';
import { INDEX_FILE, isCheckpointFile, NOTES_FOLDER, SINGLE_FILE } from '../../checkpoint/shardIndex.js';
import { AbortError, extend, FormatError, formatValue } from '../../errors.js';
import type { Steps } from '../../random/Steps.js';
import { FileReplacement, flushFolder, identityOf, type ReplacementOptions } from './FileReplacement.js';
import { lockFolder, removeDeadLock } from './lockFolder.js';
import { SafetensorsWriter, writeTensors } from './SafetensorsWriter.js';
import { partOf } from './targetOf.js';
import { isLeftOver, namesIn, removeLeftOvers } from './temporaryFile.js';
import { codeOf, unwritable } from './unwritable.js';

/**
 * A checkpoint of several files that appears in its folder completely or not at all. `write` writes temporary files and flushes them, and
 * so does a caller with the files of `create` and then `writeIndex`; `commit` gives them their names, the index last. A reader finds the
 * files by the index, so it never finds files of two checkpoints. A caller ends with `abort()` in a `finally` block; it does nothing after `commit()`.
 */
export class FolderReplacement {
  private readonly files: FileReplacement[] = [];
  /** The folder as an absolute path without links. */
  private readonly folder: string;
  private readonly replace: boolean;
  /** Whether this replacement created the folder. */
  private readonly isNew: boolean;
  private isDone = false;

  /**
   * Creates the folder if there is none, and removes what killed processes left in it.
   * @throws FormatError if the path is not that of a folder, if the folder cannot be created, if it holds a checkpoint and
   *   `replace` is false, or if a file of that checkpoint is read-only
   */
  constructor(
    readonly path: string,
    { replace = true }: ReplacementOptions = {},
  ) {
    this.replace = replace;
    try {
      this.isNew = createFolder(path);
      this.folder = realpathSync.native(path);
    } catch (cause) {
      throw unwritable(cause, path);
    }
    removeUnfinished(this.folder);
    if (replace) checkRemovable(path);
    else checkVacant(this.folder, path);
  }

  /**
   * Writes and flushes all files under temporary names, one after another.
   * @throws FormatError if they cannot be written
   */
  *write({ files, index }: FolderLayout): Steps {
    for (const { file, layout } of files) {
      const writer = this.create(file, layout);
      yield* writeTensors(writer);
      writer.seal();
    }
    this.writeIndex(index);
  }

  /**
   * Creates a file under a temporary name. The caller writes its tensors and seals it before `commit`.
   * @throws FormatError if it cannot be created
   */
  create<T extends NamedTensor>(file: string, layout: FileLayout<T>): SafetensorsWriter<T> {
    const writer = new SafetensorsWriter(join(this.path, file), layout, this.options);
    this.files.push(writer.file);
    return writer;
  }

  /**
   * Writes and flushes the index under a temporary name, after all files were created.
   * @param index its bytes; `null` if there is none
   * @throws FormatError if it cannot be written
   */
  writeIndex(index: Uint8Array | null): void {
    if (index === null) return;
    const file = new FileReplacement(join(this.path, INDEX_FILE), this.options);
    this.files.push(file);
    file.write(0, index);
    file.seal();
  }

  /**
   * Gives the files their names, and removes the files of an earlier checkpoint.
   * @param signal ends the replacement as long as no file has its name. Default: none.
   * @throws FormatError if a file cannot have its name. The earlier checkpoint is then whole, unless a file of it was replaced;
   *   the message says so.
   * @throws AbortError if the signal is aborted
   */
  async commit(signal?: AbortSignal): Promise<void> {
    const unlock = await lockFolder(this.folder);
    try {
      // Signals that arrived while `write` flushed the files are handled within one turn of the event loop.
      await setImmediate();
      await setImmediate();
      if (signal?.aborted) throw new AbortError([], signal.reason);
      this.place();
    } finally {
      unlock();
    }
    this.isDone = true;
    for (const file of this.files) file.abort();
    flushFolder(this.folder);
  }

  /** Removes the temporary files, and the folder if it is new and empty. Does nothing after a `commit` that succeeded. */
  abort(): void {
    if (this.isDone) return;
    this.isDone = true;
    for (const file of this.files) file.abort();
    try {
      if (this.isNew) rmdirSync(this.folder);
    } catch {
      // Another program has put a file into it.
    }
  }

  private get options(): ReplacementOptions {
    return { replace: this.replace, isPart: true };
  }

  /** From the first new name to the last one there is no pause. */
  private place(): void {
    const { files, folder, path, replace } = this;
    if (!replace) checkVacant(folder, path);
    const present = checkpointFilesIn(folder);
    const names = files.map((file) => basename(file.path));
    // A file that the old index names must not change while that index is there.
    const mixes = present.includes(INDEX_FILE) && present.some((name) => name !== INDEX_FILE && names.includes(name));
    try {
      if (mixes) rmSync(join(folder, INDEX_FILE));
      for (const [i, file] of files.entries()) {
        // A crash of the system must not keep the index and lose the name of a file.
        if (i > 0 && i === files.length - 1) flushFolder(folder);
        file.place();
      }
    } catch (error) {
      if (!mixes) for (const file of files) file.withdraw();
      throw extend(
        unwritable(error, path),
        mixes ? '; the checkpoint in the folder is incomplete now, so save again' : '',
      );
    }
    for (const name of sortStale(present.filter((found) => !names.includes(found)))) removeStale(join(folder, name));
    // The notes describe the files of an earlier checkpoint.
    const notes = join(folder, NOTES_FOLDER);
    if (existsSync(notes)) removeStale(notes);
  }
}

/**
 * Checks before long work that a checkpoint can be written into a folder, which need not exist.
 * @throws FormatError as the constructor of {@link FolderReplacement} does, or if the folder is not writable
 */
export function checkFolder(path: string, options?: ReplacementOptions): void {
  const replacement = new FolderReplacement(path, options);
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw unwritable(cause, path);
  } finally {
    replacement.abort();
  }
}

/**
 * Creates a folder if there is none.
 * @returns whether it was created
 * @throws FormatError if a file has the name, or if the folder around it does not exist
 */
export function createFolder(path: string): boolean {
  if (isFolder(path)) return false;
  try {
    mkdirSync(path);
    return true;
  } catch (cause) {
    // Another process may have created it at the same moment.
    if (isFolder(path)) return false;
    // A slash at the end would make the system follow the link.
    if (lstatSync(join(dirname(path), basename(path)), { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new FormatError(
        'the path is a symbolic link that leads to nothing; remove it, or create what it leads to',
        path,
      );
    }
    if (codeOf(cause) !== 'ENOENT') throw cause;
    throw new FormatError('the folder around it does not exist; create that one first', path, { cause });
  }
}

/** Whether a folder is there. @throws FormatError if something else is */
export function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return found !== undefined;
  throw new FormatError('the path is a file; expected the path of a folder', path);
}

/** The names of the files of a checkpoint, whether whole or not. A folder of such a name is none of them. */
function checkpointFilesIn(folder: string): string[] {
  try {
    const found = readdirSync(folder, { withFileTypes: true });
    const files = found.filter((entry) => isCheckpointFile(entry.name) && !entry.isDirectory());
    return files.map(({ name }) => name).sort();
  } catch (cause) {
    throw unwritable(cause, folder);
  }
}

/** @throws FormatError if a file of the checkpoint in a folder is read-only. A read-only file is protected, as a single one is. */
export function checkRemovable(path: string): void {
  for (const name of checkpointFilesIn(path)) partOf(join(path, name));
}

/** @throws FormatError if a file of a checkpoint is there. The code is that of a single file that exists. */
export function checkVacant(folder: string, path: string): void {
  const [first, ...more] = checkpointFilesIn(folder);
  if (first === undefined) return;
  const cause = Object.assign(new Error('the file exists'), { code: 'EEXIST' });
  throw new FormatError(
    `a checkpoint is in the folder already, and was left as it is: found ${first}${more.length > 0 ? ` and ${more.length} more` : ''}; ` +
      'choose another folder, or force its replacement',
    path,
    { cause },
  );
}

/**
 * Removes the temporary files and the lock that killed processes left. Without an index, a file that is also one of them was named by such a process
 * before it was killed, so it belongs to no checkpoint.
 */
function removeUnfinished(folder: string): void {
  const names = namesIn(folder);
  if (!names.includes(INDEX_FILE) && !names.includes(SINGLE_FILE)) {
    const leftOvers = new Set(names.filter(isLeftOver).map((name) => identityOf(join(folder, name))));
    for (const path of names.filter(isCheckpointFile).map((name) => join(folder, name))) {
      if (leftOvers.has(identityOf(path) ?? '')) rmSync(path, { force: true });
    }
  }
  removeDeadLock(folder);
  removeLeftOvers(folder);
}

/** The index first, because it names the others; then the single file, which some readers prefer to an index. */
function sortStale(names: readonly string[]): string[] {
  return [INDEX_FILE, SINGLE_FILE]
    .filter((name) => names.includes(name))
    .concat(names.filter((name) => name !== INDEX_FILE && name !== SINGLE_FILE));
}

function removeStale(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (cause) {
    throw new FormatError(
      `the new checkpoint is in its place, but this file of the earlier one could not be removed: ${formatValue((cause as Error).message)}; ` +
        'remove it, because some readers open every .safetensors file',
      path,
      { cause },
    );
  }
}
