import { refuseSurplus } from '../../readArguments.js';
import { checkPath } from '../files/checkPath.js';
import { openReadable } from './openCheckpoint.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

/**
 * Opens a safetensors file (https://github.com/huggingface/safetensors) of any size. Only the header is read; the tensors are
 * read one by one, whole or in ranges. A file is accepted or refused as by the format's own library (`safe_open`), except that a
 * key which occurs twice is refused. Tensors with a dtype that no tensor here has are listed; reading one of them is an error.
 *
 * Of a folder, such as `saveFolder` or `save_pretrained` writes, the headers of the files are read that
 * `model.safetensors.index.json` names, or that of `model.safetensors` if there is no index. Files that neither names are not
 * read; `initree verify` lists them. Without both, the folder may have slices of tensors, as
 * `HuggingFaceStorageWriter(save_distributed=True)` of torch.distributed.checkpoint writes them and `initializeToFolder` does with
 * `layout: 'dcp'`; the headers of all `.safetensors` files are read, and each tensor is joined from its slices. Then
 * `metadata` lack `DCP_VERSION` and `DCP_SHARDING_INFO`, which describe the files.
 * @param path the path of the file or folder; a symbolic link is followed
 * @returns the open file or files; close them, or declare them with `await using`
 * @throws ArgumentError if `path` is not a string, or is empty.
 * @throws FormatError if the file does not exist, is a device, a pipe or a socket, cannot be read, or is damaged; the message
 *   gives the path and the reason. For a folder also if it has neither an index nor `model.safetensors`, or has both; if the
 *   index exceeds 10 MiB, or names a file outside of the folder; if a file is missing; if a file lacks a tensor that the index
 *   gives to it, or has one that the index does not give to it; or if the metadata `initree.…` of the files differ. For slices
 *   also if an element is in no file or in several, if slices of a tensor differ in dtype or rank, if `DCP_SHARDING_INFO` is missing or
 *   damaged, if a symbolic link leads out of the folder, or if the folder lacks a file that the plan in `.initree` names.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { tensor } from 'initree';
 * import { openFile, saveFile } from 'initree/node';
 * const path = `${tmpdir()}/w.safetensors`;
 * await saveFile(new Map([['w', tensor([[1, 2], [3, 4]])]]), path);
 * const file = await openFile(path);
 * console.log(file.names, file.info('w')); // [ 'w' ] { dtype: 'float32', shape: [ 2, 2 ], bytes: 16 }
 * console.log((await file.readRange('w', 1, 3)).tolist()); // [ 2, 3 ]
 * await file.close();
 * ```
 */
export async function openFile(path: string): Promise<SafetensorsFile> {
  refuseSurplus('openFile', arguments, ['path']);
  checkPath('openFile()', path);
  return openReadable(path);
}
