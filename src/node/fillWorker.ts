// The program of a worker thread of initializeWeightsParallel. It draws the pieces of each request; it has no model.
import { parentPort, workerData } from 'node:worker_threads';
import { type KernelPath, setKernels } from '../kernels/wasm/kernelPath.js';
import { finish } from '../random/Steps.js';
import { FillExecutor } from './FillExecutor.js';
import { elementsIn, type FillRequest, type FillResponse } from './FillPiece.js';

const executor = new FillExecutor();

setKernels(workerData as KernelPath);

parentPort?.on('message', ({ pieces, buffer }: FillRequest) => {
  const results = elementsIn(buffer, pieces).map((data, i) => finish(executor.draw(pieces[i], data)));
  const response: FillResponse = { results, buffer };
  parentPort?.postMessage(response, [buffer]);
});
