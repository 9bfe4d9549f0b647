import type { NamedTensor } from '../checkpoint/layOutTensors.js';
import { type DrawnPiece, PIECE } from '../laws/streamPieces.js';
import { bytesOf, createStorage, type DType, type Storage, storageIn } from '../numerics/DType.js';
import type { Steps } from '../random/Steps.js';
import { memoryOf } from '../tensor/deferredData.js';
import type { SafetensorsWriter } from './SafetensorsWriter.js';

/** The memory in which a tensor's elements are or will be, and the range of bytes that they have in it. */
export type MemoryRange = ReturnType<typeof memoryOf>;

/** A tensor of the file, and the memory that it has in the model. */
export interface FileEntry extends MemoryRange {
  readonly place: SafetensorsWriter<NamedTensor>['layout']['tensors'][number];
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
    private readonly writer: SafetensorsWriter<NamedTensor>,
    private readonly onWrite: (bytes: number) => void,
  ) {
    this.entries = writer.layout.tensors.map((place) => ({ ...memoryOf(place.tensor), place }));
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

  /** Writes elements from byte `at` of a memory on, to every tensor that has them. */
  write(memory: object, at: number, elements: Storage): void {
    const bytes = bytesAs(elements);
    for (const { from, to, place } of this.byMemory.get(memory) ?? []) {
      const first = Math.max(at, from);
      const end = Math.min(at + bytes.length, to);
      if (first < end) this.writer.write(place, first - from, bytes.subarray(first - at, end - at));
    }
    this.onWrite(bytes.length);
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
