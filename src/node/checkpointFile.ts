import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError } from '../errors.js';

/**
 * The file of a checkpoint: a path of a file as it is, and of a folder the file `model.safetensors` in it.
 * @throws FormatError if it is a folder without that file, or one of several shards
 */
export function checkpointFile(path: string): string {
  if (!isFolder(path)) return path;
  const file = join(path, 'model.safetensors');
  if (existsSync(file)) return file;
  const isSharded = existsSync(`${file}.index.json`);
  throw new FormatError(
    isSharded
      ? 'the folder has several shards (model.safetensors.index.json), which cannot be read as one checkpoint; expected one ' +
          '.safetensors file: join the shards into one file first'
      : 'the folder has no model.safetensors; expected a .safetensors file, or a folder with model.safetensors',
    path,
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Opening the file says why it cannot be read.
    return false;
  }
}
