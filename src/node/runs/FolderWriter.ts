import type { FolderLayout } from '../../checkpoint/layOutFolder.js';
import type { NamedTensor } from '../../checkpoint/layOutTensors.js';
import { AbortError, StateError } from '../../errors.js';
import { finishWithPauses, type Steps } from '../../random/Steps.js';
import type { FilePlace } from '../files/FilePlace.js';
import type { ReplacementOptions } from '../files/FileReplacement.js';
import { FolderReplacement } from '../files/FolderReplacement.js';
import type { SafetensorsWriter } from '../files/SafetensorsWriter.js';
import type { FileStore, PlacedTensor } from './FileMemory.js';

/**
 * Writes the files of a folder whose tensors need not exist at the same moment; `SafetensorsWriter` is the counterpart for one file. The
 * bytes arrive in any order, also from other threads, so all files are open until `commit`. A caller ends with `abort()` in a `finally`
 * block; it does nothing after `commit()`.
 */
export class FolderWriter implements FileStore {
  /** The tensors of all files. */
  readonly layout: { readonly tensors: readonly PlacedTensor[] };
  /** The files by name, in the order of the folder's layout. */
  readonly files = new Map<string, SafetensorsWriter<NamedTensor>>();
  private readonly byTensor = new Map<PlacedTensor, SafetensorsWriter<NamedTensor>>();
  private readonly replacement: FolderReplacement;

  /**
   * Creates the folder if there is none, and in it a temporary file with its header for each file.
   * @throws FormatError as the constructor of `FolderReplacement` does, or if a file cannot be written
   */
  constructor(
    readonly path: string,
    readonly folder: FolderLayout,
    options?: ReplacementOptions,
  ) {
    this.layout = { tensors: folder.files.flatMap(({ layout }) => layout.tensors) };
    this.replacement = new FolderReplacement(path, options);
    try {
      for (const { file, layout } of folder.files) {
        const writer = this.replacement.create(file, layout);
        this.files.set(file, writer);
        for (const tensor of layout.tensors) this.byTensor.set(tensor, writer);
      }
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** Writes a range of a tensor's bytes; the arguments and errors are those of `SafetensorsWriter`. */
  write(tensor: PlacedTensor, from: number, bytes: Uint8Array): void {
    this.fileOf(tensor).write(tensor, from, bytes);
  }

  /** Reads a range of a tensor's bytes that was written before. */
  read(tensor: PlacedTensor, from: number, bytes: Uint8Array): void {
    this.fileOf(tensor).read(tensor, from, bytes);
  }

  /** Where a tensor's byte `from` is, so that another thread writes it. */
  locate(tensor: PlacedTensor, from: number): FilePlace {
    return this.fileOf(tensor).locate(tensor, from);
  }

  /** Begins to move what was written to the device, so that less is left for the flush. */
  writeBack(): void {
    for (const writer of this.files.values()) writer.writeBack();
  }

  /**
   * Flushes the files, and gives them their names, the index last.
   * @param signal ends the writing as long as no file has its name. Default: none.
   * @throws StateError if the end of a file was not written
   * @throws FormatError if a file cannot be flushed, or as `FolderReplacement` does
   * @throws AbortError if the signal is aborted
   */
  async commit(signal?: AbortSignal): Promise<void> {
    for (const { file } of this.files.values()) await file.settle();
    await finishWithPauses(this.seal(), () => {
      if (signal?.aborted) throw new AbortError([], signal.reason);
    });
    this.replacement.writeIndex(this.folder.index);
    await this.replacement.commit(signal);
  }

  /** Removes the temporary files, and the folder if it is new. Does nothing after a `commit` that succeeded. */
  abort(): void {
    this.replacement.abort();
  }

  private *seal(): Steps {
    for (const writer of this.files.values()) {
      writer.seal();
      yield;
    }
  }

  private fileOf(tensor: PlacedTensor): SafetensorsWriter<NamedTensor> {
    const writer = this.byTensor.get(tensor);
    if (writer !== undefined) return writer;
    throw new StateError('expected a tensor of the layout, found another one', tensor.name);
  }
}
