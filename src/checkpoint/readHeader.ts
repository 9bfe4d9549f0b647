import { FormatError } from '../errors.js';
import { bytesOf, type DType } from '../numerics/DType.js';
import { dtypeOfName } from './safetensorsDtypes.js';
import { type Json, parseStrictJson } from './strictJson.js';

/** Bytes before the header: its length. */
export const LENGTH_BYTES = 8;
/** Longest header that is read, as in the format's own library. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Name of the header's entry that is no tensor. */
export const METADATA_KEY = '__metadata__';

/** Where one tensor lies. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly start: number;
  /** Byte after the last. */
  readonly end: number;
}

/** What the header of a safetensors file says. */
export interface Header {
  readonly metadata: Map<string, string>;
  /** In the order of the header. */
  readonly places: readonly TensorPlace[];
}

/** Length of the header that the first eight bytes of a file announce; throws FormatError for an impossible one. */
export function readHeaderLength(bytes: Uint8Array, fileSize: number): number {
  if (fileSize < LENGTH_BYTES) {
    throw new FormatError(`header too small: a safetensors file has at least ${LENGTH_BYTES} bytes, found ${fileSize}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new FormatError(
      `header too large: at most ${MAX_HEADER_BYTES} bytes, found ${length}; is this a safetensors file?`,
    );
  }
  if (Number(length) > fileSize - LENGTH_BYTES) {
    throw new FormatError(
      `invalid header length: ${length} bytes announced, ${fileSize - LENGTH_BYTES} there; is the file cut off?`,
    );
  }
  return Number(length);
}

/**
 * Reads and checks the header: the tensors must fill the rest of the file exactly, each of its dtype and shape.
 * @param bytes the header's bytes, without the length before them
 * @param fileSize bytes of the whole file
 */
export function readHeader(bytes: Uint8Array, fileSize: number): Header {
  const json = parseStrictJson(decode(bytes));
  if (!(json instanceof Map)) throw new FormatError('the header is not a JSON object');
  const metadata = readMetadata(json.get(METADATA_KEY));
  const dataStart = LENGTH_BYTES + bytes.length;
  const places: TensorPlace[] = [];
  for (const [name, entry] of json) {
    if (name !== METADATA_KEY) places.push(readPlace(name, entry, dataStart));
  }
  checkLayout(places, dataStart, fileSize);
  return { metadata, places };
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
  if (!(entry instanceof Map)) throw new FormatError('metadata is a JSON object of strings', METADATA_KEY);
  for (const [key, value] of entry) {
    if (typeof value !== 'string')
      throw new FormatError(`metadata holds strings, found ${describe(value)} under '${key}'`, METADATA_KEY);
    metadata.set(key, value);
  }
  return metadata;
}

function readPlace(name: string, entry: Json, dataStart: number): TensorPlace {
  if (!(entry instanceof Map))
    throw new FormatError(`expected dtype, shape and data_offsets, found ${describe(entry)}`, name);
  for (const key of entry.keys()) {
    if (!['dtype', 'shape', 'data_offsets'].includes(key)) throw new FormatError(`unknown field '${key}'`, name);
  }
  const dtypeName = entry.get('dtype');
  if (typeof dtypeName !== 'string') throw new FormatError(`dtype is a string, found ${describe(dtypeName)}`, name);
  const dtype = dtypeOfName(dtypeName, name);
  const shape = readSizes('shape', entry.get('shape'), name);
  const offsets = readSizes('data_offsets', entry.get('data_offsets'), name);
  if (offsets.length !== 2) throw new FormatError(`data_offsets are two numbers, found ${offsets.length}`, name);
  const [begin, end] = offsets;
  if (begin > end) throw new FormatError(`data_offsets run backwards: [${begin}, ${end}]`, name);
  let size = bytesOf(dtype);
  for (const length of shape) size *= length;
  if (!Number.isSafeInteger(size)) throw new FormatError(`the shape [${shape.join(', ')}] overflows`, name);
  if (size !== end - begin) {
    throw new FormatError(
      `${dtypeName} of shape [${shape.join(', ')}] takes ${size} bytes, data_offsets give ${end - begin}`,
      name,
    );
  }
  return { name, dtype, shape, start: dataStart + begin, end: dataStart + end };
}

function readSizes(what: string, value: Json | undefined, name: string): number[] {
  if (!Array.isArray(value))
    throw new FormatError(`${what} is an array of whole numbers, found ${describe(value)}`, name);
  return value.map((size) => {
    if (typeof size !== 'bigint' || size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new FormatError(`${what} is an array of whole numbers from 0 to 2^53 - 1, found ${describe(size)}`, name);
    }
    return Number(size);
  });
}

/** The tensors must lie one after another, from the header's end to the file's. */
function checkLayout(places: readonly TensorPlace[], dataStart: number, fileSize: number): void {
  let reached = dataStart;
  for (const { name, start, end } of [...places].sort((a, b) => a.start - b.start || a.end - b.end)) {
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
      `the tensors take ${reached - dataStart} bytes, ${fileSize - dataStart} are there; is the file cut off?`,
    );
  }
  if (reached < fileSize) throw new FormatError(`${fileSize - reached} bytes are left over after the last tensor`);
}

function describe(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Map) return 'an object';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
