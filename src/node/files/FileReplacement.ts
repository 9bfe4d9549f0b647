import {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasync,
  fstatSync,
  fsync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { AbortError, FormatError, type InitreeError, StateError } from '../../errors.js';
import { checkKind, partOf, type Target, targetOf } from './targetOf.js';
import { removeLeftOvers, temporaryName } from './temporaryFile.js';
import { codeOf, unwritable } from './unwritable.js';

/** The largest number of bytes of one call of the system, which takes less than 2 GiB. */
const LARGEST_CALL = 2 ** 30;

/** Options of {@link FileReplacement}. */
export interface ReplacementOptions {
  /** Whether a file with the name is replaced; otherwise it is an error and stays as it is. Default: true. */
  readonly replace?: boolean;
  /**
   * Whether the file is one of several of a folder. A symbolic link is then replaced instead of followed, because the file that it
   * leads to may belong to other folders too, and the caller has removed what killed processes left. Default: false.
   */
  readonly isPart?: boolean;
}

/**
 * A file that appears under its name completely or not at all. The bytes are written to a temporary file in the same folder, in
 * any order. `commit` flushes it and gives it the name in one step; `abort` removes it. A process that is killed leaves the
 * temporary file, which the next replacement in the folder removes.
 *
 * Any number of replacements of one path may run at the same moment, in any threads and processes: the last `commit` wins. A
 * caller ends with `abort()` in a `finally` block; it does nothing after `commit()`.
 */
export class FileReplacement {
  /** The path of the temporary file. */
  readonly temporary: string;
  private readonly target: Target;
  private readonly replace: boolean;
  private readonly isPart: boolean;
  /** The open temporary file. */
  private file: number | null;
  private isPending = true;
  /** The write-back that is going on. */
  private writingBack: Promise<void> | null = null;
  /** The first error of a write-back. The system reports it once, so a later flush would succeed. */
  private refused: { readonly cause: unknown } | null = null;
  /** What identifies the file that has its name. */
  private identity: string | undefined;

  /**
   * Creates the temporary file.
   * @throws FormatError if the path is not that of an ordinary file, or if the file cannot be created.
   */
  constructor(
    readonly path: string,
    { replace = true, isPart = false }: ReplacementOptions = {},
  ) {
    try {
      this.replace = replace;
      this.isPart = isPart;
      this.target = isPart ? partOf(path) : targetOf(path);
      const { folder, file, existing } = this.target;
      if (existing && !replace) throw Object.assign(new Error('the file exists'), { code: 'EEXIST' });
      if (!isPart) removeLeftOvers(folder);
      this.temporary = join(folder, temporaryName(basename(file)));
      // 'wx+' fails if the file exists. The bytes of a private file are private from the beginning.
      this.file = openSync(this.temporary, 'wx+', existing ? 0o600 : 0o666);
    } catch (cause) {
      throw unwritable(cause, path);
    }
  }

  /**
   * Writes bytes at a position of the file, before it returns. So the bytes are those of the moment of the call.
   * @throws FormatError if they cannot be written, for example because the device is full.
   */
  write(position: number, bytes: Uint8Array): void {
    try {
      writeAt(this.open, position, bytes);
    } catch (cause) {
      throw unwritable(cause, this.path);
    }
  }

  /**
   * Reads bytes at a position of the temporary file that were written before.
   * @throws FormatError if they cannot be read
   */
  read(position: number, bytes: Uint8Array): void {
    try {
      readAt(this.open, position, bytes);
    } catch (cause) {
      throw unwritable(cause, this.path);
    }
  }

  /**
   * The descriptor of the temporary file. Other threads of the process write their part by {@link writeAt}; they have ended before
   * `commit`, `seal` or `abort`, since another file may get the number afterwards.
   */
  get descriptor(): number {
    return this.open;
  }

  /** The number of bytes of the temporary file, whoever wrote them. */
  get size(): number {
    return fstatSync(this.open).size;
  }

  /**
   * Begins to move what was written from the system's cache to the device, unless that is going on already. So less is left for
   * `flush`, which reports an error.
   */
  writeBack(): void {
    if (this.writingBack !== null) return;
    this.writingBack = promisify(fdatasync)(this.open)
      .catch((cause) => {
        this.refused ??= { cause };
      })
      .then(() => {
        this.writingBack = null;
      });
  }

  /**
   * Waits for a write-back. `seal` requires it.
   * @throws FormatError if one has failed
   */
  async settle(): Promise<void> {
    await this.writingBack;
    if (this.refused !== null) throw this.unwritable(this.refused.cause);
  }

  /**
   * Flushes the file and gives it its name.
   * @param signal ends the replacement as long as the file does not have its name. Default: none.
   * @throws FormatError if the file cannot be flushed or cannot have the name.
   * @throws AbortError if the signal is aborted; the name is then as it was before.
   */
  async commit(signal?: AbortSignal): Promise<void> {
    await this.flush();
    if (signal?.aborted) throw new AbortError([], signal.reason);
    // From here on there is no pause.
    this.place();
    this.abort();
    flushFolder(this.target.folder);
  }

  /**
   * Flushes the file. `place` and `abort` then end the replacement.
   * @throws FormatError if the file cannot be flushed
   */
  async flush(): Promise<void> {
    await this.settle();
    try {
      this.takeAttributes();
      await promisify(fsync)(this.open);
    } catch (cause) {
      throw this.unwritable(cause);
    }
  }

  /**
   * Flushes the file and closes it, before it returns. `place` and `abort` then end the replacement. So of many files
   * only the one that is being written is open.
   * @throws FormatError if the file cannot be flushed
   */
  seal(): void {
    try {
      this.takeAttributes();
      fsyncSync(this.open);
      this.close();
    } catch (cause) {
      throw this.unwritable(cause);
    }
  }

  /**
   * Gives the flushed file its name, in one step. Where no file is replaced, the temporary name stays as a second one until
   * `abort`.
   * @throws FormatError if the file cannot have the name
   */
  place(): void {
    const { temporary, target } = this;
    try {
      // Windows cannot rename an open file.
      this.close();
      this.look();
      this.identity = identityOf(temporary);
      if (this.replace) renameSync(temporary, target.file);
      else nameNewFile(temporary, target.file);
    } catch (cause) {
      this.identity = undefined;
      throw this.unwritable(cause);
    }
  }

  /** Removes a file that `place` named, unless another program has replaced it meanwhile. */
  withdraw(): void {
    const { identity, target } = this;
    if (identity !== undefined && identityOf(target.file) === identity) rmSync(target.file, { force: true });
  }

  /**
   * Removes the temporary name. A file that has its name stays. Does nothing after a `commit` that succeeded, or after an
   * `abort`.
   */
  abort(): void {
    if (!this.isPending) return;
    this.isPending = false;
    try {
      this.close();
      rmSync(this.temporary, { force: true });
    } catch {
      // The error that led to this call says more. A later process removes the left-over.
    }
  }

  /** What is under the name, which may have changed since the temporary file was created. */
  private look(): Stats | undefined {
    const found = lstatSync(this.target.file, { throwIfNoEntry: false });
    if (this.isPart && found?.isSymbolicLink()) return undefined;
    checkKind(found, this.path);
    return found;
  }

  private takeAttributes(): void {
    const existing = this.look() ?? this.target.existing;
    if (existing) takeAttributes(this.open, existing);
  }

  private unwritable(cause: unknown): InitreeError {
    if (codeOf(cause) !== 'ENOENT') return unwritable(cause, this.path);
    const reason = 'the folder, or the temporary file in it, was removed meanwhile; save again';
    return new FormatError(reason, this.path, { cause });
  }

  private get open(): number {
    if (this.file === null) throw new StateError('the replacement of the file has ended; begin another one', this.path);
    return this.file;
  }

  private close(): void {
    const { file } = this;
    this.file = null;
    if (file !== null) closeSync(file);
  }
}

/** Writes all bytes at a position of an open file. */
export function writeAt(file: number, position: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, LARGEST_CALL), position + done);
  }
}

function readAt(file: number, position: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(file, bytes, done, Math.min(bytes.length - done, LARGEST_CALL), position + done);
    if (count === 0) throw new Error('the temporary file ended early; another program may have changed it');
    done += count;
  }
}

/**
 * Gives a file the mode and the owner of the one that it replaces, as far as the system permits. Where the group cannot be
 * kept, another group gets no more rights than everybody.
 */
function takeAttributes(file: number, { mode, uid, gid }: Stats): void {
  const keepsOwner = isPermitted(() => fchownSync(file, uid, gid));
  const keepsGroup = keepsOwner || isPermitted(() => fchownSync(file, -1, gid));
  const kept = keepsOwner ? 0o7777 : keepsGroup ? 0o777 : 0o707;
  const group = keepsGroup ? 0 : (mode & 0o007) << 3;
  isPermitted(() => fchmodSync(file, (mode & kept) | group));
}

/** Runs an action; false if the system, or a file system without owners, does not permit it. */
function isPermitted(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (NOT_PERMITTED.includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** `EINVAL`: a user that the namespace of the process does not have. */
const NOT_PERMITTED = ['EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Answers of file systems without hard links. */
const NO_HARD_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Gives a temporary file a second name unless another file has it. A rename would replace that file. */
function nameNewFile(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (!NO_HARD_LINKS.includes(codeOf(error) ?? '')) throw error;
    nameByPlaceholder(temporary, file);
  }
}

/** A text that only the names of one file have in common; undefined if there is no file. */
export function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

/** Only one process can create an empty file with the name, and that one replaces it. */
function nameByPlaceholder(temporary: string, file: string): void {
  closeSync(openSync(file, 'wx'));
  try {
    renameSync(temporary, file);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** Makes the names in a folder durable, if the system can flush a folder. */
export function flushFolder(path: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(path, 'r');
    fsyncSync(folder);
  } catch {
    // Windows cannot open folders. The contents of the files are flushed in any case.
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}
