import { openHeader } from './openHeader.js';
import { SafetensorsFile } from './SafetensorsFile.js';

/**
 * Opens one safetensors file.
 * @param path the path that the program gave: that of the file, or that of its folder
 * @throws FormatError if the file cannot be read, or if it is damaged; the message gives its path
 */
export async function openSingle(path: string, filePath = path): Promise<SafetensorsFile> {
  const file = await openHeader(filePath);
  const tensors = new Map(Array.from(file.entries, ([name, entry]) => [name, { entry, file }] as const));
  return SafetensorsFile.of(path, file.metadata, [file], tensors);
}
