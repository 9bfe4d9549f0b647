import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unreadable } from './openRegularFile.js';

/**
 * The SHA-256 of files, one after another, in hexadecimal digits.
 * @param check is called while they are read; an error that it throws ends the reading. Default: nothing.
 * @throws FormatError if a file cannot be read
 */
export async function hashFiles(paths: readonly string[], check = () => {}): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
        check();
        hash.update(chunk as Buffer);
      }
    } catch (error) {
      throw (error as NodeJS.ErrnoException | null)?.syscall === undefined ? error : unreadable(error, path);
    }
  }
  return hash.digest('hex');
}
