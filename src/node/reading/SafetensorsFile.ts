import type { JoinedTensor } from '../../checkpoint/joinSlices.js';
import { allocate, infoOf, type TensorInfo, type Unfilled } from '../../checkpoint/readTensor.js';
import { ArgumentError, describeValue, formatValue, nearestName, StateError } from '../../errors.js';
import type { Storage } from '../../numerics/DType.js';
import { refuseSurplus } from '../../readArguments.js';
import { numelOf } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { fill, fillSync } from '../files/filePieces.js';
import { hashFiles } from '../files/hashFiles.js';
import { inFile } from '../files/inFile.js';
import { closeAll, type OpenHeader } from './openHeader.js';
import { sliceReads } from './sliceReads.js';

/** The number of names that are compared with an unknown one. */
const COMPARED = 1000;

/** A tensor, and the open files that have it: one, or one for each slice. */
export type Stored = JoinedTensor<OpenHeader>;

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
  private hash: Promise<string> | undefined;

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
    const stored = this.stored('info()', name);
    return infoOf(stored, bytesOf(stored));
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
    return this.readPart(name, this.stored('read()', name), allocate);
  }

  /** The same as {@link read} for code that cannot wait; the process does nothing else meanwhile. */
  readSync(name: string): Tensor {
    refuseSurplus('SafetensorsFile.readSync', arguments, ['name']);
    return this.readPartSync(name, this.stored('readSync()', name), allocate);
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
    return this.readPart(name, this.stored('readRange()', name), (form) => {
      const numel = numelOf(form.shape);
      const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= numel;
      if (!isRange) {
        throw new ArgumentError(
          `readRange() expects a range within the ${numel.toLocaleString('en')} elements, found ${formatValue(from)} to ${formatValue(to)}`,
          name,
        );
      }
      return allocate(form, [from, to]);
    });
  }

  /**
   * Reads elements from index `from` on into an array of the tensor's dtype, without waiting. The range is within the tensor.
   * @internal
   */
  readInto(name: string, from: number, elements: Storage): void {
    this.readPartSync(name, this.stored('readInto()', name), (form) =>
      allocate(form, [from, from + elements.length], elements),
    );
  }

  /**
   * The SHA-256 of the files, one after another by name. They are read once.
   * @param check is called while they are read; an error that it throws ends the reading. Default: nothing.
   * @internal
   */
  sha256(check?: () => void): Promise<string> {
    this.hash ??= hashFiles(this.paths, check);
    return this.hash;
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

  private async readPart(name: string, stored: Stored, allocatePart: typeof allocate): Promise<Tensor> {
    const unfilled = this.prepare(name, stored, allocatePart);
    for (const { path, handle, bytes, start, scatter } of sliceReads(stored, unfilled)) {
      try {
        await fill(handle, bytes, start, () => this.checkOpen());
      } catch (error) {
        throw inFile(error, path);
      }
      scatter();
    }
    return locating(this.pathOf(stored), unfilled.finish);
  }

  private readPartSync(name: string, stored: Stored, allocatePart: typeof allocate): Tensor {
    const unfilled = this.prepare(name, stored, allocatePart);
    for (const { path, handle, bytes, start, scatter } of sliceReads(stored, unfilled)) {
      locating(path, () => fillSync(handle, bytes, start));
      scatter();
    }
    return locating(this.pathOf(stored), unfilled.finish);
  }

  /** The memory for a tensor, or for a part of it. */
  private prepare(name: string, stored: Stored, allocatePart: typeof allocate): Unfilled {
    const { dtype, shape } = stored;
    return locating(this.pathOf(stored), () => {
      this.checkOpen();
      return allocatePart({ name, dtype, shape });
    });
  }

  /** The path of the file that has a tensor, or of the folder whose files have it together. */
  private pathOf({ slices }: Stored): string {
    return slices.length === 1 ? slices[0].file.path : this.path;
  }

  private checkOpen(): void {
    if (!this.isOpen) throw new StateError('the file was closed; read tensors before close()', this.path);
  }
}

/** Does something for a file. An error gets the path of the file. */
function locating<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw inFile(error, path);
  }
}

function bytesOf({ slices }: Stored): number {
  return slices.reduce((total, { start, end }) => total + end - start, 0);
}

// A realm without the symbol, such as a vm context of Node 20, has no `await using` either.
if (Symbol.asyncDispose !== undefined) {
  const value = SafetensorsFile.prototype.close;
  Object.defineProperty(SafetensorsFile.prototype, Symbol.asyncDispose, { value, configurable: true, writable: true });
}
