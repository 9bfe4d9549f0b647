import { FormatError } from '../errors.js';
import { bytesOf, type DType } from '../numerics/DType.js';
import { dtypeOfName } from './safetensorsDtypes.js';
import { type Json, parseStrictJson } from './strictJson.js';

/** The number of bytes before the header; they hold its length. */
export const LENGTH_BYTES = 8;
/** The largest header in bytes; the limit of the format's own library. */
export const MAX_HEADER_BYTES = 100_000_000;
/** The key of the header's entry that holds the metadata instead of a tensor. */
export const METADATA_KEY = '__metadata__';

/** The dtype, shape and bytes of one tensor of a file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The index of the first byte, counted from the start of the file. */
  readonly start: number;
  /** The index after the last byte. */
  readonly end: number;
}

/** The contents of the header of a safetensors file. */
export interface Header {
  readonly metadata: Map<string, string>;
  /** In the order of the header. */
  readonly entries: readonly TensorEntry[];
}

/**
 * Reads the length of the header from the first eight bytes of a file.
 * @throws FormatError if the length is impossible
 */
export function readHeaderLength(bytes: Uint8Array, fileSize: number): number {
  if (fileSize < LENGTH_BYTES) {
    throw new FormatError(`header too small: expected at least ${LENGTH_BYTES} bytes, found ${fileSize}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new FormatError(
      `header too large: expected at most ${MAX_HEADER_BYTES.toLocaleString('en')} bytes, found ${length.toLocaleString('en')}; check that it is a safetensors file`,
    );
  }
  if (Number(length) > fileSize - LENGTH_BYTES) {
    throw new FormatError(
      `invalid header length: expected ${length} bytes, found ${fileSize - LENGTH_BYTES}; the file may be cut off`,
    );
  }
  return Number(length);
}

/**
 * Reads and checks the header. The tensors must fill the rest of the file exactly.
 * @param bytes the bytes of the header, without the length before them
 * @param fileSize the number of bytes of the whole file
 * @throws FormatError if the header is damaged, or does not match the size of the file
 */
export function readHeader(bytes: Uint8Array, fileSize: number): Header {
  const json = parseStrictJson(decode(bytes));
  if (!(json instanceof Map)) throw new FormatError('the header is not a JSON object');
  const metadata = readMetadata(json.get(METADATA_KEY));
  const dataStart = LENGTH_BYTES + bytes.length;
  const entries: TensorEntry[] = [];
  for (const [name, entry] of json) {
    if (name !== METADATA_KEY) entries.push(readEntry(name, entry, dataStart));
  }
  checkLayout(entries, dataStart, fileSize);
  return { metadata, entries };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError('invalid UTF-8 in header', undefined, { cause });
  }
}

function readMetadata(entry: Json | undefined): Map<string, string> {
  const metadata = new Map<string, string>();
  if (entry === undefined) return metadata;
  if (!(entry instanceof Map))
    throw new FormatError(`expected a JSON object of strings, found ${describe(entry)}`, METADATA_KEY);
  for (const [key, value] of entry) {
    if (typeof value !== 'string')
      throw new FormatError(`expected strings, found ${describe(value)} for '${key}'`, METADATA_KEY);
    metadata.set(key, value);
  }
  return metadata;
}

function readEntry(name: string, entry: Json, dataStart: number): TensorEntry {
  if (!(entry instanceof Map))
    throw new FormatError(`expected dtype, shape and data_offsets, found ${describe(entry)}`, name);
  for (const key of entry.keys()) {
    if (!['dtype', 'shape', 'data_offsets'].includes(key)) throw new FormatError(`unknown field '${key}'`, name);
  }
  const dtypeName = entry.get('dtype');
  if (typeof dtypeName !== 'string')
    throw new FormatError(`expected dtype to be a string, found ${describe(dtypeName)}`, name);
  const dtype = dtypeOfName(dtypeName, name);
  const shape = readSizes('shape', entry.get('shape'), name);
  const offsets = readSizes('data_offsets', entry.get('data_offsets'), name);
  if (offsets.length !== 2)
    throw new FormatError(`expected two numbers in data_offsets, found ${offsets.length}`, name);
  const [begin, end] = offsets;
  if (begin > end) throw new FormatError(`expected ascending data_offsets, found [${begin}, ${end}]`, name);
  let size = bytesOf(dtype);
  for (const length of shape) size *= length;
  if (!Number.isSafeInteger(size))
    throw new FormatError(`the shape [${shape.join(', ')}] is too large: expected at most 2^53 - 1 bytes`, name);
  if (size !== end - begin) {
    throw new FormatError(
      `expected ${size} bytes for ${dtypeName} of shape [${shape.join(', ')}], found ${end - begin} in data_offsets`,
      name,
    );
  }
  return { name, dtype, shape, start: dataStart + begin, end: dataStart + end };
}

function readSizes(what: string, value: Json | undefined, name: string): number[] {
  if (!Array.isArray(value))
    throw new FormatError(`expected ${what} to be an array of whole numbers, found ${describe(value)}`, name);
  return value.map((size) => {
    if (typeof size !== 'bigint' || size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new FormatError(`expected whole numbers from 0 to 2^53 - 1 in ${what}, found ${describe(size)}`, name);
    }
    return Number(size);
  });
}

/** Checks that the tensors are contiguous from the end of the header to the end of the file. */
function checkLayout(entries: readonly TensorEntry[], dataStart: number, fileSize: number): void {
  let reached = dataStart;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== reached) {
      const what =
        start < reached ? 'overlaps the tensor before it' : `leaves a hole of ${start - reached} bytes before it`;
      throw new FormatError(
        `invalid offset: the tensor ${what}, expected to start at ${reached - dataStart}, found ${start - dataStart}`,
        name,
      );
    }
    reached = end;
  }
  if (reached > fileSize) {
    throw new FormatError(
      `expected ${reached - dataStart} bytes of tensors, found ${fileSize - dataStart}; the file may be cut off`,
    );
  }
  if (reached < fileSize)
    throw new FormatError(
      `expected the end of the file after the last tensor, found ${fileSize - reached} bytes left over`,
    );
}

function describe(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Map) return 'an object';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
