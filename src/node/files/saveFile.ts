import type { Metadata } from '../../checkpoint/FileLayout.js';
import { type HasStateDict, layOutTensors, type NamedTensors } from '../../checkpoint/layOutTensors.js';
import { finish } from '../../random/Steps.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { checkPath } from './checkPath.js';
import { SafetensorsWriter, writeTensors } from './SafetensorsWriter.js';

/** Options of {@link saveFile}. */
export interface SaveOptions {
  /** Strings by name that the file holds beside the tensors, such as a report's `metadata()`. Default: none. */
  metadata?: Metadata | undefined;
}

const SAVE: Signature<SaveOptions, 'metadata'> = { required: ['source', 'path'], defaults: { metadata: undefined } };

/**
 * Writes a module's state dict, or tensors by name, to a safetensors file (https://github.com/huggingface/safetensors).
 * PyTorch reads it by `safetensors.torch.load_model` or `load_file`. Tied tensors of a module are written once; see
 * `safetensors.serialize`.
 *
 * The bytes go to a temporary file in the same folder without a copy in memory, whatever the size, before the call returns its
 * promise. So the file has the values of the moment of the call. It is then flushed and renamed. An interrupted run therefore leaves the old file or none, but
 * never an incomplete one; the next save into the folder removes the temporary file of a run that was killed. Several saves of
 * one path at the same moment, in any threads and processes, leave the whole file of one of them.
 *
 * An existing file is replaced. Its mode is kept, and so is its owner where the system permits it. A symbolic link is followed,
 * also one to a file that does not exist yet. Folders, devices, pipes, sockets and read-only files are refused.
 * @param source a module, or tensors by name: a Map, or pairs of name and tensor
 * @param path the path of the file
 * @param options `metadata`: strings by name that the file holds beside the tensors. Default: none.
 * @throws ArgumentError if `path` is not a string, or is empty.
 * @throws FormatError if the format cannot hold these names or metadata, or if the file cannot be written; the message gives
 *   the path, the reason, and what to do.
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
  const writer = new SafetensorsWriter(path, layOutTensors(source, metadata));
  try {
    finish(writeTensors(writer));
    await writer.commit();
  } finally {
    writer.abort();
  }
}
