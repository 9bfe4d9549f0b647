import { stat } from 'node:fs/promises';
import { FormatError, formatProblems } from '../../errors.js';
import type { FolderProblem } from './FolderProblem.js';
import { openFolder } from './openFolder.js';
import { openSingle } from './openSingle.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

/** An open file or folder, and what is wrong with it. */
export interface OpenCheckpoint {
  /** What can be read. */
  readonly file: SafetensorsFile;
  /** Empty for a file, which is refused unless all of it is right. */
  readonly problems: readonly FolderProblem[];
  /** The safetensors files of other programs beside the checkpoint. They are not read. */
  readonly foreign: readonly string[];
}

/**
 * Opens a safetensors file or a folder of them.
 * @throws FormatError if it cannot be opened, or in the cases of `openFolder`
 */
export async function openCheckpoint(path: string): Promise<OpenCheckpoint> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return openFolder(path);
  return { file: await openSingle(path), problems: [], foreign: [] };
}

/**
 * Opens a safetensors file or folder for a program that trusts it. Files that the index of a folder does not name make no
 * difference to what is read.
 * @throws FormatError as {@link openCheckpoint} does, or if the index and the files of a folder do not agree; the message lists all
 *   problems
 */
export async function openReadable(path: string): Promise<SafetensorsFile> {
  const { file, problems } = await openCheckpoint(path);
  const found = problems.filter(({ kind }) => kind !== 'stale file' && kind !== 'total size');
  if (found.length === 0) return file;
  await file.close();
  throw new FormatError(
    `the files of the folder do not agree: ${formatProblems(
      found.map(({ file, detail }) => `${file}: ${detail}`),
      '; ',
    )}`,
    path,
  );
}
