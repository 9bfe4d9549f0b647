import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { FormatError } from '../../errors.js';

/** The most bytes that are read at once; the system reads less than 2 GiB. */
const PIECE = 2 ** 26;

/**
 * Fills an array with the bytes of a file from a position on.
 * @param check is called before every read; an error that it throws ends the reading. Default: nothing.
 * @throws FormatError if the file ends before
 */
export async function fill(handle: FileHandle, bytes: Uint8Array, start: number, check = () => {}): Promise<void> {
  const reads = readsInto(bytes, start);
  for (let next = reads.next(); !next.done; ) {
    check();
    const { piece, position } = next.value;
    next = reads.next((await handle.read(piece, 0, piece.length, position)).bytesRead);
  }
}

/** {@link fill} without waiting. */
export function fillSync(handle: FileHandle, bytes: Uint8Array, start: number): void {
  const reads = readsInto(bytes, start);
  for (let next = reads.next(); !next.done; ) {
    const { piece, position } = next.value;
    next = reads.next(readSync(handle.fd, piece, 0, piece.length, position));
  }
}

/** A read of the system: where the bytes have to be written, and the index of the first one in the file. */
interface Read {
  readonly piece: Uint8Array;
  readonly position: number;
}

/** The reads that fill an array with the bytes of a file from a position on. Each gets the number of bytes that were read. */
function* readsInto(bytes: Uint8Array, start: number): Generator<Read, void, number> {
  for (let done = 0; done < bytes.length; ) {
    const count = yield { piece: bytes.subarray(done, done + PIECE), position: start + done };
    if (count === 0) {
      throw new FormatError(
        `the file was cut off while it was read: expected ${bytes.length} bytes from byte ${start} on, found ${done}`,
      );
    }
    done += count;
  }
}
