import { describeValue, FormatError, formatList } from '../errors.js';
import { numelOf } from '../tensor/Shape.js';
import { JsonScanner } from './JsonScanner.js';
import type { Slice } from './planSlices.js';
import { type Header, METADATA_KEY, type TensorEntry } from './readHeader.js';

/** The version of the layout, `HF_DCP_VERSION` of PyTorch. */
const DCP_VERSION = '1.0';
const VERSION_KEY = 'DCP_VERSION';
const SHARDING_KEY = 'DCP_SHARDING_INFO';
const OFFSETS_KEY = 'saved_offsets';
/** The metadata that say where the slices of one file lie in their tensors. They do not speak of a folder. */
export const SLICE_KEYS: readonly string[] = [VERSION_KEY, SHARDING_KEY];

/**
 * The metadata by which `HuggingFaceStorageReader` finds the places of the slices of a file: the offset of each slice in every
 * dimension of its tensor.
 * @param texts the other metadata of the file
 * @throws FormatError if the other metadata have one of the keys
 */
export function addShardingInfo(
  texts: Readonly<Record<string, string>>,
  slices: readonly Slice[],
): Record<string, string> {
  for (const key of SLICE_KEYS) {
    if (!Object.hasOwn(texts, key)) continue;
    throw new FormatError(`the metadata have '${key}', which this layout gives a meaning; choose another key`);
  }
  const entries: [string, readonly number[]][] = slices.map((slice) => [slice.name, offsetsOf(slice)]);
  // PyTorch's consolidator refuses a file without entries. No tensor has this name.
  if (entries.length === 0) entries.push([METADATA_KEY, []]);
  // An object would move names such as '1' to the front.
  const info = entries.map(
    ([name, offsets]) => `${JSON.stringify(name)}:${JSON.stringify({ [OFFSETS_KEY]: offsets })}`,
  );
  return { ...texts, [VERSION_KEY]: DCP_VERSION, [SHARDING_KEY]: `{${info.join(',')}}` };
}

function offsetsOf({ shape, from }: Slice): number[] {
  const sizeOfRow = numelOf(shape.slice(1));
  return shape.map((_, i) => (i === 0 && from > 0 ? from / sizeOfRow : 0));
}

/** Whether a file says where its tensors lie in larger ones. */
export function hasShardingInfo({ metadata }: Header): boolean {
  return metadata.has(SHARDING_KEY);
}

/**
 * Reads where the tensors of a file lie in larger ones. What PyTorch does not read in an entry is not read here either.
 * @returns the offset of each tensor of the file in every dimension; undefined if the file has no such information
 * @throws FormatError if the information is damaged, is of another version, or does not fit the tensors of the file
 */
export function readShardingInfo({ metadata, entries }: Header): ReadonlyMap<string, readonly number[]> | undefined {
  const text = metadata.get(SHARDING_KEY);
  if (text === undefined) return undefined;
  const version = metadata.get(VERSION_KEY) ?? DCP_VERSION;
  if (version !== DCP_VERSION) {
    throw new FormatError(`expected ${VERSION_KEY} '${DCP_VERSION}', found ${describeValue(version)}`);
  }
  const json = new JsonScanner(new TextEncoder().encode(text), 'sharding information');
  if (json.kind !== 'object')
    throw new FormatError(`expected ${SHARDING_KEY} to be an object, found ${json.describe()}`);
  const offsets = new Map<string, readonly number[]>();
  json.object((name) => {
    if (offsets.has(name)) throw keyTwice(name);
    offsets.set(name, readEntry(name, json));
  });
  json.end();
  for (const name of offsets.keys()) {
    if (entries.has(name) || name === METADATA_KEY) continue;
    throw new FormatError(`expected a tensor for each entry of ${SHARDING_KEY}, found none`, name);
  }
  for (const entry of entries.values()) checkOffsets(entry, offsets.get(entry.name));
  return offsets;
}

function readEntry(name: string, json: JsonScanner): readonly number[] {
  if (json.kind !== 'object') {
    throw new FormatError(`expected an object with ${OFFSETS_KEY} in ${SHARDING_KEY}, found ${json.describe()}`, name);
  }
  let offsets: readonly number[] | undefined;
  json.object((key) => {
    if (key !== OFFSETS_KEY) return json.skip();
    if (offsets !== undefined) throw keyTwice(key, name);
    offsets = readOffsets(name, json);
  });
  if (offsets === undefined) throw new FormatError(`expected ${OFFSETS_KEY} in ${SHARDING_KEY}, found nothing`, name);
  return offsets;
}

function readOffsets(name: string, json: JsonScanner): readonly number[] {
  if (json.kind !== 'array') {
    throw new FormatError(`expected ${OFFSETS_KEY} to be an array of whole numbers, found ${json.describe()}`, name);
  }
  const offsets: number[] = [];
  json.array(() => {
    const offset = json.wholeNumber();
    if (typeof offset !== 'number') {
      const found = offset ?? json.describe();
      throw new FormatError(`expected whole numbers from 0 to 2^53 - 1 in ${OFFSETS_KEY}, found ${found}`, name);
    }
    offsets.push(offset);
  });
  return offsets;
}

function checkOffsets({ name, shape }: TensorEntry, offsets: readonly number[] | undefined): void {
  if (offsets === undefined) {
    throw new FormatError(`expected an entry of ${SHARDING_KEY} for each tensor of the file, found none`, name);
  }
  if (offsets.length !== shape.length) {
    throw new FormatError(
      `expected one number of ${OFFSETS_KEY} for each dimension of the shape ${formatList(shape)}, found ${formatList(offsets)}`,
      name,
    );
  }
  const beyond = offsets.findIndex((offset, dim) => !Number.isSafeInteger(offset + shape[dim]));
  if (beyond < 0) return;
  throw new FormatError(
    `expected a slice that ends at 2^53 - 1 or before, found the offset ${offsets[beyond]} and the size ${shape[beyond]} in dimension ${beyond}`,
    name,
  );
}

function keyTwice(key: string, path?: string): FormatError {
  return new FormatError(`expected each key of ${SHARDING_KEY} once, found ${describeValue(key)} twice`, path);
}
