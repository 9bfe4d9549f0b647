// Bundles the program of a worker thread into one file, which replaces the compiled one. A thread starts with no modules
// loaded, and reading its eighty modules one by one would double the time of the start. The last step of `npm run build`.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const outfile = resolve(root, 'dist/node/threads/fillWorker.js');

buildSync({
  entryPoints: [resolve(root, 'src/node/threads/fillWorker.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  target: 'es2023',
});
rmSync(`${outfile}.map`);
