import { fillPieces } from '../../laws/fillPieces.js';
import { leavesElements } from '../../laws/partsOf.js';
import { TOGETHER } from '../../laws/streamPieces.js';
import { generatorOf } from '../../random/generatorOf.js';
import type { Steps } from '../../random/Steps.js';
import type { FillStarts } from '../threads/FillStarts.js';
import { type Drawn, type FileProgress, keptEntries, overWhatIsWritten } from './drawIntoFile.js';
import { FileMemory, type TensorStore } from './FileMemory.js';
import { type ElementSink, keepElements } from './keepElements.js';
import type { ShardSamples } from './ShardSamples.js';
import { type Taken, takeElements } from './takeElements.js';

/** Who looks at the elements that are drawn or kept. */
export type PartSink = ElementSink & Pick<ShardSamples, 'addDrawn'>;

/**
 * Draws the part of a plan that a file holds, and copies what a checkpoint gives of it: whole tensors, or slices of them. Each fill
 * begins at its own place in the stream, so the bytes do not depend on which other files this process draws. The model stays as it is.
 * @param drawn the assignments of the plan that are drawn, in order
 */
export function* drawShard(
  drawn: readonly Drawn[],
  starts: FillStarts,
  store: TensorStore,
  samples: PartSink,
  taken: readonly Taken[],
  onProgress: (progress: FileProgress) => void = () => {},
): Steps {
  const bytesTotal = store.layout.tensors.reduce((total, { start, end }) => total + end - start, 0);
  let path = '';
  let bytesDone = 0;
  const file = new FileMemory(store, (bytes) => {
    bytesDone = Math.min(bytesDone + bytes, bytesTotal);
    onProgress({ path, bytesDone, bytesTotal });
  });
  const onTensor = (name: string) => {
    path = name;
  };
  yield* keepElements(file, keptEntries(file, drawn, taken), samples, onTensor);
  yield* takeElements(file, taken, samples, onTensor);
  for (const range of drawn) {
    path = range.assignment.path;
    yield* drawWanted(file, range, starts, samples);
  }
}

function* drawWanted(file: FileMemory, drawn: Drawn, starts: FillStarts, samples: PartSink): Steps {
  const { assignment, index } = drawn;
  const { law, shape, dtype, key, parameter } = assignment;
  const range = file.wanted([drawn], dtype);
  if (range === null) return;
  const generator = key ? generatorOf(key) : yield* starts.open(index);
  const isWhole = range[0] === 0 && range[1] === parameter.numel;
  const options = { together: TOGETHER, range: isWhole ? undefined : range };
  const pieces = leavesElements(law, shape)
    ? [overWhatIsWritten(file, drawn, generator)]
    : fillPieces(law, shape, dtype, key ?? generator, options);
  yield* file.draw(pieces, dtype, [drawn], (elements, start) => samples.addDrawn(drawn, start, elements));
  if (isWhole && key === null) starts.note(index, generator);
}
