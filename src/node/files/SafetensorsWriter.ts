import type { FileLayout, Place, TensorDescription } from '../../checkpoint/FileLayout.js';
import { bytesIn, type NamedTensor } from '../../checkpoint/layOutTensors.js';
import { StateError } from '../../errors.js';
import type { Steps } from '../../random/Steps.js';
import type { FilePlace } from './FilePlace.js';
import { FileReplacement, type ReplacementOptions } from './FileReplacement.js';

/** Bytes of one step of {@link writeTensors}: a few milliseconds of copying. */
const PIECE = 2 ** 24;
/** Bytes that are read at once. */
const READ = 2 ** 20;

/**
 * Writes a safetensors file whose tensors need not exist at the same moment. The layout fixes the place of every tensor, so
 * the bytes arrive in any order, also from other threads, which write from `start` of a tensor on by `writeAt`. A caller ends with `abort()` in a `finally` block; it does nothing after `commit()`.
 */
export class SafetensorsWriter<T extends TensorDescription> {
  /** The file that is written. */
  readonly file: FileReplacement;

  /**
   * Creates a temporary file and writes the header.
   * @throws FormatError if the path is not that of an ordinary file, or if the file cannot be written.
   */
  constructor(
    path: string,
    readonly layout: FileLayout<T>,
    options?: ReplacementOptions,
  ) {
    this.file = new FileReplacement(path, options);
    try {
      this.file.write(0, layout.header);
    } catch (error) {
      this.file.abort();
      throw error;
    }
  }

  /**
   * Writes a range of a tensor's bytes.
   * @param tensor a tensor of the layout
   * @param from the index of the first byte, counted from the start of the tensor
   * @throws StateError if the range exceeds the tensor
   * @throws FormatError if the bytes cannot be written
   */
  write(tensor: T & Place, from: number, bytes: Uint8Array): void {
    this.file.write(positionOf(tensor, from, bytes), bytes);
  }

  /** Reads a range of a tensor's bytes that was written before; the arguments and errors are those of {@link write}. */
  read(tensor: T & Place, from: number, bytes: Uint8Array): void {
    this.file.read(positionOf(tensor, from, bytes), bytes);
  }

  /** Where a tensor's byte `from` is, so that another thread writes it. */
  locate({ start }: T & Place, from: number): FilePlace {
    return { file: this.file.descriptor, at: start + from };
  }

  /** Begins to move what was written to the device, so that less is left for the flush. */
  writeBack(): void {
    this.file.writeBack();
  }

  /** The path of the file. */
  get path(): string {
    return this.file.path;
  }

  /** Reads the whole file in order, a piece at a time. The same array holds every piece. */
  *readAll(): IterableIterator<Uint8Array> {
    const { size } = this.layout;
    const buffer = new Uint8Array(Math.min(size, READ));
    for (let from = 0; from < size; from += READ) {
      const piece = buffer.subarray(0, Math.min(READ, size - from));
      this.file.read(from, piece);
      yield piece;
    }
  }

  /**
   * Flushes the file and gives it its name.
   * @param signal ends the writing as long as the file does not have its name. Default: none.
   * @throws StateError if the end of the file was not written
   * @throws FormatError if the file cannot be flushed or cannot have the name
   * @throws AbortError if the signal is aborted
   */
  async commit(signal?: AbortSignal): Promise<void> {
    this.checkSize();
    await this.file.commit(signal);
  }

  /**
   * Flushes the file. {@link file} then waits for its name.
   * @throws StateError if the end of the file was not written
   * @throws FormatError if the file cannot be flushed
   */
  async flush(): Promise<void> {
    this.checkSize();
    await this.file.flush();
  }

  /**
   * Flushes and closes the file, before it returns. {@link file} then waits for its name.
   * @throws StateError if the end of the file was not written
   * @throws FormatError if the file cannot be flushed
   */
  seal(): void {
    this.checkSize();
    this.file.seal();
  }

  /** Removes the temporary file. Does nothing after a `commit` that succeeded. */
  abort(): void {
    this.file.abort();
  }

  private checkSize(): void {
    const { size } = this.file;
    if (size === this.layout.size) return;
    throw new StateError(`expected a file of ${this.layout.size} bytes, found ${size}; write every tensor first`);
  }
}

function positionOf({ name, start, end }: TensorDescription & Place, from: number, { length }: Uint8Array): number {
  if (from >= 0 && start + from + length <= end) return start + from;
  throw new StateError(`expected bytes 0 to ${end - start} of the tensor, found ${from} to ${from + length}`, name);
}

/** Writes all tensors of the layout, in order and without copies. */
export function* writeTensors(writer: SafetensorsWriter<NamedTensor>): Steps {
  for (const entry of writer.layout.tensors) {
    const bytes = bytesIn(entry.tensor);
    for (let from = 0; from < bytes.length; from += PIECE) {
      writer.write(entry, from, bytes.subarray(from, from + PIECE));
      yield;
    }
  }
}
