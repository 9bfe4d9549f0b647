import type { FileHandle } from 'node:fs/promises';
import { type Header, LENGTH_BYTES, readHeader, readHeaderLength } from '../../checkpoint/readHeader.js';
import { fill } from '../files/filePieces.js';
import { inFile } from '../files/inFile.js';
import { openRegularFile } from '../files/openRegularFile.js';

/** An open safetensors file, of which the header was read. */
export interface OpenHeader extends Header {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * Opens a safetensors file and reads its header.
 * @throws FormatError if the file cannot be read, or if the header is damaged; the message gives the path
 */
export async function openHeader(path: string): Promise<OpenHeader> {
  const { handle, size } = await openRegularFile(path);
  try {
    const start = new Uint8Array(Math.min(size, LENGTH_BYTES));
    await fill(handle, start, 0);
    const header = new Uint8Array(readHeaderLength(start, size));
    await fill(handle, header, LENGTH_BYTES);
    return { path, handle, ...readHeader(header, size) };
  } catch (error) {
    await handle.close();
    throw inFile(error, path);
  }
}

/** Closes files. */
export async function closeAll(files: readonly OpenHeader[]): Promise<void> {
  await Promise.all(files.map(({ handle }) => handle.close()));
}
