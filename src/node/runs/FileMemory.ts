import type { Place } from '../../checkpoint/FileLayout.js';
import type { StoredSlice } from '../../checkpoint/planFiles.js';
import type { Range } from '../../laws/LawOperations.js';
import { type DrawnPiece, PIECE } from '../../laws/streamPieces.js';
import { bytesOf, createStorage, type DType, type Storage, storageIn } from '../../numerics/DType.js';
import type { Steps } from '../../random/Steps.js';
import { memoryOf } from '../../tensor/deferredData.js';
import type { FilePlace } from '../files/FilePlace.js';

/** The memory in which a tensor's elements are or will be, and the range of bytes that they have in it. */
export type MemoryRange = ReturnType<typeof memoryOf>;

/** A tensor of a file: one of the model, or a slice of one. */
export type StoredTensor = Pick<StoredSlice, 'name' | 'dtype' | 'shape' | 'tensor'> & Partial<StoredSlice>;

/** A tensor of a file, with its place in it. */
export type PlacedTensor = StoredTensor & Place;

/** What receives the bytes of tensors in place of the memory of a model, such as a `SafetensorsWriter`. */
export interface TensorStore {
  readonly layout: { readonly tensors: readonly PlacedTensor[] };
  /** Receives bytes of a tensor from byte `from` on. */
  write(place: PlacedTensor, from: number, bytes: Uint8Array): void;
  /** Gives bytes of a tensor from byte `from` on that were written before. */
  read(place: PlacedTensor, from: number, bytes: Uint8Array): void;
  /** Is called from time to time. A store of files begins to move what was written to the device. */
  writeBack?(): void;
}

/** A store whose bytes are in open files, so that several threads write them, or nowhere. */
export interface FileStore extends TensorStore {
  /** The path of the file, or of the folder with the files. */
  readonly path: string;
  /** Where byte `from` of a tensor is; `null` if nobody keeps it. */
  locate(place: PlacedTensor, from: number): FilePlace | null;
}

/** A tensor of the file, and the memory that it has in the model. */
export interface FileEntry extends MemoryRange {
  readonly place: PlacedTensor;
}

/** Bytes of the memory for a piece: those of a piece of float64 and of the elements that it may have more. */
const SCRATCH = 8 * (PIECE + 16);

/**
 * A file in place of the memory of a model: what would be written to the memory of its tensors goes to their places in the file. Tensors
 * that share memory get the same bytes. Memory that no tensor of the file has is left out.
 */
export class FileMemory {
  readonly entries: readonly FileEntry[];
  private readonly byMemory: ReadonlyMap<object, readonly FileEntry[]>;
  private readonly scratch = new ArrayBuffer(SCRATCH);

  /** @param onWrite is called with the number of bytes of each piece that is written */
  constructor(
    private readonly store: TensorStore,
    private readonly onWrite: (bytes: number) => void,
  ) {
    this.entries = entriesOf(store);
    this.byMemory = groupByMemory(this.entries);
  }

  /** Memory for the elements of a piece. A small one gets the same memory each time, so that it stays in the cache. */
  piece<D extends DType>(dtype: D, count: number): Storage<D> {
    if (count * bytesOf(dtype) > SCRATCH) return createStorage(dtype, count);
    return storageIn(dtype, this.scratch, 0, count);
  }

  /**
   * Draws the pieces of a fill.
   * @param ranges the memory of each tensor that gets the elements
   * @param onPiece receives the elements of each piece
   */
  *draw(
    pieces: Iterable<DrawnPiece>,
    dtype: DType,
    ranges: readonly MemoryRange[],
    onPiece: (elements: Storage, start: number) => void,
  ): Steps {
    for (const { start, count, draw } of pieces) {
      const elements = this.piece(dtype, count);
      yield* draw(elements);
      onPiece(elements, start);
      for (const { memory, from } of ranges) this.write(memory, from + start * bytesOf(dtype), elements);
      yield;
    }
  }

  /** The elements of a fill that some tensors of the file have, as a range of the fill; null if they have none of them. */
  wanted(ranges: readonly MemoryRange[], dtype: DType): Range | null {
    let hull: Range | null = null;
    for (const { memory, from: start, to: end } of ranges) {
      for (const { from, to } of this.byMemory.get(memory) ?? []) {
        if (Math.max(from, start) >= Math.min(to, end)) continue;
        const [first, last]: Range = hull ?? [Number.POSITIVE_INFINITY, 0];
        hull = [Math.min(first, Math.max(from, start) - start), Math.max(last, Math.min(to, end) - start)];
      }
    }
    const size = bytesOf(dtype);
    return hull && [Math.floor(hull[0] / size), Math.ceil(hull[1] / size)];
  }

  /** Writes elements from byte `at` of a memory on, to every tensor that has them. */
  write(memory: object, at: number, elements: Storage): void {
    const bytes = bytesAs(elements);
    for (const { place, offset, from, to } of this.overlaps({ memory, from: at, to: at + bytes.length })) {
      this.store.write(place, offset, bytes.subarray(from, to));
    }
    this.onWrite(bytes.length);
  }

  /** Writes elements from byte `at` of one tensor on. */
  writeTo({ place }: FileEntry, at: number, elements: Storage): void {
    this.store.write(place, at, bytesAs(elements));
    this.onWrite(elements.byteLength);
  }

  /** Reads elements that were written from byte `at` of a memory on. Those that no tensor of the file has stay as they are. */
  read(memory: object, at: number, elements: Storage): void {
    const bytes = bytesAs(elements);
    for (const { place, offset, from, to } of this.overlaps({ memory, from: at, to: at + bytes.length })) {
      this.store.read(place, offset, bytes.subarray(from, to));
    }
  }

  /** The bytes of a range, [from, to), that each tensor of the file has, and the byte of the tensor at which they begin. */
  overlaps({ memory, from: start, to: end }: MemoryRange): {
    readonly place: PlacedTensor;
    readonly offset: number;
    readonly from: number;
    readonly to: number;
  }[] {
    return (this.byMemory.get(memory) ?? []).flatMap(({ from, to, place }) => {
      const first = Math.max(start, from);
      const last = Math.min(end, to);
      return first < last ? [{ place, offset: first - from, from: first - start, to: last - start }] : [];
    });
  }
}

/** The memory of each tensor of a file. */
export function entriesOf({ layout }: Pick<TensorStore, 'layout'>): FileEntry[] {
  return layout.tensors.map((place) => {
    const { memory, from } = memoryOf(place.tensor);
    const first = from + (place.from ?? 0) * bytesOf(place.dtype);
    return { memory, from: first, to: first + place.end - place.start, place };
  });
}

/** Lists the ranges of each memory. */
export function groupByMemory<R extends MemoryRange>(ranges: Iterable<R>): Map<object, R[]> {
  const groups = new Map<object, R[]>();
  for (const range of ranges) {
    const group = groups.get(range.memory);
    if (group) group.push(range);
    else groups.set(range.memory, [range]);
  }
  return groups;
}

function bytesAs({ buffer, byteOffset, byteLength }: Storage): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
