import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { LENGTH_BYTES, readHeader, readHeaderLength, type TensorEntry } from '../checkpoint/readHeader.js';
import { allocate, infoOf, type TensorInfo, type Unfilled } from '../checkpoint/readTensor.js';
import { ArgumentError, describeValue, FormatError, formatValue, nearestName, StateError } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { inFile } from './inFile.js';
import { openRegularFile } from './openRegularFile.js';

/** The most bytes that are read at once; the system reads less than 2 GiB. */
const PIECE = 2 ** 26;
/** The number of names that are compared with an unknown one. */
const COMPARED = 1000;

/**
 * An open safetensors file, from which tensors are read one by one. `openFile` opens it. The file stays open until `close()`, or
 * until the end of a block that declares it with `await using`.
 */
export class SafetensorsFile {
  /** The path that the program gave. */
  readonly path: string;
  /** The strings that the file holds beside the tensors. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The names of the tensors, in the order of the file's header. */
  readonly names: readonly string[];
  /** The same as {@link close}, for `await using`. It is missing where the platform has no `Symbol.asyncDispose`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  private isOpen = true;

  private constructor(
    path: string,
    metadata: ReadonlyMap<string, string>,
    private readonly handle: FileHandle,
    private readonly entries: ReadonlyMap<string, TensorEntry>,
  ) {
    this.path = path;
    this.metadata = metadata;
    this.names = Object.freeze([...entries.keys()]);
  }

  /** Opens a file and reads its header. @internal */
  static async open(path: string): Promise<SafetensorsFile> {
    const { handle, size } = await openRegularFile(path);
    try {
      const start = new Uint8Array(Math.min(size, LENGTH_BYTES));
      await fill(handle, readsInto(start, 0));
      const header = new Uint8Array(readHeaderLength(start, size));
      await fill(handle, readsInto(header, LENGTH_BYTES));
      const { metadata, entries } = readHeader(header, size);
      return new SafetensorsFile(path, metadata, handle, entries);
    } catch (error) {
      await handle.close();
      throw inFile(error, path);
    }
  }

  /**
   * The dtype, the shape and the number of bytes of a tensor, without reading its elements.
   * @throws ArgumentError if the file has no tensor of this name.
   */
  info(name: string): TensorInfo {
    refuseSurplus('SafetensorsFile.info', arguments, ['name']);
    return infoOf(this.entry('info()', name));
  }

  /**
   * Reads a tensor.
   * @returns a tensor of the file's dtype and shape with memory of its own
   * @throws ArgumentError if the file has no tensor of this name. @throws StateError if the file was closed.
   * @throws FormatError if no tensor here can have the dtype or shape, if the bytes cannot be read, or if a bool is neither 0
   *   nor 1. @throws ShapeError if there is not enough memory.
   */
  async read(name: string): Promise<Tensor> {
    refuseSurplus('SafetensorsFile.read', arguments, ['name']);
    return this.readPart(() => allocate(this.entry('read()', name)));
  }

  /** The same as {@link read} for code that cannot wait; the process does nothing else meanwhile. */
  readSync(name: string): Tensor {
    refuseSurplus('SafetensorsFile.readSync', arguments, ['name']);
    try {
      this.checkOpen();
      const { start, bytes, finish } = allocate(this.entry('readSync()', name));
      const reads = readsInto(bytes, start);
      for (let next = reads.next(); !next.done; ) {
        const { piece, position } = next.value;
        next = reads.next(readSync(this.handle.fd, piece, 0, piece.length, position));
      }
      return finish();
    } catch (error) {
      throw inFile(error, this.path);
    }
  }

  /**
   * Reads a range of a tensor's elements, counted in row-major order.
   * @param from the index of the first element, from 0 to `to`
   * @param to the index after the last element, at most the number of elements
   * @returns a tensor of shape `[to - from]`
   * @throws ArgumentError if the file has no tensor of this name, or if the range is not within it.
   * @throws StateError, FormatError and ShapeError as {@link read} does.
   */
  async readRange(name: string, from: number, to: number): Promise<Tensor> {
    refuseSurplus('SafetensorsFile.readRange', arguments, ['name', 'from', 'to']);
    return this.readPart(() => {
      const entry = this.entry('readRange()', name);
      const numel = numelOf(entry.shape);
      const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= numel;
      if (!isRange) {
        throw new ArgumentError(
          `readRange() expects a range within the ${numel.toLocaleString('en')} elements, found ${formatValue(from)} to ${formatValue(to)}`,
          name,
        );
      }
      return allocate(entry, [from, to]);
    });
  }

  /** Closes the file. Closing it again does nothing. Tensors that were read stay as they are. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.handle.close();
  }

  private entry(caller: string, name: string): TensorEntry {
    const entry = this.entries.get(name);
    if (entry !== undefined) return entry;
    const near = nearestName(name, this.names.slice(0, COMPARED));
    throw new ArgumentError(
      `${caller} expects the name of one of the ${this.names.length.toLocaleString('en')} tensors, found ${describeValue(name)}${near.startsWith('; did') ? near : ''}`,
      this.path,
    );
  }

  private async readPart(prepare: () => Unfilled): Promise<Tensor> {
    try {
      this.checkOpen();
      const { start, bytes, finish } = prepare();
      await fill(this.handle, readsInto(bytes, start), () => this.checkOpen());
      return finish();
    } catch (error) {
      throw inFile(error, this.path);
    }
  }

  private checkOpen(): void {
    if (!this.isOpen) throw new StateError('the file was closed; read tensors before close()', this.path);
  }
}

// A realm without the symbol, such as a vm context of Node 20, has no `await using` either.
if (Symbol.asyncDispose !== undefined) {
  const value = SafetensorsFile.prototype.close;
  Object.defineProperty(SafetensorsFile.prototype, Symbol.asyncDispose, { value, configurable: true, writable: true });
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

async function fill(handle: FileHandle, reads: Generator<Read, void, number>, check = () => {}): Promise<void> {
  for (let next = reads.next(); !next.done; ) {
    check();
    const { piece, position } = next.value;
    next = reads.next((await handle.read(piece, 0, piece.length, position)).bytesRead);
  }
}
