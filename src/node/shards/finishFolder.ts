import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CoveredRange, coverageProblems } from '../../checkpoint/coverage.js';
import type { ShardManifest } from '../../checkpoint/ShardManifest.js';
import { INDEX_FILE, isSliceFile, NOTES_FOLDER, writeIndex } from '../../checkpoint/shardIndex.js';
import { strayFiles } from '../../checkpoint/strayFiles.js';
import { FormatError, formatValue } from '../../errors.js';
import { bytesOf } from '../../numerics/DType.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { numelOf } from '../../tensor/Shape.js';
import { checkPath } from '../files/checkPath.js';
import { FileReplacement } from '../files/FileReplacement.js';
import { readManifests, shortOf } from '../files/folderNotes.js';
import { hashFiles } from '../files/hashFiles.js';
import { readPlanned } from '../files/plannedFolder.js';
import { filesIn, isInUse, isTemporary, namesIn } from '../files/temporaryFile.js';
import { placeFiles } from './ShardFolder.js';

/** What is known about the files that several processes write into a folder. */
export interface FolderState {
  /** The files of the plan. */
  readonly files: readonly string[];
  /** The files that are finished and follow the plan. */
  readonly finished: readonly string[];
  /** The bytes of the finished files. */
  readonly bytes: number;
  /** A sentence for everything that is missing, wrong, or does not belong to the plan; none if the folder is complete. */
  readonly problems: readonly string[];
  /**
   * The safetensors files of other programs in the folder, such as adapters. Beside slices each is a problem too. Beside whole tensors it is
   * none, because readers follow the index.
   */
  readonly foreign: readonly string[];
}

/** What {@link finishFolder} has found. */
export interface FinishedFolder extends FolderState {
  /** The temporary files of processes of this host that are running, by their paths in the folder. They stay. */
  readonly inUse: readonly string[];
}

/** Options of {@link finishFolder}. */
export interface FinishOptions {
  /** Whether only the sizes of the files are compared. Default: false, every byte is read and hashed. */
  quick?: boolean | undefined;
}

const FINISH: Signature<FinishOptions> = { required: ['path'], defaults: { quick: false } };

/**
 * Proves that the files which several processes wrote into a folder by `initializeToFolder` or `initree init --shards` follow one plan and
 * hold every element exactly once. If so, it writes the index, and removes the temporary files that processes left: those of other hosts,
 * where nothing shows whether the process runs, and those of this host whose process has ended. Otherwise it writes nothing.
 * @param path the path of the folder
 * @param options `quick`: whether only the sizes of the files are compared. Default: false, every byte is read and hashed.
 * @returns the files; every problem: gaps, overlaps, damaged files, files of other plans; and the temporary files that stay
 * @throws ArgumentError if `path` is not a string or is empty
 * @throws FormatError if the path is not that of a folder, if the folder has no plan, if what the processes noted is damaged, or if the
 *   index cannot be written
 */
export async function finishFolder(path: string, options?: FinishOptions): Promise<FinishedFolder> {
  const { quick } = readArguments('finishFolder', arguments, FINISH);
  checkPath('finishFolder()', path, 'a folder');
  const state = await inspectFolder(path, quick);
  if (state.problems.length > 0) return { ...state, inUse: [] };
  await completeFolder(path);
  return { ...state, inUse: removeTemporary(path) };
}

/** Removes the temporary files of a folder, except those of running processes of this host, which are returned. */
function removeTemporary(path: string): string[] {
  const inUse: string[] = [];
  for (const folder of ['', NOTES_FOLDER]) {
    for (const name of namesIn(join(path, folder)).filter(isTemporary)) {
      const file = join(folder, name);
      if (isInUse(name)) inUse.push(file);
      else removeOne(join(path, file));
    }
  }
  return inUse;
}

function removeOne(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (cause) {
    throw new FormatError(
      `the checkpoint is complete, but this temporary file could not be removed: ${formatValue((cause as Error).message)}; remove it`,
      file,
      { cause },
    );
  }
}

/**
 * Compares the files of a folder with its plan, and proves by the manifests that every element is in exactly one file.
 * @param isQuick whether only the sizes of the files are compared. Otherwise every byte is read and hashed.
 * @throws FormatError if the folder has no plan, or if a manifest is damaged
 */
export async function inspectFolder(path: string, isQuick: boolean): Promise<FolderState> {
  const { shardPlan, planned } = readPlanned(path);
  const manifests = readManifests(path);
  const problems: string[] = [];
  const valid: (readonly [file: string, covered: readonly CoveredRange[]])[] = [];
  let bytes = 0;
  for (const { file, bytes: size } of planned.files) {
    const manifest = manifests.get(file);
    const problem = await problemOf(path, file, size, manifest, shardPlan, isQuick);
    if (manifest && problem === undefined) {
      valid.push([file, manifest.covered]);
      bytes += size;
    } else problems.push(`${file}: ${problem}`);
  }
  const names = new Set(planned.files.map(({ file }) => file));
  for (const [file, manifest] of manifests) {
    if (!names.has(file))
      problems.push(
        `${formatValue(file)}: expected no such file, found a manifest of plan ${shortOf(manifest.shardPlan)}`,
      );
  }
  const hasSlices = planned.files.some(({ file }) => isSliceFile(file));
  const { stale, foreign } = strayFiles(filesIn(path), new Set(planned.index ? [...names, INDEX_FILE] : names));
  for (const name of stale) {
    problems.push(
      `${name}: the file does not belong to the plan; remove it, because some readers open every .safetensors file`,
    );
  }
  for (const name of hasSlices ? foreign : []) {
    problems.push(
      `${formatValue(name)}: the file is that of another program; move it away, because readers of slices open every .safetensors file`,
    );
  }
  const sizes = new Map(planned.tensors.map(({ name, shape }) => [name, numelOf(shape)]));
  problems.push(...coverageProblems(sizes, valid));
  return { files: [...names], finished: valid.map(([file]) => file), bytes, problems, foreign };
}

/**
 * Completes a folder whose files are all finished by the index, if it has one. An index that is there already is left as it is, so that
 * nobody who opens the folder finds it replaced, and a folder that is read-only can be checked.
 * @throws FormatError if the index cannot be written
 */
export async function completeFolder(path: string): Promise<void> {
  const { shardPlan, planned } = readPlanned(path);
  if (planned.index !== null) {
    const total = planned.tensors.reduce((sum, { shape, dtype }) => sum + numelOf(shape) * bytesOf(dtype), 0);
    // In the order of the files, and of the state dict within each.
    const fileOf = planned.files.flatMap(({ file, covered }) => {
      const own = new Set(covered.map(([name]) => name));
      return planned.tensors.filter(({ name }) => own.has(name)).map(({ name }) => [name, file] as const);
    });
    const bytes = writeIndex(total, planned.index, fileOf);
    if (hasBytes(join(path, INDEX_FILE), bytes)) return;
    const index = new FileReplacement(join(path, INDEX_FILE));
    try {
      index.write(0, bytes);
      await index.flush();
      await placeFiles(path, shardPlan, [index]);
    } finally {
      index.abort();
    }
  }
}

/** Whether an ordinary file is there that has exactly these bytes. */
function hasBytes(path: string, bytes: Uint8Array): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return (found?.isFile() ?? false) && found?.size === bytes.length && Buffer.compare(readFileSync(path), bytes) === 0;
}

/** What is wrong with a file; undefined if nothing is. */
async function problemOf(
  folder: string,
  file: string,
  size: number,
  manifest: ShardManifest | undefined,
  shardPlan: string,
  isQuick: boolean,
): Promise<string | undefined> {
  const path = join(folder, file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (manifest === undefined)
    return found ? 'the file is there, but no process has finished it; run initree init again' : 'the file is missing';
  if (manifest.shardPlan !== shardPlan) {
    return `the file follows another plan: expected plan ${shortOf(shardPlan)}, found plan ${shortOf(manifest.shardPlan)}; run initree init again`;
  }
  if (found === undefined) return 'the file is missing, although its manifest is there; run initree init again';
  if (!found.isFile()) {
    const kind = found.isDirectory() ? 'a folder' : 'a device, a pipe or a socket';
    return `expected an ordinary file, found ${kind}; remove it and run initree init again`;
  }
  if (found.size !== size || manifest.bytes !== size) {
    return `expected ${size} bytes, found ${found.size === size ? manifest.bytes : found.size}; remove the file and run initree init again`;
  }
  if (isQuick) return undefined;
  let sha256: string;
  try {
    sha256 = await hashFiles([path]);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return `${error.detail}; make it readable, or remove it and run initree init again`;
  }
  if (sha256 === manifest.sha256) return undefined;
  return `the bytes are damaged: expected SHA-256 ${manifest.sha256}, found ${sha256}; remove the file and run initree init again`;
}
