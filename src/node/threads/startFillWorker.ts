import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { kernels } from '../../kernels/wasm/kernelPath.js';

/** Megabytes for new objects. A thread makes few; by default the engine would let them take tens of megabytes. */
const YOUNG = 2;

/**
 * Starts a thread that runs `fillWorker` with the kernel path of this thread.
 *
 * The thread runs a line of code that imports the file, instead of the file itself, for two reasons. Node refuses a file
 * if the program was given as text (`--input-type`). And if the package runs from its sources (tsx, jest), tsx must load
 * the file, but tsx does not apply to threads. An empty `execArgv` skips modules that the program preloads (`--import`):
 * the thread does not need them, and loading them takes time.
 */
export function startFillWorker(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = JSON.stringify(new URL(isSource ? './fillWorker.ts' : './fillWorker.js', import.meta.url).href);
  const options = { eval: true, workerData: kernels().path, resourceLimits: { maxYoungGenerationSizeMb: YOUNG } };
  if (!isSource) return new Worker(`import(${file})`, { ...options, execArgv: [] });
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/cjs/api')).href;
  return new Worker(`import('${tsx}').then((tsx) => tsx.require(${file}, ${file}))`, options);
}
