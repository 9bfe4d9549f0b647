import type { StoredSlice } from '../checkpoint/planFiles.js';
import type { Range } from '../laws/LawOperations.js';
import { type DrawnPiece, PIECE } from '../laws/streamPieces.js';
import { bytesOf, createStorage, type DType, type Storage, storageIn } from '../numerics/DType.js';
import type { Steps } from '../random/Steps.js';
import { memoryOf } from '../tensor/deferredData.js';
import type { FilePart } from './FillTask.js';
import type { SafetensorsWriter } from './SafetensorsWriter.js';

/** The memory in which a tensor's elements are or will be, and the range of bytes that they have in it. */
export type MemoryRange = ReturnType<typeof memoryOf>;

/** A tensor of a file: one of the model, or a slice of one. */
export type StoredTensor = Pick<StoredSlice, 'name' | 'dtype' | 'shape' | 'tensor'> & Partial<StoredSlice>;

/** A tensor of the file, and the memory that it has in the model. */
export interface FileEntry extends MemoryRange {
  readonly place: SafetensorsWriter<StoredTensor>['layout']['tensors'][number];
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
    private readonly writer: SafetensorsWriter<StoredTensor>,
    private readonly onWrite: (bytes: number) => void,
  ) {
    this.entries = writer.layout.tensors.map((place) => {
      const { memory, from } = memoryOf(place.tensor);
      const first = from + (place.from ?? 0) * bytesOf(place.dtype);
      return { memory, from: first, to: first + place.end - place.start, place };
    });
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
    const { file } = this.writer;
    for (const part of this.partsOf({ memory, from: at, to: at + bytes.length })) {
      file.write(part.at, bytes.subarray(part.from, part.to));
    }
    this.onWrite(bytes.length);
  }

  /** The parts of the file that have bytes of a range of memory, counted from the start of the range. */
  partsOf({ memory, from: start, to: end }: MemoryRange): FilePart[] {
    return (this.byMemory.get(memory) ?? []).flatMap(({ from, to, place }) => {
      const first = Math.max(start, from);
      const last = Math.min(end, to);
      return first < last ? [{ from: first - start, to: last - start, at: place.start + first - from }] : [];
    });
  }

  /** Writes elements from byte `at` of one tensor on. */
  writeTo({ place }: FileEntry, at: number, elements: Storage): void {
    this.writer.write(place, at, bytesAs(elements));
    this.onWrite(elements.byteLength);
  }

  /** Reads elements that were written from byte `at` of a memory on. They are those of a tensor of the file, or a part. */
  read(memory: object, at: number, elements: Storage): void {
    const bytes = bytesAs(elements);
    const entry = this.byMemory.get(memory)?.find(({ from, to }) => from <= at && at + bytes.length <= to);
    if (entry) this.writer.read(entry.place, at - entry.from, bytes);
  }
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
