import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { kernels } from '../kernels/wasm/kernelPath.js';

/**
 * Starts a thread that runs `fillWorker` with the kernels of this one, whichever way the package itself runs.
 *
 * It is given a line of code that imports the file rather than the file itself: a file is refused where the program was
 * handed over as text (`--input-type`), and sources (tsx, jest) have to be read through tsx, which does not reach into
 * threads by itself. What the program was told to load beforehand (`--import`) is of no use to it and would take its time.
 */
export function startFillWorker(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = JSON.stringify(new URL(isSource ? './fillWorker.ts' : './fillWorker.js', import.meta.url).href);
  const options = { eval: true, workerData: kernels().path };
  if (!isSource) return new Worker(`import(${file})`, { ...options, execArgv: [] });
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/cjs/api')).href;
  return new Worker(`import('${tsx}').then((tsx) => tsx.require(${file}, ${file}))`, options);
}
