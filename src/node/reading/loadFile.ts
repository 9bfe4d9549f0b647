import { chooseReadable, READ_DEFAULTS, type ReadOptions, type SkippedTensor } from '../../checkpoint/readTensor.js';
import type { SafetensorsContent } from '../../checkpoint/safetensors.js';
import { readArguments, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkPath } from '../files/checkPath.js';
import { inFile } from '../files/inFile.js';
import { openReadable } from './openCheckpoint.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

const LOAD: Signature<ReadOptions> = { required: ['path'], defaults: READ_DEFAULTS };

/**
 * Reads a whole safetensors file (https://github.com/huggingface/safetensors), such as {@link saveFile} or PyTorch writes, of any
 * size, or a folder of them, such as `saveFolder` or `save_pretrained` writes. `openFile` reads the tensors one by one.
 * @param path the path of the file or folder; a symbolic link is followed
 * @param options `skipUnsupported`: whether tensors with a dtype or shape that no tensor here can have are left out. Default:
 *   false.
 * @returns the tensors by name, in the order of the file, the metadata, and what was left out
 * @throws ArgumentError if `path` is not a string, or is empty.
 * @throws FormatError if the file does not exist, is a device, a pipe or a socket, cannot be read, or is damaged; the message
 *   gives the path and the reason. For a folder as `openFile` says. Also if a tensor has a dtype that no tensor here has, unless `skipUnsupported` is
 *   true; the message names all of them.
 * @throws ShapeError if there is not enough memory.
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { nn } from 'initree';
 * import { loadFile, saveFile } from 'initree/node';
 * const path = `${tmpdir()}/linear.safetensors`;
 * const model = new nn.Linear(3, 2);
 * await saveFile(model, path);
 * const { tensors, metadata } = await loadFile(path);
 * model.loadStateDict(tensors);
 * console.log([...tensors.keys()], metadata.get('format')); // [ 'bias', 'weight' ] pt
 * ```
 */
export async function loadFile(path: string, options?: ReadOptions): Promise<SafetensorsContent> {
  const read = readArguments('loadFile', arguments, LOAD);
  checkPath('loadFile()', path);
  const file = await openReadable(path);
  try {
    const { readable, others } = choose(file, read);
    const tensors = new Map<string, Tensor>();
    for (const { name } of readable) tensors.set(name, await file.read(name));
    return { tensors, metadata: new Map(file.metadata), skipped: others };
  } finally {
    await file.close();
  }
}

function choose(file: SafetensorsFile, options: { readonly skipUnsupported: boolean }) {
  const all: SkippedTensor[] = file.names.map((name) => ({ name, ...file.info(name) }));
  try {
    return chooseReadable(all, options);
  } catch (error) {
    throw inFile(error, file.path);
  }
}
