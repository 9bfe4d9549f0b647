import { describeValue, FormatError, formatList } from '../errors.js';
import { JsonScanner } from './JsonScanner.js';
import { bitsOf, dtypeOfName, type FileDType, nameOfDtype } from './safetensorsDtypes.js';

/** The number of bytes before the header; they hold its length. */
export const LENGTH_BYTES = 8;
/** The largest header in bytes; the limit of the format's own library. */
export const MAX_HEADER_BYTES = 100_000_000;
/** The key of the header's entry that holds the metadata instead of a tensor. */
export const METADATA_KEY = '__metadata__';

/** The dtype, shape and bytes of one tensor of a file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: FileDType;
  /** The sizes. One above 2⁵³ − 1, which only a tensor without elements can have, is the nearest number. */
  readonly shape: readonly number[];
  /** The index of the first byte, counted from the start of the file. */
  readonly start: number;
  /** The index after the last byte. */
  readonly end: number;
}

/** The contents of the header of a safetensors file. */
export interface Header {
  readonly metadata: Map<string, string>;
  /** By name, in the order of the header. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
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
 * Reads and checks the header. The tensors must fill the rest of the file exactly. Headers are accepted and refused as by the
 * format's own library, but a key that occurs twice is refused.
 * @param bytes the bytes of the header, without the length before them
 * @param fileSize the number of bytes of the whole file
 * @throws FormatError if the header is damaged, or does not match the size of the file
 */
export function readHeader(bytes: Uint8Array, fileSize: number): Header {
  const json = new JsonScanner(bytes);
  if (json.kind !== 'object') throw new FormatError(`the header is not a JSON object, found ${json.describe()}`);
  const dataStart = LENGTH_BYTES + bytes.length;
  const entries = new Map<string, TensorEntry>();
  let metadata: Map<string, string> | undefined;
  json.object((name) => {
    if (entries.has(name) || (name === METADATA_KEY && metadata !== undefined)) throw keyTwice(name);
    if (name === METADATA_KEY) metadata = readMetadata(json);
    else entries.set(name, readEntry(name, json, dataStart));
  });
  json.end();
  checkLayout([...entries.values()], dataStart, fileSize);
  return { metadata: metadata ?? new Map(), entries };
}

function keyTwice(key: string, path?: string): FormatError {
  return new FormatError(`expected each key once, found ${describeValue(key)} twice`, path);
}

function readMetadata(json: JsonScanner): Map<string, string> {
  const metadata = new Map<string, string>();
  if (json.null()) return metadata;
  if (json.kind !== 'object') {
    throw new FormatError(`expected a JSON object of strings, found ${json.describe()}`, METADATA_KEY);
  }
  json.object((key) => {
    if (metadata.has(key)) throw keyTwice(key, METADATA_KEY);
    if (json.kind !== 'string') {
      throw new FormatError(`expected strings, found ${json.describe()} for ${describeValue(key)}`, METADATA_KEY);
    }
    metadata.set(key, json.string());
  });
  return metadata;
}

/** The fields of a tensor as the file gives them. */
interface Fields {
  dtype?: FileDType;
  shape?: readonly Size[];
  data_offsets?: readonly Size[];
}

/** A whole number below 2⁶⁴; a bigint if it is above 2⁵³ − 1. */
type Size = number | bigint;

/** The first product that 64 bits cannot hold. */
const OVERFLOW = 2n ** 64n;

const FIELDS = ['dtype', 'shape', 'data_offsets'] as const;

function readEntry(name: string, json: JsonScanner, dataStart: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = readFields(name, json);
  if (dtype === undefined) throw missing('dtype', 'a string', name);
  if (shape === undefined) throw missing('shape', 'an array of whole numbers', name);
  if (offsets === undefined) throw missing('data_offsets', 'an array of whole numbers', name);
  if (offsets.length !== 2) {
    throw new FormatError(`expected two numbers in data_offsets, found ${offsets.length}`, name);
  }
  const [begin, end] = offsets;
  if (begin > end) throw new FormatError(`expected ascending data_offsets, found [${begin}, ${end}]`, name);
  const size = bytesOfShape(shape, dtype, name);
  const found = Number(end) - Number(begin);
  if (size !== found) {
    throw new FormatError(
      `expected ${size} bytes for ${nameOfDtype(dtype)} of shape ${formatList(shape)}, found ${found} in data_offsets`,
      name,
    );
  }
  return { name, dtype, shape: roundLarge(shape), start: dataStart + Number(begin), end: dataStart + Number(end) };
}

/** The same sizes; only a copy if there is a bigint, since a shape may have millions of sizes. */
function roundLarge(shape: readonly Size[]): readonly number[] {
  return isSmall(shape) ? shape : shape.map(Number);
}

function isSmall(shape: readonly Size[]): shape is readonly number[] {
  return shape.every((size) => typeof size === 'number');
}

function missing(field: string, kind: string, name: string): FormatError {
  return new FormatError(`expected ${field} to be ${kind}, found nothing`, name);
}

/** Reads the fields from an object or, as the format's own library does, from an array in their order. */
function readFields(name: string, json: JsonScanner): Fields {
  const fields: Fields = {};
  const read = (field: string | undefined): void => {
    if (field === 'dtype') fields.dtype = readDtype(json, name);
    else if (field === 'shape' || field === 'data_offsets') fields[field] = readSizes(field, json, name);
    else json.skip();
  };
  const { kind } = json;
  if (kind === 'object') {
    json.object((key) => {
      // Further fields are not read, so nothing is lost if one of them occurs twice.
      if (Object.hasOwn(fields, key)) throw keyTwice(key, name);
      read(key);
    });
  } else if (kind === 'array') {
    json.array((index) => {
      if (index >= FIELDS.length) throw new FormatError(`expected ${FIELDS.length} values, found more`, name);
      read(FIELDS[index]);
    });
  } else throw new FormatError(`expected dtype, shape and data_offsets, found ${json.describe()}`, name);
  return fields;
}

/** Reads a dtype: its name or, as the format's own library does, an object with this key alone and the value `null`. */
function readDtype(json: JsonScanner, name: string): FileDType {
  const { kind } = json;
  if (kind === 'string') return dtypeOfName(json.string(), name);
  if (kind !== 'object') throw new FormatError(`expected dtype to be a string, found ${json.describe()}`, name);
  const found: FileDType[] = [];
  json.object((key) => {
    found.push(dtypeOfName(key, name));
    if (!json.null()) throw new FormatError(`expected null for the dtype ${key}, found ${json.describe()}`, name);
  });
  if (found.length === 1) return found[0];
  throw new FormatError(`expected one dtype, found an object with ${found.length} keys`, name);
}

function readSizes(what: string, json: JsonScanner, name: string): Size[] {
  if (json.kind !== 'array') {
    throw new FormatError(`expected ${what} to be an array of whole numbers, found ${json.describe()}`, name);
  }
  const sizes: Size[] = [];
  json.array(() => {
    const size = json.wholeNumber();
    if (size === undefined) {
      throw new FormatError(`expected whole numbers below 2^64 in ${what}, found ${json.describe()}`, name);
    }
    sizes.push(size);
  });
  return sizes;
}

/** The number of bytes of a tensor. */
function bytesOfShape(shape: readonly Size[], dtype: FileDType, name: string): number {
  const bits = bitsOf(dtype);
  const total = product(shape, bits);
  if (total === undefined) {
    throw new FormatError(`the shape ${formatList(shape)} is too large: expected less than 2^64 bits`, name);
  }
  if (total > 0 && !isSmall(shape)) {
    throw new FormatError(`expected whole numbers from 0 to 2^53 - 1 in shape, found ${formatList(shape)}`, name);
  }
  if (Number(total) % 8 !== 0) {
    throw new FormatError(
      `expected whole bytes, found ${total} bits for ${nameOfDtype(dtype)} of shape ${formatList(shape)}`,
      name,
    );
  }
  return Number(total) / 8;
}

/** The product of sizes from left to right, times `bits`; undefined if it reaches 2⁶⁴ on the way, even if a zero follows. */
function product(shape: readonly Size[], bits: number): Size | undefined {
  let small = 1;
  for (const size of shape) {
    small *= Number(size);
    if (!Number.isSafeInteger(small)) return largeProduct(shape, bits);
  }
  return Number.isSafeInteger(small * bits) ? small * bits : largeProduct(shape, bits);
}

function largeProduct(shape: readonly Size[], bits: number): bigint | undefined {
  let large = 1n;
  for (const size of shape) {
    large *= BigInt(size);
    if (large >= OVERFLOW) return undefined;
  }
  large *= BigInt(bits);
  return large < OVERFLOW ? large : undefined;
}

/** Checks that the tensors are contiguous from the end of the header to the end of the file. */
function checkLayout(entries: TensorEntry[], dataStart: number, fileSize: number): void {
  let reached = dataStart;
  for (const { name, start, end } of entries.sort((a, b) => a.start - b.start || a.end - b.end)) {
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
