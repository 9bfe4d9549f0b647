import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { INDEX_FILE, isCheckpointFile, isTensorFile, SINGLE_FILE } from '../../checkpoint/shardIndex.js';
import { strayFiles } from '../../checkpoint/strayFiles.js';
import { FormatError, formatProblems, formatValue } from '../../errors.js';
import { inFile } from '../files/inFile.js';
import { describeStale } from './describeStale.js';
import type { OpenFolder } from './FolderProblem.js';
import { joinFiles } from './joinFiles.js';
import { openHeader } from './openHeader.js';
import { openIndexed } from './openIndexed.js';
import { openSlices } from './openSlices.js';

/**
 * Opens the files of a folder: those of its index; without one, its single file; without both, files of slices.
 * @returns what can be read, and every problem
 * @throws FormatError if there is neither an index, nor a single file, nor slices; if the index or the single file cannot be read; or if
 *   the folder gets another checkpoint meanwhile
 */
export async function openFolder(path: string): Promise<OpenFolder> {
  const { names, hasIndex } = await listFolder(path);
  if (hasIndex) return openIndexed(path, names);
  if (names.includes(SINGLE_FILE)) return openUndivided(path, names);
  const slices = await openSlices(path, names);
  if (slices === undefined) throw withoutCheckpoint(path, names);
  return slices;
}

/** The names of the safetensors files in a folder, and whether there is an index. */
async function listFolder(path: string): Promise<{ names: string[]; hasIndex: boolean }> {
  try {
    const found = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
    const names = found.map(({ name }) => name).sort();
    return { names: names.filter(isTensorFile), hasIndex: names.includes(INDEX_FILE) };
  } catch (error) {
    throw inFile(error, path);
  }
}

/** Opens the single file of a folder without an index. */
async function openUndivided(path: string, names: readonly string[]): Promise<OpenFolder> {
  const header = await openHeader(join(path, SINGLE_FILE));
  const listed = Array.from(header.entries.keys(), (name) => [name, SINGLE_FILE] as const);
  const { file, problems } = joinFiles(path, new Map([[SINGLE_FILE, header]]), listed);
  const { stale, foreign } = strayFiles(names, new Set([SINGLE_FILE]));
  return { file, problems: [...problems, ...describeStale(stale)], foreign };
}

function withoutCheckpoint(path: string, names: readonly string[]): FormatError {
  const found = names.length === 0 ? 'found no .safetensors file' : `found ${formatProblems(names.map(formatValue))}`;
  return new FormatError(
    `it is a folder without a checkpoint: expected ${INDEX_FILE}, ${SINGLE_FILE}, or files of slices with DCP_SHARDING_INFO, ${found}${adviceFor(names)}`,
    path,
  );
}

/** What a program can do with the files of a folder that has no checkpoint. */
function adviceFor(names: readonly string[]): string {
  if (names.some(isCheckpointFile)) return '; the run that wrote them may have been interrupted, so save again';
  return names.length > 0 ? '; give the path of a file' : '';
}
