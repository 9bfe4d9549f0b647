import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, type ShardManifest } from '../../checkpoint/ShardManifest.js';
import { NOTES_FOLDER } from '../../checkpoint/shardIndex.js';
import { extend, FormatError, type InitreeError } from '../../errors.js';
import { FileReplacement } from './FileReplacement.js';
import { inFile } from './inFile.js';
import { namesIn } from './temporaryFile.js';
import { codeOf } from './unwritable.js';

export const PLAN_FILE = 'plan.json';
const MANIFEST = /^(?<file>.+\.safetensors)\.json$/;
/** The largest file of notes that is read. */
const LARGEST_NOTE = 2 ** 30;

/** What determines every byte of the files of a folder, as canonical JSON, and its hash. */
export interface CheckpointDescription {
  readonly text: string;
  readonly shardPlan: string;
}

/**
 * The plan of a folder, with its hash; undefined if there is none.
 * @throws FormatError if it cannot be read
 */
export function readPlan(path: string): CheckpointDescription | undefined {
  return readNote(path, PLAN_FILE, (text) => ({ text, shardPlan: hashOf(text) }));
}

/** The manifests of a folder, by the file that each describes. @throws FormatError if one is damaged */
export function readManifests(path: string): Map<string, ShardManifest> {
  const manifests = new Map<string, ShardManifest>();
  for (const name of namesIn(join(path, NOTES_FOLDER)).sort()) {
    const file = MANIFEST.exec(name)?.groups?.file;
    const manifest = file && readNote(path, name, readManifest);
    if (file && manifest) manifests.set(file, manifest);
  }
  return manifests;
}

export async function writeNote(path: string, name: string, text: string): Promise<void> {
  const note = noteOf(path, name, text);
  try {
    await note.commit();
  } finally {
    note.abort();
  }
}

/** A note that has no name yet. */
export function noteOf(path: string, name: string, text: string): FileReplacement {
  const note = new FileReplacement(join(path, NOTES_FOLDER, name));
  try {
    note.write(0, Buffer.from(text));
    return note;
  } catch (error) {
    note.abort();
    throw error;
  }
}

/** Reads a note; undefined if there is none. @throws FormatError if it cannot be read */
export function readNote<T>(path: string, name: string, read: (text: string) => T): T | undefined {
  const file = join(path, NOTES_FOLDER, name);
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (!found.isFile() || found.size > LARGEST_NOTE)
      throw new FormatError('expected an ordinary file of at most 1 GiB');
    return read(readFileSync(file, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    const cause = error instanceof SyntaxError ? new FormatError(`expected JSON: ${error.message}`) : error;
    throw extend(inFile(cause, file) as InitreeError, '; remove it and run initree init again');
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The first digits of a hash, for messages. */
export function shortOf(hash: string): string {
  return hash.slice(0, 12);
}
