import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isSliceFile } from '../../checkpoint/shardIndex.js';
import { hasShardingInfo } from '../../checkpoint/shardingInfo.js';
import { FormatError, formatValue } from '../../errors.js';
import { readPlan } from '../files/folderNotes.js';
import { inFile } from '../files/inFile.js';
import { plannedFiles } from '../files/plannedFolder.js';
import type { FolderProblem, OpenFolder } from './FolderProblem.js';
import { joinFiles, type Listed } from './joinFiles.js';
import { closeAll, type OpenHeader } from './openHeader.js';
import { openShards } from './openShards.js';

/**
 * Opens the files of a folder without an index that hold slices of tensors, as torch.distributed.checkpoint writes them and as
 * `initree init --layout dcp` does. As for PyTorch, every safetensors file in the folder belongs to the checkpoint.
 * @param names the names of all safetensors files in the folder
 * @returns undefined if the files do not hold slices
 * @throws FormatError if the folder has a plan that cannot be read, or gets another one meanwhile
 */
export async function openSlices(path: string, names: readonly string[]): Promise<OpenFolder | undefined> {
  const plan = plannedFiles(path);
  const problems = await findLinksOut(path, names).catch((error: unknown) => {
    throw inFile(error, path);
  });
  const outside = new Set(problems.map(({ file }) => file));
  const inside = names.filter((name) => !outside.has(name));
  const opened = await openShards(path, inside, 'it is gone, or it is a symbolic link that leads to no file');
  const all = [...opened.files.values()];
  try {
    if (!all.some(hasShardingInfo) && !names.some(isSliceFile)) {
      await closeAll(all);
      return undefined;
    }
    if (readPlan(path)?.shardPlan !== plan?.shardPlan) {
      throw new FormatError('the folder was taken for another checkpoint while it was opened; open it again', path);
    }
    problems.push(...opened.problems, ...findAbsent(plan?.files ?? [], new Set(names)), ...findOthers(opened.files));
    // What says nothing of slices is a problem, and says nothing of their tensors and of the run either.
    const slices = new Map([...opened.files].filter(([, header]) => hasShardingInfo(header)));
    const joined = joinFiles(path, slices, listAll(slices));
    await closeAll(all.filter((header) => !hasShardingInfo(header)));
    // Readers of slices open every safetensors file.
    return { file: joined.file, problems: [...problems, ...joined.problems], foreign: [] };
  } catch (error) {
    await closeAll(all);
    throw error;
  }
}

function* listAll(files: ReadonlyMap<string, OpenHeader>): IterableIterator<Listed> {
  for (const [file, { entries }] of files) for (const name of entries.keys()) yield [name, file];
}

/** Files of the plan that the folder lacks. Without them, a tensor would end before the last slice. */
function findAbsent(planned: readonly string[], names: ReadonlySet<string>): FolderProblem[] {
  const detail = 'the plan of the folder names this file, and no process has finished it; run initree init again';
  return planned.filter((file) => !names.has(file)).map((file) => ({ file, kind: 'missing file', detail }));
}

/** Files that do not say where their tensors lie. PyTorch would take the tensors for whole ones. */
function findOthers(files: ReadonlyMap<string, OpenHeader>): FolderProblem[] {
  const detail =
    'it lacks the metadata DCP_SHARDING_INFO, and the folder holds slices of tensors; move it away, or write it again';
  return [...files].flatMap(([file, header]) =>
    hasShardingInfo(header) ? [] : { file, kind: 'damaged file', detail },
  );
}

/** Symbolic links that lead out of the folder. Every file counts here, also one that nobody has named. */
async function findLinksOut(folder: string, names: readonly string[]): Promise<FolderProblem[]> {
  const root = await realpath(folder);
  const places = [root, ...blobsOf(root)];
  const problems: FolderProblem[] = [];
  for (const name of names) {
    const path = join(folder, name);
    // What cannot be followed cannot be opened either, and that error says why.
    if (!(await lstat(path).catch(() => undefined))?.isSymbolicLink()) continue;
    const target = await realpath(path).catch(() => path);
    if (target === path || places.some((place) => isWithin(place, target))) continue;
    const detail = `it is a symbolic link to ${formatValue(target)}; expected a file within the folder, so copy it there`;
    problems.push({ file: name, kind: 'link out of the folder', detail });
  }
  return problems;
}

/** The folder `blobs` to which the links of a snapshot in the cache of Hugging Face lead. */
function blobsOf(root: string): string[] {
  const parts = root.split(sep);
  const at = parts.lastIndexOf('snapshots');
  return at > 0 && at < parts.length - 1 ? [[...parts.slice(0, at), 'blobs'].join(sep)] : [];
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way);
}
