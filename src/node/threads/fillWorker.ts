// The program of a worker thread. It draws the tasks of each message to where they belong; it has no model.
import { parentPort, workerData } from 'node:worker_threads';
import { type KernelPath, setKernels } from '../../kernels/wasm/kernelPath.js';
import { finish } from '../../random/Steps.js';
import { RefusedWrite } from '../files/RefusedWrite.js';
import { codeOf } from '../files/unwritable.js';
import { FillExecutor } from './FillExecutor.js';
import type { FillResponse, FillTask } from './FillTask.js';

const executor = new FillExecutor();

setKernels(workerData as KernelPath);

parentPort?.on('message', (tasks: readonly FillTask[]) => {
  const response = respond(tasks);
  const created = 'results' in response ? response.results.flatMap(({ elements }) => elements?.buffer ?? []) : [];
  parentPort?.postMessage(response, created as ArrayBuffer[]);
});

/** An error loses its class and its code on the way to another thread, so a refused write is sent as data. */
function respond(tasks: readonly FillTask[]): FillResponse {
  try {
    return { results: tasks.map((task) => finish(executor.draw(task))) };
  } catch (error) {
    if (!(error instanceof RefusedWrite)) throw error;
    const { message } = error.cause as Error;
    return { refused: { code: codeOf(error.cause), message } };
  }
}
