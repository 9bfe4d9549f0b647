import { readFile } from 'node:fs/promises';
import { parse, type SafetensorsContent } from '../checkpoint/safetensors.js';
import { FormatError, locate } from '../errors.js';
import { checkPath } from './checkPath.js';

/**
 * Reads a safetensors file: `model.loadStateDict((await loadFile(path)).tensors)`.
 * @throws ArgumentError for a path that is none · FormatError, naming the file and the reason, if it is not there, not readable, or damaged
 */
export async function loadFile(path: string): Promise<SafetensorsContent> {
  checkPath('loadFile()', path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new FormatError(`it could not be read: ${reasonOf(cause)}`, path, { cause });
  }
  try {
    return parse(bytes);
  } catch (error) {
    // The error may know a tensor's name already: then both are said.
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
  return String(message ?? cause);
}
