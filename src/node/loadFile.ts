import { readFile, stat } from 'node:fs/promises';
import { parse, type SafetensorsContent } from '../checkpoint/safetensors.js';
import { FormatError, formatValue, locate } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { checkPath } from './checkPath.js';

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors), such as {@link saveFile} or PyTorch writes.
 * @param path the path of the file
 * @returns the tensors by name, in the order of the file, and the metadata
 * @throws ArgumentError if `path` is not a string, or is empty.
 * @throws FormatError if the file does not exist, cannot be read, or is damaged; the message gives the path and the
 *   reason.
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
export async function loadFile(path: string): Promise<SafetensorsContent> {
  refuseSurplus('loadFile', arguments, ['path']);
  checkPath('loadFile()', path);
  let bytes: Uint8Array;
  try {
    // A device or a pipe may have no end.
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new Error('it is a device or a pipe; expected a file');
    bytes = await readFile(path);
  } catch (cause) {
    throw new FormatError(`the file could not be read: ${reasonOf(cause)}`, path, { cause });
  }
  try {
    return parse(bytes);
  } catch (error) {
    // If the error names a tensor, the message gives the tensor and the file.
    if (error instanceof FormatError && error.path !== undefined) {
      throw new FormatError(error.detail, `${error.path} in ${path}`, { cause: error });
    }
    throw locate(error, path);
  }
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return formatValue(message ?? cause);
}
