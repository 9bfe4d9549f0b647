import { sliceOf } from '../../checkpoint/joinSlices.js';
import { openHeader } from './openHeader.js';
import { SafetensorsFile } from './SafetensorsFile.js';

/**
 * Opens one safetensors file. A slice of a tensor is a tensor of the file like any other.
 * @throws FormatError if the file cannot be read, or if it is damaged; the message gives its path
 */
export async function openSingle(path: string): Promise<SafetensorsFile> {
  const file = await openHeader(path);
  const tensors = new Map(
    Array.from(file.entries, ([name, entry]) => {
      const { dtype, shape } = entry;
      return [name, { dtype, shape, slices: [sliceOf(entry, file)] }] as const;
    }),
  );
  return SafetensorsFile.of(path, file.metadata, [file], tensors);
}
