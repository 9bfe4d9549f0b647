import { type Metadata, type NamedTensors, serialize } from '../checkpoint/safetensors.js';
import { readOptions } from '../readOptions.js';
import { checkPath } from './checkPath.js';
import { replaceFile } from './replaceFile.js';

/** Something that gives its tensors by name: a module. */
export interface HasStateDict {
  stateDict(): NamedTensors;
}

/** Options of {@link saveFile}. */
export interface SaveOptions {
  /** Strings that travel with the tensors. */
  metadata?: Metadata | undefined;
}

/**
 * Writes a module's state dict, or tensors by name, as a safetensors file. The bytes go to a file beside the final one,
 * are flushed, and then take its name, so an interrupted run leaves the old file or none, never half a one.
 * @throws ArgumentError for a path that is none · FormatError if the tensors cannot be written so, or the file cannot be written there
 */
export async function saveFile(
  source: HasStateDict | NamedTensors,
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  const { metadata } = readOptions('saveFile', options, { metadata: undefined });
  checkPath('saveFile()', path);
  await replaceFile(path, serialize(hasStateDict(source) ? source.stateDict() : source, metadata));
}

function hasStateDict(source: HasStateDict | NamedTensors): source is HasStateDict {
  return typeof (source as Partial<HasStateDict> | null)?.stateDict === 'function';
}
