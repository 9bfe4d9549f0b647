import { fillPieces } from '../laws/fillPieces.js';
import { leavesElements } from '../laws/partsOf.js';
import type { Plan } from '../policy/Plan.js';
import { generatorOf } from '../random/generatorOf.js';
import type { Steps } from '../random/Steps.js';
import { type Drawn, drawnBy, type FileProgress, keptEntries, overWhatIsWritten } from './drawIntoFile.js';
import { TOGETHER } from './drawnTogether.js';
import { FileMemory, type StoredTensor } from './FileMemory.js';
import type { FillStarts } from './FillStarts.js';
import { type ElementSink, keepElements } from './keepElements.js';
import type { SafetensorsWriter } from './SafetensorsWriter.js';

/** Nobody measures a part of a model. */
const UNMEASURED: ElementSink = { add: () => {}, addTo: () => {} };

/**
 * Draws the part of a plan that a file holds: whole tensors, or slices of them. Each fill begins at its own place in the stream, so the
 * bytes do not depend on which other files this process draws. The model stays as it is.
 */
export function* drawShard(
  plan: Plan,
  starts: FillStarts,
  writer: SafetensorsWriter<StoredTensor>,
  onProgress: (progress: FileProgress) => void = () => {},
): Steps {
  const { size, header } = writer.layout;
  const bytesTotal = size - header.length;
  let path = '';
  let bytesDone = 0;
  const file = new FileMemory(writer, (bytes) => {
    bytesDone = Math.min(bytesDone + bytes, bytesTotal);
    onProgress({ path, bytesDone, bytesTotal });
  });
  const drawn = drawnBy(plan);
  yield* keepElements(file, keptEntries(file, drawn), UNMEASURED, (name) => {
    path = name;
  });
  for (const range of drawn) {
    path = range.assignment.path;
    yield* drawWanted(file, range, plan, starts);
  }
}

function* drawWanted(file: FileMemory, drawn: Drawn, { assignments }: Plan, starts: FillStarts): Steps {
  const { assignment } = drawn;
  const { law, shape, dtype, key, parameter } = assignment;
  const range = file.wanted([drawn], dtype);
  if (range === null) return;
  const index = assignments.indexOf(assignment);
  const generator = key ? generatorOf(key) : yield* starts.open(index);
  if (leavesElements(law, shape)) {
    yield* file.draw([overWhatIsWritten(file, drawn, generator)], dtype, [drawn], () => {});
    return;
  }
  const isWhole = range[0] === 0 && range[1] === parameter.numel;
  const pieces = fillPieces(
    law,
    shape,
    dtype,
    key ?? generator,
    isWhole ? { together: TOGETHER } : { together: TOGETHER, range },
  );
  yield* file.draw(pieces, dtype, [drawn], () => {});
  if (isWhole && key === null) starts.note(index, generator);
}
