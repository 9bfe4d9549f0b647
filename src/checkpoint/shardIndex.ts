import { describeValue, FormatError, formatValue } from '../errors.js';
import { JsonScanner } from './JsonScanner.js';

/** The name of the only file of a folder that is not divided. */
export const SINGLE_FILE = 'model.safetensors';
/** The name of the file that says which tensor is in which file. */
export const INDEX_FILE = `${SINGLE_FILE}.index.json`;
/** The folder beside the files with what the processes that write them know. Repositories do not upload it. */
export const NOTES_FOLDER = '.initree';
/** The largest index in bytes; the limit of huggingface_hub. */
const MAX_INDEX_BYTES = 10 * 2 ** 20;
/** The names that the files of a checkpoint have in a folder, in both layouts. */
const CHECKPOINT_FILE = /^(?:shard-\d{5}-)?model(?:-\d{5}-of-\d{5})?\.safetensors(?:\.index\.json)?$/;

/** The names of files of slices. */
const SLICE_FILE = /^shard-\d{5}-model-\d{5}-of-\d{5}\.safetensors$/;

/** What an index says. */
export interface ShardIndex {
  /** The strings of the index's metadata. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The bytes of all tensors; undefined if the index gives no whole number. */
  readonly totalSize: number | undefined;
  /** The file of each tensor, in the order of the index. */
  readonly fileOf: ReadonlyMap<string, string>;
}

/** Whether a file of a folder is named like one of a checkpoint. A new checkpoint replaces all of them. */
export function isCheckpointFile(name: string): boolean {
  return CHECKPOINT_FILE.test(name);
}

/** Whether a file of a folder is named like one of slices for torch.distributed.checkpoint, which needs no index. */
export function isSliceFile(name: string): boolean {
  return SLICE_FILE.test(name);
}

/** Whether a file of a folder is named like one of tensors. Readers of slices open all of these. */
export function isTensorFile(name: string): boolean {
  return name.endsWith('.safetensors');
}

/**
 * The bytes of an index.
 * @param fileOf the file of each tensor
 * @throws FormatError if they exceed 10 MiB, the limit of the readers
 */
export function writeIndex(
  totalSize: number,
  metadata: Iterable<readonly [key: string, text: string]>,
  fileOf: Iterable<readonly [name: string, file: string]>,
): Uint8Array {
  // An object would put keys such as '1' first.
  const object = (entries: Iterable<readonly [string, string | number]>) =>
    `{\n${Array.from(entries, ([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n  }`;
  const text = `{\n  "metadata": ${object([['total_size', totalSize], ...metadata])},\n  "weight_map": ${object(fileOf)}\n}\n`;
  const bytes = new TextEncoder().encode(text);
  checkIndexSize(bytes.length);
  return bytes;
}

/** @throws FormatError if an index has more bytes than the readers take */
export function checkIndexSize(bytes: number): void {
  if (bytes <= MAX_INDEX_BYTES) return;
  throw new FormatError(
    `the index is too large: expected at most ${MAX_INDEX_BYTES.toLocaleString('en')} bytes, found ${bytes.toLocaleString('en')}`,
  );
}

/**
 * Reads an index. A key that occurs twice is refused.
 * @throws FormatError if it is no index, or names a file outside of its folder
 */
export function readIndex(bytes: Uint8Array): ShardIndex {
  const json = new JsonScanner(bytes, 'index');
  if (json.kind !== 'object') throw new FormatError(`expected a JSON object, found ${json.describe()}`);
  let metadata: Pick<ShardIndex, 'metadata' | 'totalSize'> | undefined;
  let fileOf: Map<string, string> | undefined;
  json.object((key) => {
    if ((key === 'metadata' && metadata) || (key === 'weight_map' && fileOf)) throw keyTwice(key);
    if (key === 'metadata') metadata = readMetadata(json);
    else if (key === 'weight_map') fileOf = readWeightMap(json);
    else json.skip();
  });
  json.end();
  if (fileOf === undefined) throw new FormatError('expected an object weight_map, found nothing');
  return { metadata: new Map(), totalSize: undefined, ...metadata, fileOf };
}

function readMetadata(json: JsonScanner): Pick<ShardIndex, 'metadata' | 'totalSize'> {
  const metadata = new Map<string, string>();
  let totalSize: number | undefined;
  if (json.null()) return { metadata, totalSize };
  if (json.kind !== 'object') throw new FormatError(`expected metadata to be an object, found ${json.describe()}`);
  const seen = new Set<string>();
  json.object((key) => {
    if (seen.has(key)) throw keyTwice(key);
    seen.add(key);
    const whole = key === 'total_size' ? json.wholeNumber() : undefined;
    if (whole !== undefined) totalSize = Number(whole);
    else if (json.kind === 'string') metadata.set(key, json.string());
    else json.skip();
  });
  return { metadata, totalSize };
}

function readWeightMap(json: JsonScanner): Map<string, string> {
  const fileOf = new Map<string, string>();
  if (json.kind !== 'object') throw new FormatError(`expected weight_map to be an object, found ${json.describe()}`);
  json.object((name) => {
    if (fileOf.has(name)) throw keyTwice(name);
    if (json.kind !== 'string') {
      throw new FormatError(`expected the name of a file for ${describeValue(name)}, found ${json.describe()}`);
    }
    const file = json.string();
    checkShardName(file, name);
    fileOf.set(name, file);
  });
  return fileOf;
}

/**
 * Refuses a name that leads out of the folder on any system, since an index may be read on another one than it was written on.
 * Folders inside of the folder are accepted.
 */
function checkShardName(file: string, tensor: string): void {
  // Windows takes both slashes, a colon after a drive or before a stream, and '.. ' and '...' for '..'.
  const parts = file.split(/[\\/]/);
  const leaves = parts[0] === '' || parts.some((part) => /^\.{2,}$/.test(part.replaceAll(' ', '')));
  if (!leaves && !/[:\0]/.test(file) && file.endsWith('.safetensors')) return;
  throw new FormatError(
    `expected the name of a .safetensors file within the folder, found "${formatValue(file)}" for ${describeValue(tensor)}`,
  );
}

function keyTwice(key: string): FormatError {
  return new FormatError(`expected each key once, found ${describeValue(key)} twice`);
}
