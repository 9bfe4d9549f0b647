import { FileReplacement } from '../node/files/FileReplacement.js';
import { namingForce } from './namingForce.js';

/**
 * Writes a text file, which appears completely or not at all.
 * @param options `replace`: whether an existing file is replaced; `signal`: what cancels the writing (default: nothing)
 * @throws FormatError if the file cannot be written
 */
export async function writeTextFile(
  path: string,
  text: string,
  { replace, signal }: { readonly replace: boolean; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  let file: FileReplacement | undefined;
  try {
    file = new FileReplacement(path, { replace });
    file.write(0, Buffer.from(text));
    await file.commit(signal);
  } catch (error) {
    throw namingForce(error);
  } finally {
    file?.abort();
  }
}
