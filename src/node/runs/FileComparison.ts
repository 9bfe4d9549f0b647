import { countDifferent } from '../../checkpoint/compareStates.js';
import type { NamedTensor } from '../../checkpoint/layOutTensors.js';
import { PIECE } from '../../laws/streamPieces.js';
import { bytesOf, storageIn } from '../../numerics/DType.js';
import type { Steps } from '../../random/Steps.js';
import type { SafetensorsFile } from '../reading/SafetensorsFile.js';
import { entriesOf, type FileEntry, type PlacedTensor, type TensorStore } from './FileMemory.js';
import { HeldTensors } from './HeldTensors.js';
import { placesOf } from './UnkeptTensors.js';

/** Bytes of the file that are read at once, a multiple of the size of every element. */
const READ = 8 * PIECE;

/**
 * Compares the bytes of tensors with those of an open file as they arrive, so that nobody holds a tensor. Of a tensor whose bytes arrive
 * more than once only the last ones count: it is held until {@link finish}.
 */
export class FileComparison implements TensorStore {
  readonly layout: { readonly tensors: readonly PlacedTensor[] };
  private readonly held: HeldTensors;
  private readonly counts = new Map<string, number>();
  private readonly scratch = new ArrayBuffer(READ);

  /**
   * @param tensors tensors that the file has in the same dtype and shape
   * @param chooseHeld the tensors whose bytes arrive more than once, or that are read
   */
  constructor(
    private readonly file: SafetensorsFile,
    tensors: readonly NamedTensor[],
    chooseHeld: (entries: readonly FileEntry[]) => readonly FileEntry[],
  ) {
    this.layout = { tensors: placesOf(tensors) };
    this.held = new HeldTensors(new Set(chooseHeld(entriesOf(this)).map(({ place }) => place)));
  }

  write(place: PlacedTensor, from: number, bytes: Uint8Array): void {
    if (!this.held.write(place, from, bytes)) this.compare(place, from, bytes);
  }

  read(place: PlacedTensor, from: number, bytes: Uint8Array): void {
    this.held.read(place, from, bytes);
  }

  /** Compares the tensors that are held. */
  *finish(): Steps {
    for (const [place, bytes] of this.held.take()) {
      for (let from = 0; from < bytes.length; from += READ) {
        this.compare(place, from, bytes.subarray(from, from + READ));
        yield;
      }
    }
  }

  /** The number of elements of a tensor that differ in their bits. */
  differentIn(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  private compare({ name, dtype }: PlacedTensor, from: number, bytes: Uint8Array): void {
    const size = bytesOf(dtype);
    for (let done = 0; done < bytes.length; done += READ) {
      const expected = bytes.subarray(done, done + READ);
      this.file.readInto(name, (from + done) / size, storageIn(dtype, this.scratch, 0, expected.length / size));
      const found = new Uint8Array(this.scratch, 0, expected.length);
      if (Buffer.compare(expected, found) === 0) continue;
      this.counts.set(name, this.differentIn(name) + countDifferent(expected, found, size));
    }
  }
}
