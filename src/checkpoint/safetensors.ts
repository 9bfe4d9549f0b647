import { describeValue, FormatError } from '../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Metadata } from './FileLayout.js';
import { bytesIn, type HasStateDict, layOutTensors, type NamedTensors } from './layOutTensors.js';
import { LENGTH_BYTES, readHeader, readHeaderLength } from './readHeader.js';
import { allocate, chooseReadable, infoOf, READ_DEFAULTS, type ReadOptions, type SkippedTensor } from './readTensor.js';

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
 * @throws FormatError if a name occurs twice or is reserved by the format, if the metadata are not strings, if the header
 *   exceeds 100 MB, or if the machine is big-endian.
 * @example
 * ```ts
 * import { safetensors, zeros } from 'initree';
 * const bytes = safetensors.serialize(new Map([['weight', zeros([2, 3])]]), { epoch: '1' });
 * console.log(bytes.length); // 144
 * ```
 */
export function serialize(source: HasStateDict | NamedTensors, metadata: Metadata = {}): Uint8Array<ArrayBuffer> {
  refuseSurplus('safetensors.serialize', arguments, ['source', 'metadata']);
  const { header, tensors, size } = layOutTensors(source, metadata);
  const bytes = new Uint8Array(size);
  bytes.set(header);
  for (const { tensor, start } of tensors) bytes.set(bytesIn(tensor), start);
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
  return {
    tensors,
    metadata,
    skipped: others.map((entry) => ({ name: entry.name, ...infoOf(entry, entry.end - entry.start) })),
  };
}
