// What a worker thread of initializeWeightsParallel runs: it draws what it is asked to, and knows nothing of a model.
import { parentPort, workerData } from 'node:worker_threads';
import { drawLaw } from '../init/fillLaw.js';
import { placeAfter } from '../init/lawDraws.js';
import type { FloatDType, Storage } from '../kernels/DType.js';
import { type KernelPath, setKernels } from '../kernels/kernelPath.js';
import { sumParts } from '../policy/measureSample.js';
import { counterGenerator } from '../random/counterGenerator.js';
import { Generator } from '../random/Generator.js';
import { generatorAt, type StreamPlace } from '../random/StreamPlace.js';
import { Tensor } from '../tensor/Tensor.js';
import type { FillAnswer, FillOutcome, FillRequest, FillTask, Stream } from './FillTask.js';
import { elementsIn } from './fillBuffer.js';

/** The stream that is open, and where in it the thread stands; `place` is `null` where only the generator knows. */
interface Cursor {
  readonly stream: number;
  readonly start: Generator;
  generator: Generator;
  place: StreamPlace | null;
}

let cursor: Cursor | null = null;

setKernels(workerData as KernelPath);

parentPort?.on('message', ({ tasks, buffer }: FillRequest) => {
  const outcomes = elementsIn(buffer, tasks).map((data, i) => carryOut(tasks[i], data));
  const answer: FillAnswer = { outcomes, buffer };
  parentPort?.postMessage(answer, [buffer]);
});

function carryOut(task: FillTask, data: Storage<FloatDType>): FillOutcome {
  const { law, shape, dtype, place, zeros, stream, wantsState } = task;
  const at = moveTo(stream, place);
  const { generator } = at;
  const before = generator.wordsDrawn;
  drawLaw(new Tensor({ dtype, shape, data }), law, generator);
  at.place = placeAfter(law, shape, dtype, place);
  for (const [from, to] of zeros) data.fill(0, from, to);
  return {
    parts: [...sumParts(data, dtype)],
    words: generator.wordsDrawn - before,
    state: wantsState ? generator.getState() : null,
  };
}

/** Goes on from where the last task ended, if that is possible: a jump takes as long as drawing millions of words. */
function moveTo(stream: Stream, place: StreamPlace): Cursor {
  if (cursor?.stream !== stream.id) {
    const start = open(stream);
    const generator = start.clone();
    cursor = {
      stream: stream.id,
      start,
      generator,
      place: { words: 0, cachedFrom: start.cachedNormal === undefined ? null : 'start' },
    };
  }
  const { place: here, start } = cursor;
  if (here !== null && here.cachedFrom === place.cachedFrom && here.words <= place.words) {
    cursor.generator.advance(place.words - here.words);
  } else cursor.generator = generatorAt(start, place);
  return cursor;
}

function open(stream: Stream): Generator {
  return stream.kind === 'torch' ? new Generator().setState(stream.state) : counterGenerator(stream.seed, stream.path);
}
