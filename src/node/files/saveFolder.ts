import type { Metadata } from '../../checkpoint/FileLayout.js';
import { layOutFolder } from '../../checkpoint/layOutFolder.js';
import type { HasStateDict, NamedTensors } from '../../checkpoint/layOutTensors.js';
import type { ShardOptions } from '../../checkpoint/planShards.js';
import { finish } from '../../random/Steps.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { checkPath } from './checkPath.js';
import { FolderReplacement } from './FolderReplacement.js';

/** Options of {@link saveFolder}. */
export interface SaveFolderOptions extends ShardOptions {
  /** Strings by name that the index and each file hold beside the tensors, such as a report's `metadata()`. Default: none. */
  metadata?: Metadata | undefined;
  /** Whether a checkpoint that is in the folder is replaced. Otherwise it is an error. Default: false. */
  force?: boolean | undefined;
}

const SAVE: Signature<SaveFolderOptions, 'metadata' | 'maxShardSize' | 'shards'> = {
  required: ['source', 'path'],
  defaults: { metadata: undefined, maxShardSize: undefined, shards: undefined, force: false },
};

/**
 * Writes a module's state dict, or tensors by name, to a folder of safetensors files, as huggingface_hub does
 * (`save_torch_state_dict`). transformers (`from_pretrained`), vLLM and `openFile` read it.
 *
 * Tensors are divided in the order of the state dict: a file is closed when the next tensor would make it exceed
 * `maxShardSize`, and a tensor that alone exceeds it has a file of its own. The files are `model-00001-of-00003.safetensors` and
 * so on, beside `model.safetensors.index.json`, which gives the file of each tensor. A checkpoint that fits into one file is
 * `model.safetensors` without an index. Tied tensors of a module are written once, as `saveFile` does.
 *
 * The files are written and flushed under temporary names before the call returns its promise, so they have the values of the
 * moment of the call. They then get their names, the index last. With `force`, files of an earlier checkpoint are removed
 * afterwards: those that are named as above. Other files of the folder stay. A symbolic link with one of the names is replaced, and the
 * file that it leads to stays as it is. A run that is killed leaves the earlier checkpoint, the new one, both of
 * them if one is a single file, or a folder without an index, which no reader accepts. The next save removes what it left.
 * @param source a module, or tensors by name: a Map, or pairs of name and tensor
 * @param path the path of the folder. It is created if it does not exist; the folder around it must exist.
 * @param options `maxShardSize`: the most bytes of tensors in a file, such as `'5GB'` or a number. Default: `'5GB'`. `shards`: the
 *   most files, from 1 to 99,999, in place of `maxShardSize`; the smallest size is used that gives no more files. `metadata`:
 *   strings by name. Default: none. `force`: whether a checkpoint in the folder is replaced. Default: false.
 * @throws ArgumentError if `path` is not a string or is empty, if both `maxShardSize` and `shards` are given, if one of them is
 *   out of range, or if there would be more than 99,999 files.
 * @throws FormatError if the format cannot hold these names or metadata, if the index would exceed 10 MiB, if the folder holds a
 *   checkpoint and `force` is false, or if a file cannot be written; the message gives the path, the reason, and what to do.
 * @example
 * ```ts
 * import { mkdtempSync, readdirSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { nn } from 'initree';
 * import { loadFile, saveFolder } from 'initree/node';
 * const folder = `${mkdtempSync(`${tmpdir()}/initree-`)}/model`;
 * const model = new nn.Sequential(new nn.Linear(64, 64), new nn.Linear(64, 8));
 * await saveFolder(model, folder, { maxShardSize: '17KB' });
 * console.log(readdirSync(folder).length); // 3
 * model.loadStateDict((await loadFile(folder)).tensors);
 * ```
 */
export async function saveFolder(
  source: HasStateDict | NamedTensors,
  path: string,
  options?: SaveFolderOptions,
): Promise<void> {
  const { metadata = {}, force, ...sharding } = readArguments('saveFolder', arguments, SAVE);
  checkPath('saveFolder()', path, 'a folder');
  const layout = layOutFolder(source, metadata, sharding);
  const folder = new FolderReplacement(path, { replace: force });
  try {
    finish(folder.write(layout));
    await folder.commit();
  } finally {
    folder.abort();
  }
}
