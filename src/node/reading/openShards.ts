import { join } from 'node:path';
import { FormatError } from '../../errors.js';
import { codeOf } from '../files/unwritable.js';
import type { FolderProblem } from './FolderProblem.js';
import { closeAll, type OpenHeader, openHeader } from './openHeader.js';

/** All files of a folder stay open. The file that cannot be opened then has no fault. */
const TOO_MANY = ['EMFILE', 'ENFILE'];

/**
 * Opens files of a folder and reads their headers.
 * @param missing the text about a file that is not there
 * @returns the open files by name, and what is wrong with the others
 * @throws FormatError if more files are open than the system permits
 */
export async function openShards(
  folder: string,
  names: Iterable<string>,
  missing: string,
): Promise<{ files: Map<string, OpenHeader>; problems: FolderProblem[] }> {
  const files = new Map<string, OpenHeader>();
  const problems: FolderProblem[] = [];
  try {
    for (const name of names) {
      const found = await openShard(join(folder, name), name, missing);
      if ('kind' in found) problems.push(found);
      else files.set(name, found);
    }
  } catch (error) {
    await closeAll([...files.values()]);
    throw error;
  }
  return { files, problems };
}

async function openShard(path: string, file: string, missing: string): Promise<OpenHeader | FolderProblem> {
  try {
    return await openHeader(path);
  } catch (error) {
    if (!(error instanceof FormatError) || TOO_MANY.includes(codeOf(error.cause) ?? '')) throw error;
    if (codeOf(error.cause) === 'ENOENT') return { file, kind: 'missing file', detail: missing };
    return { file, kind: 'damaged file', detail: error.path === path ? error.detail : error.message };
  }
}
