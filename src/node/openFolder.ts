import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkIndexSize,
  INDEX_FILE,
  isCheckpointFile,
  isSliceFile,
  readIndex,
  type ShardIndex,
  SINGLE_FILE,
} from '../checkpoint/shardIndex.js';
import { describeValue, FormatError, formatProblems, formatValue } from '../errors.js';
import { fill } from './filePieces.js';
import { inFile } from './inFile.js';
import { closeAll, type OpenHeader, openHeader } from './openHeader.js';
import { openRegularFile } from './openRegularFile.js';
import { openSingle } from './openSingle.js';
import { SafetensorsFile, type Stored } from './SafetensorsFile.js';
import { codeOf } from './unwritable.js';

/** Something that is wrong with the files of a folder. */
export interface FolderProblem {
  /** The file within the folder. */
  readonly file: string;
  readonly kind:
    | 'missing file'
    | 'damaged file'
    | 'missing key'
    | 'extra key'
    | 'other run'
    | 'other checkpoint'
    | 'stale file'
    | 'total size';
  /** A text for the user. */
  readonly detail: string;
}

/**
 * Opens the files of a folder by its index, or its single file, and compares the index with the headers in both directions.
 * @returns what can be read, and every problem
 * @throws FormatError if there is neither an index nor a single file, if either cannot be read, or if the index changes meanwhile
 */
export async function openFolder(path: string): Promise<{ file: SafetensorsFile; problems: FolderProblem[] }> {
  const { names, hasIndex } = await listFolder(path);
  if (!hasIndex) return openUndivided(path, names);
  const { index, checkSame } = await openIndex(path);
  const problems: FolderProblem[] = [];
  const files = new Map<string, OpenHeader>();
  try {
    for (const name of new Set(index.fileOf.values())) {
      const found = await openShard(join(path, name), name);
      if ('kind' in found) problems.push(found);
      else files.set(name, found);
    }
    await checkSame();
  } catch (error) {
    await closeAll([...files.values()]);
    throw error;
  }
  const { tensors, found } = matchKeys(index, files);
  problems.push(...found);
  const { metadata, differing } = joinMetadata(index, files);
  problems.push(...differing, ...findStale(names, new Set(index.fileOf.values())), ...compareSize(index, tensors));
  return { file: SafetensorsFile.of(path, metadata, [...files.values()], tensors), problems };
}

/** The names of the safetensors files in a folder, and whether there is an index. */
async function listFolder(path: string): Promise<{ names: string[]; hasIndex: boolean }> {
  try {
    const found = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
    const names = found.map(({ name }) => name).sort();
    return { names: names.filter((name) => name.endsWith('.safetensors')), hasIndex: names.includes(INDEX_FILE) };
  } catch (error) {
    throw inFile(error, path);
  }
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

/** Opens a folder without an index. */
async function openUndivided(path: string, names: readonly string[]) {
  if (!names.includes(SINGLE_FILE)) throw withoutCheckpoint(path, names);
  const file = await openSingle(path, join(path, SINGLE_FILE));
  return { file, problems: findStale(names, new Set([SINGLE_FILE])) };
}

function withoutCheckpoint(path: string, names: readonly string[]): FormatError {
  const found = names.length === 0 ? 'found no .safetensors file' : `found ${formatProblems(names.map(formatValue))}`;
  return new FormatError(
    `it is a folder without a checkpoint: expected ${INDEX_FILE} or ${SINGLE_FILE}, ${found}${adviceFor(names)}`,
    path,
  );
}

/** What a program can do with the files of a folder that has no checkpoint. */
function adviceFor(names: readonly string[]): string {
  if (names.some(isSliceFile)) {
    return '; these files hold slices of tensors: read them by dcp.load of PyTorch, and check them by initree finish';
  }
  if (names.some(isCheckpointFile)) return '; the run that wrote them may have been interrupted, so save again';
  return names.length > 0 ? '; give the path of a file' : '';
}

/** All files of a folder stay open. The file that cannot be opened then has no fault. */
const TOO_MANY = ['EMFILE', 'ENFILE'];

async function openShard(path: string, file: string): Promise<OpenHeader | FolderProblem> {
  try {
    return await openHeader(path);
  } catch (error) {
    if (!(error instanceof FormatError) || TOO_MANY.includes(codeOf(error.cause) ?? '')) throw error;
    if (codeOf(error.cause) === 'ENOENT') {
      return { file, kind: 'missing file', detail: 'the index names this file, and it is not in the folder' };
    }
    return { file, kind: 'damaged file', detail: error.path === path ? error.detail : error.message };
  }
}

function matchKeys({ fileOf }: ShardIndex, files: ReadonlyMap<string, OpenHeader>) {
  const tensors = new Map<string, Stored>();
  const found: FolderProblem[] = [];
  for (const [name, file] of fileOf) {
    const header = files.get(file);
    const entry = header?.entries.get(name);
    if (header && entry) tensors.set(name, { entry, file: header });
    else if (header) {
      const detail = `the file lacks the tensor ${describeValue(name)}, which the index gives to it`;
      found.push({ file, kind: 'missing key', detail });
    }
  }
  for (const [file, { entries }] of files) {
    for (const name of entries.keys()) {
      const given = fileOf.get(name);
      if (given === file) continue;
      const where = given === undefined ? 'which the index lacks' : `which the index gives to ${formatValue(given)}`;
      found.push({ file, kind: 'extra key', detail: `the file has the tensor ${describeValue(name)}, ${where}` });
    }
  }
  return { tensors, found };
}

/**
 * The metadata of the index and of all files. Entries that differ are left out: they speak of one file. Those that say how the
 * weights were made must not differ.
 */
function joinMetadata(index: ShardIndex, files: ReadonlyMap<string, OpenHeader>) {
  const metadata = new Map(index.metadata);
  const others = new Set<string>();
  const differing: FolderProblem[] = [];
  for (const [file, header] of files) {
    for (const [key, text] of header.metadata) {
      const before = metadata.get(key);
      if (before === undefined) metadata.set(key, text);
      else if (before !== text) {
        if (!key.startsWith('initree.')) others.add(key);
        const detail = `the metadata ${formatValue(key)} are ${describeValue(text)}, and ${describeValue(before)} in another file; the files are of different runs`;
        if (key.startsWith('initree.')) differing.push({ file, kind: 'other run', detail });
      }
    }
  }
  for (const key of others) metadata.delete(key);
  return { metadata, differing };
}

/** Files that readers open which read every safetensors file of a folder. */
function findStale(names: readonly string[], named: ReadonlySet<string>): FolderProblem[] {
  return names
    .filter((file) => !named.has(file))
    .map((file) =>
      file === SINGLE_FILE
        ? {
            file,
            kind: 'other checkpoint',
            detail: `it is beside an index that does not name it, and transformers reads it instead of the files of ${INDEX_FILE}; remove one of them`,
          }
        : { file, kind: 'stale file', detail: 'the checkpoint does not name it, and some readers open it; remove it' },
    );
}

function compareSize({ totalSize, fileOf }: ShardIndex, tensors: ReadonlyMap<string, Stored>): FolderProblem[] {
  if (totalSize === undefined || tensors.size < fileOf.size) return [];
  const found = [...tensors.values()].reduce((total, { entry }) => total + entry.end - entry.start, 0);
  if (found === totalSize) return [];
  const detail = `the index gives a total_size of ${totalSize.toLocaleString('en')} bytes, and the tensors have ${found.toLocaleString('en')}`;
  return [{ file: INDEX_FILE, kind: 'total size', detail }];
}
