import { type Deferral, type DeferredFill, deferralOf, fillOpener } from '../../init/Deferral.js';
import { PIECE, streamPieces, TOGETHER } from '../../laws/streamPieces.js';
import { bytesOf, type Storage } from '../../numerics/DType.js';
import type { Generator } from '../../random/Generator.js';
import type { Steps } from '../../random/Steps.js';
import { isDeferred, memoryOf } from '../../tensor/deferredData.js';
import { numelOf } from '../../tensor/Shape.js';
import type { FileEntry, FileMemory, MemoryRange } from './FileMemory.js';
import type { KeptSamples } from './KeptSamples.js';

/** Who looks at the elements that are written. */
export interface ElementSink extends Pick<KeptSamples, 'add'> {
  /** Receives the next elements of a tensor, which begin at byte `at` of its memory. */
  addTo(range: MemoryRange, elements: Storage, at: number): void;
}

/** A deferred fill whose elements a file keeps. */
export interface KeptFill {
  readonly fill: DeferredFill;
  /** The memory of each tensor that the fill will have. */
  readonly ranges: readonly MemoryRange[];
  /** The name of one of them. */
  readonly name: string;
  /** Opens a generator at the start of the fill. The fills are opened in order. */
  readonly open: () => Generator;
}

/**
 * Writes tensors to a file as the model holds them. Deferred fills are drawn at their places in the stream, piece by piece, and stay
 * deferred.
 * @param entries the tensors of the file of which the plan does not draw every element
 * @param onTensor is called with the name of each tensor before it is written
 */
export function* keepElements(
  file: FileMemory,
  entries: readonly FileEntry[],
  samples: ElementSink,
  onTensor: (name: string) => void,
): Steps {
  const drawn = new Set<object>();
  for (const kept of keptFills(entries)) {
    for (const { memory } of kept.ranges) drawn.add(memory);
    onTensor(kept.name);
    yield* drawKept(file, kept, samples);
  }
  for (const entry of entries) {
    if (drawn.has(entry.memory)) continue;
    onTensor(entry.place.name);
    yield* copyElements(file, entry, samples);
  }
}

/**
 * The deferred fills of tensors, in the order of the stream of each deferral. Code that runs during a pause may have read a tensor: then
 * it holds its elements.
 */
export function* keptFills(entries: readonly FileEntry[]): IterableIterator<KeptFill> {
  const deferrals = new Map<Deferral, FileEntry[]>();
  for (const entry of entries) {
    const deferral = deferralOf(entry.place.tensor);
    if (deferral) deferrals.set(deferral, [...(deferrals.get(deferral) ?? []), entry]);
  }
  for (const [deferral, own] of deferrals) {
    const names = new Map(own.map(({ memory, place }) => [memory, place.name]));
    const open = fillOpener();
    for (const fill of deferral.fillsOf(own.map(({ place }) => place.tensor))) {
      const ranges = fill.tensors.filter((tensor) => deferral.isPending(tensor, fill)).map(memoryOf);
      if (ranges.length === 0) continue;
      yield { fill, ranges, name: names.get(ranges[0].memory) ?? '', open: () => open(fill) };
    }
  }
}

/** Draws a deferred fill into a file. */
export function* drawKept(file: FileMemory, { fill, ranges, open }: KeptFill, samples: ElementSink): Steps {
  const { law, shape, tensors } = fill;
  const { dtype } = tensors[0];
  const range = file.wanted(ranges, dtype) ?? undefined;
  const pieces = streamPieces(law, shape, dtype, open(), { together: TOGETHER, range });
  yield* file.draw(pieces, dtype, ranges, (elements, start) => {
    for (const { memory, from } of ranges) samples.add(memory, from + start * bytesOf(dtype), elements);
  });
}

/** Writes the elements that a tensor holds. A deferred tensor without a fill is zeros. */
export function* copyElements(file: FileMemory, entry: FileEntry, samples: ElementSink): Steps {
  const { tensor, dtype, shape, from = 0 } = entry.place;
  const size = bytesOf(dtype);
  const numel = numelOf(shape);
  for (let start = 0; start < numel; start += PIECE) {
    const count = Math.min(PIECE, numel - start);
    const elements = isDeferred(tensor)
      ? file.piece(dtype, count).fill(0 as never)
      : tensor.data.subarray(from + start, from + start + count);
    samples.addTo(entry, elements, entry.from + start * size);
    file.writeTo(entry, start * size, elements);
    yield;
  }
}
