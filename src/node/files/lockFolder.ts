import { readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FormatError } from '../../errors.js';
import { isLeftOver, temporaryName } from './temporaryFile.js';
import { codeOf, unwritable } from './unwritable.js';

const LOCK = '.initree-lock';
/** Milliseconds between two attempts. */
const PAUSE = 10;
/** The number of attempts. The owner holds the lock only while it renames files. */
const ATTEMPTS = 3000;
/** Answers of systems on which the process cannot create symbolic links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/**
 * Waits until no other process or thread holds the lock of a folder, and takes it. The lock is a symbolic link, which is created
 * in one step and whose text names the process. The lock of a process that has ended is removed. A system without symbolic links has
 * no lock.
 * @returns the function that gives the lock back
 * @throws FormatError if one owner holds the lock for 30 seconds, or if the folder is not writable
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const path = join(folder, LOCK);
  const owner = temporaryName(LOCK);
  let last = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = take(path, owner);
    if (found === owner) return () => release(path);
    if (found === undefined) return () => {};
    // Many processes may take turns. Only an owner that keeps the lock is in the way.
    if (found !== last) attempt = 0;
    last = found;
    if (isLeftOver(found)) breakLock(folder, path, found);
    else await setTimeout(PAUSE);
  }
  throw new FormatError(
    `another process or thread has held the lock ${LOCK} of the folder for 30 seconds; save again, or remove the lock if nobody writes there`,
    folder,
  );
}

/** Removes the lock of a process that has ended. */
export function removeDeadLock(folder: string): void {
  const path = join(folder, LOCK);
  const found = textOf(path);
  if (isLeftOver(found)) breakLock(folder, path, found);
}

/** The owner of the lock after an attempt to take it; `''` if it changed meanwhile; undefined without symbolic links. */
function take(path: string, owner: string): string | undefined {
  try {
    symlinkSync(owner, path);
    return owner;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return textOf(path);
    if (NO_LINKS.includes(codeOf(error) ?? '')) return undefined;
    throw unwritable(error, path);
  }
}

function release(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The files have their names. When this process has ended, the next save breaks the lock.
  }
}

/** Another process may break the lock at the same moment and take it, so what was moved away is looked at. */
function breakLock(folder: string, path: string, dead: string): void {
  const moved = join(folder, temporaryName(LOCK));
  try {
    renameSync(path, moved);
  } catch {
    return;
  }
  const found = textOf(moved);
  if (found !== dead) take(path, found);
  release(moved);
}

function textOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
