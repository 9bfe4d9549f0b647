import { type HeldSlice, joinSlices, sliceOf } from '../../checkpoint/joinSlices.js';
import { readShardingInfo, SLICE_KEYS } from '../../checkpoint/shardingInfo.js';
import { describeValue, FormatError, formatValue } from '../../errors.js';
import type { FolderProblem, JoinedFiles } from './FolderProblem.js';
import type { OpenHeader } from './openHeader.js';
import { SafetensorsFile } from './SafetensorsFile.js';

/** What is to be read of a folder: a tensor, and the file that has it, or a slice of it. */
export type Listed = readonly [name: string, file: string];

/**
 * Joins the open files of a folder to what can be read as one file. Every tensor has to be complete.
 * @param files by their names in the folder
 * @param listed in the order in which the tensors are to be listed; of a tensor in slices, every slice
 * @param metadata what the index says. Default: nothing.
 */
export function joinFiles(
  path: string,
  files: ReadonlyMap<string, OpenHeader>,
  listed: Iterable<Listed>,
  metadata: ReadonlyMap<string, string> = new Map(),
): JoinedFiles {
  const { offsets, damaged } = readOffsets(files);
  const nameOf = new Map(Array.from(files, ([name, file]) => [file, name]));
  const slices = slicesOf(files, listed, offsets);
  const { tensors, faults } = joinSlices(slices, (file) => nameOf.get(file) as string);
  const joined = joinMetadata(metadata, files);
  const file = SafetensorsFile.of(path, joined.metadata, [...files.values()], tensors);
  return { file, problems: [...damaged, ...faults, ...joined.differing] };
}

/** Where the tensors of a file lie in larger ones; none if the file does not say it. */
type Offsets = ReadonlyMap<string, readonly number[]>;

/** The offsets of all files whose information about them is not damaged. */
function readOffsets(files: ReadonlyMap<string, OpenHeader>) {
  const offsets = new Map<string, Offsets>();
  const damaged: FolderProblem[] = [];
  for (const [file, header] of files) {
    try {
      offsets.set(file, readShardingInfo(header) ?? new Map());
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damaged.push({ file, kind: 'damaged file', detail: error.path === undefined ? error.detail : error.message });
    }
  }
  return { offsets, damaged };
}

function* slicesOf(
  files: ReadonlyMap<string, OpenHeader>,
  listed: Iterable<Listed>,
  offsets: ReadonlyMap<string, Offsets>,
): IterableIterator<HeldSlice<OpenHeader>> {
  for (const [name, file] of listed) {
    const [header, own] = [files.get(file), offsets.get(file)];
    const entry = header?.entries.get(name);
    if (header && entry && own) yield sliceOf(entry, header, own.get(name));
  }
}

/**
 * The metadata of the index and of all files. Entries that differ are left out: they speak of one file. Those that say how the
 * weights were made must not differ.
 */
function joinMetadata(ofIndex: ReadonlyMap<string, string>, files: ReadonlyMap<string, OpenHeader>) {
  const metadata = new Map(ofIndex);
  const others = new Set(SLICE_KEYS);
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
