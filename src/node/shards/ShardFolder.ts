import { accessSync, closeSync, constants, openSync, readSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileLayout } from '../../checkpoint/FileLayout.js';
import { isCount, readManifest, type ShardManifest, writeManifest } from '../../checkpoint/ShardManifest.js';
import { INDEX_FILE, isCheckpointFile, NOTES_FOLDER } from '../../checkpoint/shardIndex.js';
import { describeValue, extend, FormatError, formatValue, isPlainObject } from '../../errors.js';
import { type FileReplacement, flushFolder } from '../files/FileReplacement.js';
import { checkRemovable, checkVacant, createFolder, isFolder } from '../files/FolderReplacement.js';
import {
  type CheckpointDescription,
  noteOf,
  PLAN_FILE,
  readManifests,
  readNote,
  readPlan,
  shortOf,
  writeNote,
} from '../files/folderNotes.js';
import { lockFolder, removeDeadLock } from '../files/lockFolder.js';
import { unreadable } from '../files/openRegularFile.js';
import { isSound } from '../files/plannedFolder.js';
import { filesIn, isLeftOver, isTemporary, namesIn } from '../files/temporaryFile.js';
import { codeOf, unwritable } from '../files/unwritable.js';
import type { FillEnd, FillEnds } from '../threads/FillStarts.js';

/** A folder in which any number of processes write the files of one checkpoint, each file completely or not at all. */
export class ShardFolder {
  private constructor(
    readonly path: string,
    readonly shardPlan: string,
  ) {}

  /**
   * Opens a folder for the files of a checkpoint, and creates it if there is none. The first process writes the plan; the others find it.
   * @param force whether files of another checkpoint are removed; otherwise they are an error. Files that follow the plan stay in
   *   any case, because another process may have finished them.
   * @throws FormatError if the path is not that of a folder, if the folder cannot be written, or if another checkpoint is in it
   */
  static async open(path: string, plan: CheckpointDescription, force: boolean): Promise<ShardFolder> {
    try {
      createFolder(path);
      removeDeadLock(path);
      // No process waits for others in a folder that has the plan already.
      if (findPlan(path, plan)?.shardPlan !== plan.shardPlan) await writePlan(path, plan, force);
    } catch (cause) {
      throw unwritable(cause, path);
    }
    return new ShardFolder(path, plan.shardPlan);
  }

  /**
   * Whether a file is there that follows the plan, as far as its manifest, its size and its header tell.
   * @throws FormatError if its manifest is damaged, or if it cannot be read
   */
  isFinished(file: string, { size, header }: FileLayout): boolean {
    const manifest = readNote(this.path, `${file}.json`, readManifest);
    if (manifest?.shardPlan !== this.shardPlan || manifest.bytes !== size) return false;
    const path = join(this.path, file);
    try {
      return statSync(path, { throwIfNoEntry: false })?.size === size && startsWith(path, header);
    } catch (cause) {
      throw extend(unreadable(cause, path), '; make it readable, or remove it and run initree init again');
    }
  }

  /** @throws FormatError if another run has taken the folder for another checkpoint meanwhile */
  checkPlan(): void {
    checkPlan(this.path, this.shardPlan);
  }

  /**
   * Gives a flushed file its name, and records that.
   * @throws FormatError if another run has taken the folder for another checkpoint meanwhile, or if the names cannot be given
   */
  async finish(file: FileReplacement, manifest: Omit<ShardManifest, 'shardPlan'>): Promise<void> {
    const { path, shardPlan } = this;
    this.checkPlan();
    const note = noteOf(path, `${basename(file.path)}.json`, writeManifest({ shardPlan, ...manifest }));
    try {
      await note.flush();
      await placeFiles(path, shardPlan, [file, note]);
    } finally {
      note.abort();
    }
  }

  /** The ends of fills that a process of this checkpoint has found. */
  get ends(): FillEnds {
    const { path, shardPlan } = this;
    const nameOf = (index: number) => `end-${index}.json`;
    return {
      read: (index) => {
        const found = readNote(path, nameOf(index), readEnd);
        return found?.shardPlan === shardPlan ? found : undefined;
      },
      // Nothing waits for it, and it need not last.
      write: (index, end) => {
        try {
          const note = noteOf(path, nameOf(index), JSON.stringify({ shardPlan, ...end }));
          try {
            note.seal();
            note.place();
          } finally {
            note.abort();
          }
        } catch (error) {
          // Another run may have taken the folder, and removed the notes.
          checkPlan(path, shardPlan);
          throw error;
        }
      },
    };
  }
}

/** @throws FormatError if the text is not what `ends.write` notes */
function readEnd(text: string): FillEnd & { readonly shardPlan: unknown } {
  const end: unknown = JSON.parse(text);
  if (isPlainObject(end)) {
    const { shardPlan, words, cachedNormal } = end;
    if (isCount(words) && (cachedNormal === null || typeof cachedNormal === 'number'))
      return { shardPlan, words, cachedNormal };
  }
  throw new FormatError(`expected the end of a fill, found ${describeValue(end)}`);
}

/** Takes a folder for a checkpoint, unless another process does so before. */
async function writePlan(path: string, plan: CheckpointDescription, force: boolean): Promise<void> {
  const unlock = await lockFolder(path);
  try {
    const found = findPlan(path, plan);
    if (found?.shardPlan === plan.shardPlan) return;
    if (force) removeCheckpoint(path);
    else if (!haveLostPlan(path, plan)) {
      if (found) replaceUnused(path, plan, found);
      else checkVacant(path, path);
    }
    const notes = join(path, NOTES_FOLDER);
    createFolder(notes);
    // What is in its place may be anything.
    rmSync(join(notes, PLAN_FILE), { recursive: true, force: true });
    await writeNote(path, PLAN_FILE, plan.text);
  } finally {
    unlock();
  }
}

/** The plan of a folder; undefined if there is none, or if it is damaged, since a run that may take the folder writes it again. */
function findPlan(path: string, own: CheckpointDescription): CheckpointDescription | undefined {
  try {
    const found = readPlan(path);
    return found && (found.shardPlan === own.shardPlan || isSound(found)) ? found : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** Whether the manifests of all files of a folder show that they follow a plan, so that only the note of the plan itself was lost. */
function haveLostPlan(path: string, { shardPlan }: CheckpointDescription): boolean {
  const files = filesIn(path).filter((name) => isCheckpointFile(name) && name !== INDEX_FILE);
  if (files.length === 0) return false;
  const manifests = readManifests(path);
  return files.every((file) => manifests.get(file)?.shardPlan === shardPlan);
}

/**
 * Checks before long work that files can be written into a folder, which need not exist. Nothing is created, since other processes
 * may check the same folder.
 * @throws FormatError if the path is not that of a folder, or if the folder, or the one around it, is not writable
 */
export function checkShardFolder(path: string): void {
  try {
    accessSync(isFolder(path) ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw unwritable(cause, path);
    throw new FormatError('the folder around it does not exist; create that one first', path, { cause });
  }
}

/**
 * Gives flushed files their names if the folder still follows a plan. Both happen under the lock of the folder, so that no other process
 * takes it for another checkpoint in between. A file system without symbolic links has no lock; there, no step lies in between.
 * @throws FormatError if the folder follows another plan; then no file has its name. Also if a file cannot have its name; then those before
 *   it have theirs.
 */
export async function placeFiles(path: string, shardPlan: string, files: readonly FileReplacement[]): Promise<void> {
  const unlock = await lockFolder(path);
  try {
    checkPlan(path, shardPlan);
    for (const file of files) file.place();
  } finally {
    unlock();
  }
  for (const folder of new Set(files.map((file) => dirname(file.path)))) flushFolder(folder);
}

function checkPlan(path: string, shardPlan: string): void {
  const found = readPlan(path);
  if (found?.shardPlan === shardPlan) return;
  throw new FormatError(
    `the folder was taken for another checkpoint meanwhile: expected plan ${shortOf(shardPlan)}, ` +
      `found ${found ? `plan ${shortOf(found.shardPlan)}` : 'none'}; choose another folder`,
    path,
  );
}

/**
 * Removes another plan that no file follows: its processes have ended before they finished one.
 * @throws FormatError if files may follow it, or if processes may be about to finish one
 */
function replaceUnused(path: string, own: CheckpointDescription, found: CheckpointDescription): void {
  if (namesIn(path).some(isCheckpointFile)) throw otherPlan(path, own, found, 'the folder holds files of another plan');
  const notes = join(path, NOTES_FOLDER);
  const temporary = [path, notes].flatMap(namesIn).filter((name) => isTemporary(name) && !isLeftOver(name));
  if (temporary.length > 0) {
    throw otherPlan(
      path,
      own,
      found,
      `the folder is taken for another plan, no file of which is finished, and ${temporary.length === 1 ? 'a temporary file' : `${temporary.length} temporary files`} ` +
        'of processes that run, or that ran on another machine',
    );
  }
  rmSync(notes, { recursive: true, force: true });
}

/**
 * Removes all that belongs to a checkpoint: the index first, because it names the others.
 * @throws FormatError if a file is read-only; then nothing is removed
 */
function removeCheckpoint(path: string): void {
  checkRemovable(path);
  rmSync(join(path, INDEX_FILE), { force: true });
  rmSync(join(path, NOTES_FOLDER), { recursive: true, force: true });
  for (const name of filesIn(path).filter(isCheckpointFile)) rmSync(join(path, name), { force: true });
}

function otherPlan(path: string, own: CheckpointDescription, found: CheckpointDescription, state: string): FormatError {
  const differing = differencesOf(own.text, found.text);
  const cause = Object.assign(new Error('the file exists'), { code: 'EEXIST' });
  return new FormatError(
    `${state}: expected plan ${shortOf(own.shardPlan)}, found plan ${shortOf(found.shardPlan)}` +
      `${differing.length > 0 ? `, which differs in ${differing.join(', ')}` : ''}; ` +
      'choose another folder, or force its replacement',
    path,
    { cause },
  );
}

/** What differs between two descriptions: their properties, and the keys of the metadata. */
function differencesOf(own: string, found: string): string[] {
  try {
    const [a, b] = [own, found].map((text) => JSON.parse(text) as Record<string, unknown>);
    const keys = differingKeys(a, b);
    if (!keys.includes('metadata')) return keys;
    // The metadata are in the header of each file, and in the index.
    const [first, second] = [a, b].map(({ files }) =>
      (files as Record<string, unknown>[]).map(({ header: _, bytes: __, ...others }) => others),
    );
    const follow = differs(first, second) ? ['index'] : ['files', 'index'];
    const texts = differingKeys(a.metadata as object, b.metadata as object);
    return keys
      .filter((key) => !follow.includes(key))
      .map((key) => (key === 'metadata' ? `metadata (${texts.map(formatValue).join(', ')})` : key));
  } catch {
    // The other plan is damaged, or of another version of this package.
    return [];
  }
}

function differingKeys(a: object, b: object): string[] {
  const [own, found] = [a, b] as Record<string, unknown>[];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => differs(own[key], found[key])).sort();
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function startsWith(path: string, header: Uint8Array): boolean {
  const file = openSync(path, 'r');
  try {
    const found = new Uint8Array(header.length);
    readSync(file, found, 0, found.length, 0);
    return Buffer.compare(found, header) === 0;
  } finally {
    closeSync(file);
  }
}
