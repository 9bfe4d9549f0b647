import { type Deferral, deferralOf, fillOpener } from '../init/Deferral.js';
import { PIECE, streamPieces, TOGETHER } from '../laws/streamPieces.js';
import { bytesOf } from '../numerics/DType.js';
import type { Steps } from '../random/Steps.js';
import { isDeferred, memoryOf } from '../tensor/deferredData.js';
import type { FileEntry, FileMemory } from './FileMemory.js';
import type { KeptSamples } from './KeptSamples.js';

/**
 * Writes tensors to a file as the model holds them. Deferred fills are drawn at their places in the stream, piece by piece, and stay
 * deferred.
 * @param entries the tensors of the file of which the plan does not draw every element
 * @param onTensor is called with the name of each tensor before it is written
 */
export function* keepElements(
  file: FileMemory,
  entries: readonly FileEntry[],
  samples: KeptSamples,
  onTensor: (name: string) => void,
): Steps {
  const drawn = new Set<object>();
  const deferrals = new Map<Deferral, FileEntry[]>();
  for (const entry of entries) {
    const deferral = deferralOf(entry.place.tensor);
    if (deferral) deferrals.set(deferral, [...(deferrals.get(deferral) ?? []), entry]);
  }
  for (const [deferral, own] of deferrals) {
    const names = new Map(own.map(({ memory, place }) => [memory, place.name]));
    const open = fillOpener();
    for (const fill of deferral.fillsOf(own.map(({ place }) => place.tensor))) {
      // Code that runs during a pause may have read a tensor: then it holds its elements.
      const ranges = fill.tensors.filter((tensor) => deferral.isPending(tensor, fill)).map(memoryOf);
      if (ranges.length === 0) continue;
      const { law, shape, tensors } = fill;
      const { dtype } = tensors[0];
      for (const { memory } of ranges) drawn.add(memory);
      onTensor(names.get(ranges[0].memory) ?? '');
      const pieces = streamPieces(law, shape, dtype, open(fill), { together: TOGETHER });
      yield* file.draw(pieces, dtype, ranges, (elements, start) => {
        for (const { memory, from } of ranges) samples.add(memory, from + start * bytesOf(dtype), elements);
      });
    }
  }
  for (const entry of entries) {
    if (drawn.has(entry.memory)) continue;
    onTensor(entry.place.name);
    yield* copyElements(file, entry, samples);
  }
}

/** Writes the elements that a tensor holds. A deferred tensor without a fill is zeros. */
function* copyElements(file: FileMemory, entry: FileEntry, samples: KeptSamples): Steps {
  const { tensor, dtype } = entry.place;
  const size = bytesOf(dtype);
  for (let start = 0; start < tensor.numel; start += PIECE) {
    const count = Math.min(PIECE, tensor.numel - start);
    const elements = isDeferred(tensor)
      ? file.piece(dtype, count).fill(0 as never)
      : tensor.data.subarray(start, start + count);
    samples.addTo(entry, elements);
    file.writeTo(entry, start * size, elements);
    yield;
  }
}
