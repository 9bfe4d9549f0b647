import { describeValue, FormatError } from '../errors.js';
import { bytesOf, createStorage, type DType, type Storage } from '../numerics/DType.js';
import { Tensor } from '../tensor/Tensor.js';
import {
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  METADATA_KEY,
  readHeader,
  readHeaderLength,
  type TensorPlace,
} from './readHeader.js';
import { layoutRank, nameOfDtype } from './safetensorsDtypes.js';

/** Tensors by name, as a Map such as `stateDict()` gives, or as pairs. */
export type NamedTensors = Iterable<readonly [name: string, tensor: Tensor]>;

/** Strings by name that travel with the tensors. */
export type Metadata = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** In the order of the file's header. */
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Map<string, string>;
}

/**
 * Tensors as the bytes of a safetensors file (https://github.com/huggingface/safetensors): dtypes of the widest alignment
 * first, then names in UTF-8 byte order. PyTorch and the format's own library read it.
 * @param metadata strings; `format: 'pt'` is added unless it is there
 * @throws FormatError for a name twice, a name the format reserves, or metadata that are not strings
 */
export function serialize(tensors: NamedTensors, metadata: Metadata = {}): Uint8Array<ArrayBuffer> {
  const sorted = inLayoutOrder(tensors);
  const entries: string[] = [`${JSON.stringify(METADATA_KEY)}:${JSON.stringify(writeMetadata(metadata))}`];
  let size = 0;
  for (const { name, tensor } of sorted) {
    const end = size + tensor.data.byteLength;
    const place = { dtype: nameOfDtype(tensor.dtype), shape: tensor.shape, data_offsets: [size, end] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(place)}`);
    size = end;
  }
  const header = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  if (headerLength > MAX_HEADER_BYTES)
    throw new FormatError(`header too large: ${headerLength} bytes, at most ${MAX_HEADER_BYTES}`);
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(header, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerLength);
  let at = LENGTH_BYTES + headerLength;
  for (const { tensor } of sorted) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/**
 * Reads the bytes of a safetensors file. The tensors are copies.
 * @throws FormatError, saying what and where, for bytes that are not a safetensors file or a damaged one
 */
export function parse(bytes: Uint8Array): SafetensorsContent {
  if (!(bytes instanceof Uint8Array))
    throw new FormatError(`parse() takes a Uint8Array, found ${describeValue(bytes)}`);
  const length = readHeaderLength(bytes, bytes.length);
  const header = readHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length);
  const tensors = new Map<string, Tensor>();
  for (const place of header.places) tensors.set(place.name, readTensor(bytes, place));
  return { tensors, metadata: header.metadata };
}

function readTensor(bytes: Uint8Array, { name, dtype, shape, start, end }: TensorPlace): Tensor {
  const data = createStorage(dtype, (end - start) / bytesOf(dtype)) as Storage;
  new Uint8Array(data.buffer).set(bytes.subarray(start, end));
  if (dtype === 'bool' && (data as Uint8Array).some((value) => value > 1)) {
    throw new FormatError('BOOL holds 0 and 1 only', name);
  }
  return Tensor.fromData(data, shape, dtype as DType);
}

function inLayoutOrder(tensors: NamedTensors): { name: string; tensor: Tensor; key: Uint8Array }[] {
  if (typeof tensors?.[Symbol.iterator] !== 'function') {
    throw new FormatError(`tensors are a Map or pairs of name and tensor, found ${describeValue(tensors)}`);
  }
  const seen = new Set<string>();
  const entries = Array.from(tensors, (pair) => {
    if (!Array.isArray(pair)) {
      throw new FormatError(`tensors are pairs of name and tensor, found ${describeValue(pair)}`);
    }
    const [name, tensor] = pair;
    checkText('a tensor name', name);
    if (name === METADATA_KEY)
      throw new FormatError(`'${METADATA_KEY}' is reserved by the format and cannot name a tensor`);
    if (seen.has(name)) throw new FormatError('this name stands there twice', name);
    if (!(tensor instanceof Tensor)) throw new FormatError(`expected a Tensor, found ${describeValue(tensor)}`, name);
    seen.add(name);
    return { name, tensor, key: new TextEncoder().encode(name) };
  });
  return entries.sort((a, b) => layoutRank(a.tensor.dtype) - layoutRank(b.tensor.dtype) || compareBytes(a.key, b.key));
}

function writeMetadata(metadata: Metadata): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new FormatError(`metadata are strings by name, found ${describeValue(metadata)}`);
  }
  const given = metadata instanceof Map ? metadata : new Map(Object.entries(metadata));
  // Without a prototype, so that '__proto__' is a name like any other.
  const written: Record<string, string> = Object.create(null);
  written.format = 'pt';
  for (const [key, value] of given) {
    checkText('a metadata key', key);
    if (typeof value !== 'string')
      throw new FormatError(`metadata holds strings, found ${describeValue(value)} under '${key}'`);
    checkText(`metadata '${key}'`, value);
    written[key] = value;
  }
  return written;
}

/** UTF-8 has no place for half of a surrogate pair: it would be written as something else. */
function checkText(what: string, text: string): void {
  if (typeof text !== 'string') throw new FormatError(`${what} is a string, found ${describeValue(text)}`);
  if (/\p{Surrogate}/u.test(text)) throw new FormatError(`${what} is not well-formed Unicode: ${JSON.stringify(text)}`);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
