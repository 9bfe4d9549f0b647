import { describeValue, FormatError } from '../errors.js';
import { bytesOf, type DType } from '../numerics/DType.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { isLittleEndian } from './byteOrder.js';
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from './readHeader.js';
import { layoutRank, nameOfDtype } from './safetensorsDtypes.js';

/** Strings by name that a file holds beside the tensors. */
export type Metadata = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** What the header of a file says about a tensor, except its place. */
export interface TensorDescription {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** The bytes that a tensor has in a file. */
export interface Place {
  /** The index of the first byte, counted from the start of the file. */
  readonly start: number;
  /** The index after the last byte. */
  readonly end: number;
}

/** What a safetensors file consists of: a header, and then the tensors without gaps. */
export interface FileLayout<T extends TensorDescription = TensorDescription> {
  /** The first bytes of the file, up to the first tensor. */
  readonly header: Uint8Array;
  /** In the order of the file. */
  readonly tensors: readonly (T & Place)[];
  /** The number of bytes of the whole file. */
  readonly size: number;
}

/**
 * Computes the header of a file and the place of each tensor. No elements are needed, so a file can be laid out before its
 * tensors exist.
 * @param sorted the tensors in the order of {@link sortTensors}
 * @param texts the metadata of {@link writeMetadata}
 * @throws FormatError if the header exceeds 100 MB, or on a big-endian machine, whose arrays have another order of bytes
 */
export function layOut<T extends TensorDescription>(
  sorted: readonly T[],
  texts: Readonly<Record<string, string>>,
): FileLayout<T> {
  if (!isLittleEndian) {
    throw new FormatError('safetensors files can only be written on a little-endian machine; this one is big-endian');
  }
  const entries: string[] = [`${JSON.stringify(METADATA_KEY)}:${JSON.stringify(texts)}`];
  const offsets: number[] = [];
  let size = 0;
  for (const { name, dtype, shape } of sorted) {
    const end = size + numelOf(shape) * bytesOf(dtype);
    const entry = { dtype: nameOfDtype(dtype), shape, data_offsets: [size, end] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    offsets.push(size);
    size = end;
  }
  const header = frame(encode(`{${entries.join(',')}}`));
  const tensors = sorted.map((tensor, i) => ({
    ...tensor,
    start: header.length + offsets[i],
    end: header.length + (offsets[i + 1] ?? size),
  }));
  return { header, tensors, size: header.length + size };
}

/** The header as it is in a file: its length, its text, and spaces up to a multiple of eight bytes. */
function frame(text: Uint8Array): Uint8Array {
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES)
    throw new FormatError(
      `header too large: expected at most ${MAX_HEADER_BYTES.toLocaleString('en')} bytes, found ${length.toLocaleString('en')}`,
    );
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, LENGTH_BYTES);
  return header;
}

/**
 * Sorts tensors into the order of a file: the widest alignment first, then by the UTF-8 bytes of the names.
 * @throws FormatError if a name occurs twice, is reserved by the format, or is not well-formed Unicode
 */
export function sortTensors<T extends TensorDescription>(tensors: readonly T[]): T[] {
  const seen = new Set<string>();
  const keyed = tensors.map((tensor) => {
    const { name } = tensor;
    checkText('a tensor name', name);
    if (name === METADATA_KEY)
      throw new FormatError(`'${METADATA_KEY}' is reserved by the format and cannot name a tensor`);
    if (seen.has(name)) throw new FormatError('expected each name once, found this name twice', name);
    seen.add(name);
    return { tensor, rank: layoutRank(tensor.dtype), key: encode(name) };
  });
  return keyed.sort((a, b) => a.rank - b.rank || compareBytes(a.key, b.key)).map(({ tensor }) => tensor);
}

/**
 * The metadata as they are in a header: with a `format`, which is `'pt'` unless they have another one.
 * @throws FormatError if the metadata are not strings by name
 */
export function writeMetadata(metadata: Metadata): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new FormatError(`expected metadata to be strings by name, found ${describeValue(metadata)}`);
  }
  const given = metadata instanceof Map ? metadata : new Map(Object.entries(metadata));
  // The object has no prototype, so '__proto__' is an ordinary key.
  const written: Record<string, string> = Object.create(null);
  written.format = 'pt';
  for (const [key, value] of given) {
    checkText('a metadata key', key);
    if (typeof value !== 'string')
      throw new FormatError(
        `expected metadata to be strings, found ${describeValue(value)} for '${key}'` +
          (key === 'metadata' ? '; pass the strings themselves, not { metadata }' : ''),
      );
    checkText(`metadata '${key}'`, value);
    written[key] = value;
  }
  return written;
}

/** Refuses text with half of a surrogate pair: UTF-8 cannot represent it, and the encoder would replace it. */
export function checkText(what: string, text: string): void {
  if (typeof text !== 'string') throw new FormatError(`expected ${what} to be a string, found ${describeValue(text)}`);
  if (/\p{Surrogate}/u.test(text))
    throw new FormatError(`expected ${what} to be well-formed Unicode, found ${JSON.stringify(text)}`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
