import { StateError } from '../../errors.js';
import { createStorage } from '../../numerics/DType.js';
import type { PlacedTensor } from './FileMemory.js';

/** The bytes of tensors that a run reads again after it has written them, or whose last bytes count. They are the only ones in memory. */
export class HeldTensors {
  private readonly bytes = new Map<PlacedTensor, Uint8Array>();

  /** @param places the tensors that are held */
  constructor(private readonly places: ReadonlySet<PlacedTensor>) {}

  /** Whether nothing is held. */
  get isEmpty(): boolean {
    return this.places.size === 0;
  }

  /**
   * Receives bytes of a tensor from byte `from` on.
   * @returns false if the tensor is not held
   */
  write(place: PlacedTensor, from: number, bytes: Uint8Array): boolean {
    if (!this.places.has(place)) return false;
    this.bytesOf(place).set(bytes, from);
    return true;
  }

  /** Gives bytes of a tensor from byte `from` on. @throws StateError if the tensor is not held */
  read(place: PlacedTensor, from: number, bytes: Uint8Array): void {
    if (!this.places.has(place)) throw new StateError('expected a tensor that is held', place.name);
    bytes.set(this.bytesOf(place).subarray(from, from + bytes.length));
  }

  /** Gives each tensor that was written, and forgets it afterwards. */
  *take(): IterableIterator<[PlacedTensor, Uint8Array]> {
    for (const entry of this.bytes) {
      yield entry;
      this.bytes.delete(entry[0]);
    }
  }

  private bytesOf(place: PlacedTensor): Uint8Array {
    const known = this.bytes.get(place);
    if (known !== undefined) return known;
    const bytes = createStorage('uint8', place.end - place.start);
    this.bytes.set(place, bytes);
    return bytes;
  }
}
