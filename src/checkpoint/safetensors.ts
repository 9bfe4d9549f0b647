import { describeValue, FormatError } from '../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import { namesByElements } from '../tensor/namesByElements.js';
import { Tensor } from '../tensor/Tensor.js';
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY, readHeader, readHeaderLength } from './readHeader.js';
import { allocate, chooseReadable, infoOf, READ_DEFAULTS, type ReadOptions, type SkippedTensor } from './readTensor.js';
import { layoutRank, nameOfDtype } from './safetensorsDtypes.js';

/** Tensors by name: a Map such as `stateDict()` returns, or pairs of name and tensor. */
export type NamedTensors = Iterable<readonly [name: string, tensor: Tensor]>;

/** An object with tensors by name, such as a module. */
export interface HasStateDict {
  stateDict(): NamedTensors;
}

/** Strings by name that a file holds beside the tensors. */
export type Metadata = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** The contents of a safetensors file. */
export interface SafetensorsContent {
  /** The tensors by name, in the order of the file's header. */
  readonly tensors: Map<string, Tensor>;
  /** The strings that the file holds beside the tensors. */
  readonly metadata: Map<string, string>;
  /** The tensors that were left out by `skipUnsupported`, in the order of the file's header. */
  readonly skipped: readonly SkippedTensor[];
}

const PARSE: Signature<ReadOptions> = { required: ['bytes'], defaults: READ_DEFAULTS };

/**
 * Writes tensors as the bytes of a safetensors file (https://github.com/huggingface/safetensors). Tensors whose dtype needs
 * the widest alignment come first; tensors with dtypes of the same kind are sorted by the UTF-8 bytes of their names. The
 * bytes equal those of the format's own library, and PyTorch can read them.
 *
 * Tied tensors of a module are written once, as `safetensors.torch.save_model` does: under the first of their names in sorted
 * order. The metadata have the other names, `'lm_head.weight': 'embed.weight'`, unless `metadata` has an entry of that name.
 * `safetensors.torch.load_model` and `loadStateDict` know them by the model. Tensors by name, such as a `stateDict()`, are written
 * under each name, so that nothing gets lost without a model; `load_model` refuses them for a tied model.
 * @param source a module, or tensors of any dtype and shape by name
 * @param metadata strings by name. Default: none. `format: 'pt'` is added unless `metadata` has a `format`.
 * @returns the bytes of the file
 * @throws FormatError if a name occurs twice or is reserved by the format, if the metadata are not strings, or if the header
 *   exceeds 100 MB.
 * @example
 * ```ts
 * import { safetensors, zeros } from 'initree';
 * const bytes = safetensors.serialize(new Map([['weight', zeros([2, 3])]]), { epoch: '1' });
 * console.log(bytes.length); // 144
 * ```
 */
export function serialize(source: HasStateDict | NamedTensors, metadata: Metadata = {}): Uint8Array<ArrayBuffer> {
  refuseSurplus('safetensors.serialize', arguments, ['source', 'metadata']);
  const isModule = hasStateDict(source);
  const all = inLayoutOrder(isModule ? source.stateDict() : source);
  const { kept: sorted, keptNames } = isModule ? withoutTied(all) : { kept: all, keptNames: new Map<string, string>() };
  const texts = { ...Object.fromEntries(keptNames), ...writeMetadata(metadata) };
  const entries: string[] = [`${JSON.stringify(METADATA_KEY)}:${JSON.stringify(texts)}`];
  let size = 0;
  for (const { name, tensor } of sorted) {
    const end = size + tensor.data.byteLength;
    const entry = { dtype: nameOfDtype(tensor.dtype), shape: tensor.shape, data_offsets: [size, end] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    size = end;
  }
  const header = encode(`{${entries.join(',')}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  if (headerLength > MAX_HEADER_BYTES)
    throw new FormatError(
      `header too large: expected at most ${MAX_HEADER_BYTES.toLocaleString('en')} bytes, found ${headerLength.toLocaleString('en')}`,
    );
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
 * Reads the bytes of a safetensors file. The tensors are copies, so the bytes may change afterwards.
 * @param bytes the bytes of a whole file
 * @param options `skipUnsupported`: whether tensors with a dtype or shape that no tensor here can have are left out. Default:
 *   false.
 * @returns the tensors by name, in the order of the file, the metadata, and what was left out
 * @throws FormatError if the bytes are not a safetensors file, or a damaged one; the message gives the reason and the tensor.
 *   Also if a tensor has a dtype that no tensor here has, unless `skipUnsupported` is true; the message names all of them.
 * @example
 * ```ts
 * import { ones, safetensors } from 'initree';
 * const { tensors } = safetensors.parse(safetensors.serialize(new Map([['bias', ones([2])]])));
 * console.log(tensors.get('bias')?.tolist()); // [ 1, 1 ]
 * ```
 */
export function parse(bytes: Uint8Array, options?: ReadOptions): SafetensorsContent {
  const read = readArguments('safetensors.parse', arguments, PARSE);
  if (!(bytes instanceof Uint8Array))
    throw new FormatError(`parse() expects a Uint8Array, found ${describeValue(bytes)}`);
  const length = readHeaderLength(bytes, bytes.length);
  const { metadata, entries } = readHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length);
  const { readable, others } = chooseReadable(entries.values(), read);
  const tensors = new Map<string, Tensor>();
  for (const entry of readable) {
    const unfilled = allocate(entry);
    unfilled.bytes.set(bytes.subarray(entry.start, entry.end));
    tensors.set(entry.name, unfilled.finish());
  }
  return { tensors, metadata, skipped: others.map((entry) => ({ name: entry.name, ...infoOf(entry) })) };
}

function hasStateDict(source: HasStateDict | NamedTensors): source is HasStateDict {
  return typeof (source as Partial<HasStateDict> | null)?.stateDict === 'function';
}

/**
 * Removes the tensors that have the elements of another one. Of several names the first one stays, which is the first in sorted
 * order too, because the tensors are in the order of the file.
 */
function withoutTied(sorted: readonly FileEntry[]): { kept: FileEntry[]; keptNames: Map<string, string> } {
  const names = namesByElements(sorted.map(({ name, tensor }) => [name, tensor] as const));
  const firstOf = (name: string) => names.get(name)?.[0] ?? name;
  const kept = sorted.filter(({ name }) => firstOf(name) === name);
  const removed = sorted.filter(({ name }) => firstOf(name) !== name);
  return { kept, keptNames: new Map(removed.map(({ name }) => [name, firstOf(name)])) };
}

/** A tensor to write; the key is its name in UTF-8. */
interface FileEntry {
  readonly name: string;
  readonly tensor: Tensor;
  readonly key: Uint8Array;
}

function inLayoutOrder(tensors: NamedTensors): FileEntry[] {
  if (typeof tensors?.[Symbol.iterator] !== 'function') {
    throw new FormatError(`expected a Map of tensors, or pairs of name and tensor, found ${describeValue(tensors)}`);
  }
  const seen = new Set<string>();
  const entries = Array.from(tensors, (pair) => {
    if (!Array.isArray(pair)) {
      throw new FormatError(`expected pairs of name and tensor, found ${describeValue(pair)}`);
    }
    const [name, tensor] = pair;
    checkText('a tensor name', name);
    if (name === METADATA_KEY)
      throw new FormatError(`'${METADATA_KEY}' is reserved by the format and cannot name a tensor`);
    if (seen.has(name)) throw new FormatError('expected each name once, found this name twice', name);
    if (!(tensor instanceof Tensor)) throw new FormatError(`expected a Tensor, found ${describeValue(tensor)}`, name);
    if (tensor.data.length !== tensor.numel) {
      throw new FormatError(
        `expected ${tensor.numel} elements, found ${tensor.data.length}; the array of the tensor was transferred to a thread`,
        name,
      );
    }
    seen.add(name);
    return { name, tensor, key: encode(name) };
  });
  return entries.sort((a, b) => layoutRank(a.tensor.dtype) - layoutRank(b.tensor.dtype) || compareBytes(a.key, b.key));
}

function writeMetadata(metadata: Metadata): Record<string, string> {
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
function checkText(what: string, text: string): void {
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
