import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkIndexSize, INDEX_FILE, readIndex, type ShardIndex } from '../../checkpoint/shardIndex.js';
import { strayFiles } from '../../checkpoint/strayFiles.js';
import { describeValue, FormatError, formatValue } from '../../errors.js';
import { fill } from '../files/filePieces.js';
import { inFile } from '../files/inFile.js';
import { openRegularFile } from '../files/openRegularFile.js';
import { describeStale } from './describeStale.js';
import type { FolderProblem, OpenFolder } from './FolderProblem.js';
import { joinFiles } from './joinFiles.js';
import { closeAll, type OpenHeader } from './openHeader.js';
import { openShards } from './openShards.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

/**
 * Opens the files of a folder that its index names, and compares the index with the headers in both directions.
 * @param names the names of all safetensors files in the folder
 * @throws FormatError if the index cannot be read, or changes meanwhile
 */
export async function openIndexed(path: string, names: readonly string[]): Promise<OpenFolder> {
  const { index, checkSame } = await openIndex(path);
  const named = new Set(index.fileOf.values());
  const { files, problems } = await openShards(path, named, 'the index names this file, and it is not in the folder');
  try {
    await checkSame();
  } catch (error) {
    await closeAll([...files.values()]);
    throw error;
  }
  problems.push(...compareKeys(index, files));
  const joined = joinFiles(path, files, index.fileOf, index.metadata);
  const { stale, foreign } = strayFiles(names, named);
  problems.push(...joined.problems, ...describeStale(stale), ...compareSize(index, joined.file));
  return { file: joined.file, problems, foreign };
}

interface OpenIndex {
  readonly index: ShardIndex;
  /** @throws FormatError if the index was replaced: its files may then be of two checkpoints */
  readonly checkSame: () => Promise<void>;
}

async function openIndex(folder: string): Promise<OpenIndex> {
  const path = join(folder, INDEX_FILE);
  const { handle, size } = await openRegularFile(path);
  try {
    checkIndexSize(size);
    const bytes = new Uint8Array(size);
    await fill(handle, bytes, 0);
    const before = identityOf(await handle.stat({ bigint: true }));
    const checkSame = async () => {
      const after = await stat(path, { bigint: true }).then(identityOf, () => '');
      if (after !== before) throw new FormatError('the folder was replaced while it was opened; open it again', folder);
    };
    return { index: readIndex(bytes), checkSame };
  } catch (error) {
    throw inFile(error, path);
  } finally {
    await handle.close();
  }
}

function identityOf({ dev, ino, mtimeNs }: { dev: bigint; ino: bigint; mtimeNs: bigint }): string {
  return `${dev} ${ino} ${mtimeNs}`;
}

function compareKeys({ fileOf }: ShardIndex, files: ReadonlyMap<string, OpenHeader>): FolderProblem[] {
  const problems: FolderProblem[] = [];
  for (const [name, file] of fileOf) {
    if (files.get(file)?.entries.has(name) !== false) continue;
    const detail = `the file lacks the tensor ${describeValue(name)}, which the index gives to it`;
    problems.push({ file, kind: 'missing key', detail });
  }
  for (const [file, { entries }] of files) {
    for (const name of entries.keys()) {
      const given = fileOf.get(name);
      if (given === file) continue;
      const where = given === undefined ? 'which the index lacks' : `which the index gives to ${formatValue(given)}`;
      problems.push({ file, kind: 'extra key', detail: `the file has the tensor ${describeValue(name)}, ${where}` });
    }
  }
  return problems;
}

function compareSize({ totalSize, fileOf }: ShardIndex, file: SafetensorsFile): FolderProblem[] {
  if (totalSize === undefined || file.names.length < fileOf.size) return [];
  const found = file.names.reduce((total, name) => total + file.info(name).bytes, 0);
  if (found === totalSize) return [];
  const detail = `the index gives a total_size of ${totalSize.toLocaleString('en')} bytes, and the tensors have ${found.toLocaleString('en')}`;
  return [{ file: INDEX_FILE, kind: 'total size', detail }];
}
