import type { TensorEntry } from '../checkpoint/readHeader.js';
import { allocate, infoOf, type TensorInfo, type Unfilled } from '../checkpoint/readTensor.js';
import { ArgumentError, describeValue, formatValue, nearestName, StateError } from '../errors.js';
import type { Storage } from '../numerics/DType.js';
import { refuseSurplus } from '../readArguments.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { fill, fillSync } from './filePieces.js';
import { inFile } from './inFile.js';
import { closeAll, type OpenHeader } from './openHeader.js';

/** The number of names that are compared with an unknown one. */
const COMPARED = 1000;

/** A tensor, and the open file that has it. */
export interface Stored {
  readonly entry: TensorEntry;
  readonly file: OpenHeader;
}

/**
 * An open safetensors file, or the open files of a folder, from which tensors are read one by one. `openFile` opens it. The files
 * stay open until `close()`, or until the end of a block that declares it with `await using`.
 */
export class SafetensorsFile {
  /** The path that the program gave. */
  readonly path: string;
  /**
   * The strings that the file holds beside the tensors. Of a folder: those of the index and of all files, except those for which
   * two of them have different texts.
   */
  readonly metadata: ReadonlyMap<string, string>;
  /** The names of the tensors, in the order of the file's header, or of the folder's index. */
  readonly names: readonly string[];
  /** The same as {@link close}, for `await using`. It is missing where the platform has no `Symbol.asyncDispose`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  private isOpen = true;

  private constructor(
    path: string,
    metadata: ReadonlyMap<string, string>,
    private readonly files: readonly OpenHeader[],
    private readonly tensors: ReadonlyMap<string, Stored>,
  ) {
    this.path = path;
    this.metadata = metadata;
    this.names = Object.freeze([...tensors.keys()]);
  }

  /** The tensors of open files, which `close()` closes. @internal */
  static of(
    path: string,
    metadata: ReadonlyMap<string, string>,
    files: readonly OpenHeader[],
    tensors: ReadonlyMap<string, Stored>,
  ): SafetensorsFile {
    return new SafetensorsFile(path, metadata, files, tensors);
  }

  /** The paths of the files, in order. @internal */
  get paths(): readonly string[] {
    return this.files.map(({ path }) => path).sort();
  }

  /**
   * The dtype, the shape and the number of bytes of a tensor, without reading its elements.
   * @throws ArgumentError if the file has no tensor of this name.
   */
  info(name: string): TensorInfo {
    refuseSurplus('SafetensorsFile.info', arguments, ['name']);
    return infoOf(this.stored('info()', name).entry);
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
    return this.readPart(this.stored('read()', name), allocate);
  }

  /** The same as {@link read} for code that cannot wait; the process does nothing else meanwhile. */
  readSync(name: string): Tensor {
    refuseSurplus('SafetensorsFile.readSync', arguments, ['name']);
    return this.readPartSync(this.stored('readSync()', name), allocate);
  }

  /**
   * Fills an array with the elements of a tensor from index `from` on. The array has the dtype of the tensor. @internal
   * @throws as {@link read} does
   */
  readInto(name: string, from: number, data: Storage): void {
    this.readPartSync(this.stored('readInto()', name), (entry) => allocate(entry, [from, from + data.length], data));
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
    return this.readPart(this.stored('readRange()', name), (entry) => {
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
    await closeAll(this.files);
  }

  private stored(caller: string, name: string): Stored {
    const stored = this.tensors.get(name);
    if (stored !== undefined) return stored;
    const near = nearestName(name, this.names.slice(0, COMPARED));
    throw new ArgumentError(
      `${caller} expects the name of one of the ${this.names.length.toLocaleString('en')} tensors, found ${describeValue(name)}${near.startsWith('; did') ? near : ''}`,
      this.path,
    );
  }

  private readPartSync({ entry, file }: Stored, prepare: (entry: TensorEntry) => Unfilled): Tensor {
    try {
      this.checkOpen();
      const { start, bytes, finish } = prepare(entry);
      fillSync(file.handle, bytes, start);
      return finish();
    } catch (error) {
      throw inFile(error, file.path);
    }
  }

  private async readPart({ entry, file }: Stored, prepare: (entry: TensorEntry) => Unfilled): Promise<Tensor> {
    try {
      this.checkOpen();
      const { start, bytes, finish } = prepare(entry);
      await fill(file.handle, bytes, start, () => this.checkOpen());
      return finish();
    } catch (error) {
      throw inFile(error, file.path);
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
