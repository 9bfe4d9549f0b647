import { type HasStateDict, type Metadata, type NamedTensors, serialize } from '../checkpoint/safetensors.js';
import { readArguments, type Signature } from '../readArguments.js';
import { checkPath } from './checkPath.js';
import { replaceFile } from './replaceFile.js';

/** Options of {@link saveFile}. */
export interface SaveOptions {
  /** Strings by name that the file holds beside the tensors, such as a report's `metadata()`. Default: none. */
  metadata?: Metadata | undefined;
}

const SAVE: Signature<SaveOptions, 'metadata'> = { required: ['source', 'path'], defaults: { metadata: undefined } };

/**
 * Writes a module's state dict, or tensors by name, to a safetensors file (https://github.com/huggingface/safetensors).
 * PyTorch reads it by `safetensors.torch.load_model` or `load_file`. Tied tensors of a module are written once; see
 * `safetensors.serialize`. The bytes are first written to another file in the same folder and
 * flushed; then that file is renamed. An interrupted run therefore leaves the old file or none, but never an incomplete
 * one.
 * @param source a module, or tensors by name: a Map, or pairs of name and tensor
 * @param path the path of the file; an existing file is replaced, and a symbolic link is followed
 * @param options `metadata`: strings by name that the file holds beside the tensors. Default: none.
 * @throws ArgumentError if `path` is not a string, or is empty.
 * @throws FormatError if the format cannot hold these names or metadata, or the file cannot be written.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { zeros } from 'initree';
 * import { loadFile, saveFile } from 'initree/node';
 * const path = `${tmpdir()}/zeros.safetensors`;
 * await saveFile(new Map([['weight', zeros([2, 3])]]), path, { metadata: { epoch: '1' } });
 * const { tensors, metadata } = await loadFile(path);
 * console.log(tensors.get('weight')?.shape, metadata.get('epoch')); // [ 2, 3 ] 1
 * ```
 */
export async function saveFile(
  source: HasStateDict | NamedTensors,
  path: string,
  options?: SaveOptions,
): Promise<void> {
  const { metadata } = readArguments('saveFile', arguments, SAVE);
  checkPath('saveFile()', path);
  await replaceFile(path, serialize(source, metadata));
}
