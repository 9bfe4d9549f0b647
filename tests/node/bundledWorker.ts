import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll } from '@jest/globals';
import { buildSync } from 'esbuild';

/** Bundles the program of the threads into one file, because tsx would compile the sources again in every thread. */
export function bundleFillWorker(): () => Worker {
  const folder = mkdtempSync(join(tmpdir(), 'initree-worker-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'fillWorker.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('../../src/node/threads/fillWorker.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
  });
  return () => new Worker(outfile, { workerData: 'auto' });
}
