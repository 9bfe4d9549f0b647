// Puts the program of a worker thread into one file, in the place of what the compiler made of it: a thread begins with
// nothing loaded, and to read its eighty modules one by one takes as long again as to start it. The last step of `npm run build`.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const outfile = resolve(root, 'dist/node/fillWorker.js');

buildSync({
  entryPoints: [resolve(root, 'src/node/fillWorker.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  target: 'es2023',
});
rmSync(`${outfile}.map`);
