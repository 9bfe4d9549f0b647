// What a worker thread of initializeWeightsParallel runs: it draws what it is asked to, and knows nothing of a model.
import { parentPort, workerData } from 'node:worker_threads';
import { type KernelPath, setKernels } from '../kernels/wasm/kernelPath.js';
import { finish } from '../random/Steps.js';
import type { FillAnswer, FillRequest } from './FillTask.js';
import { elementsIn } from './fillBuffer.js';
import { TaskDrawer } from './TaskDrawer.js';

const drawer = new TaskDrawer();

setKernels(workerData as KernelPath);

parentPort?.on('message', ({ tasks, buffer }: FillRequest) => {
  const outcomes = elementsIn(buffer, tasks).map((data, i) => finish(drawer.draw(tasks[i], data)));
  const answer: FillAnswer = { outcomes, buffer };
  parentPort?.postMessage(answer, [buffer]);
});
