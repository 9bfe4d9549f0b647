import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Bundles a program that imports the sources from `./src`, and beside it the program of its threads, and runs it in a process of its own.
 * Returns what it printed.
 */
export function runBundled(contents: string, ...args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'initree-bundled-'));
  const program = join(folder, 'program.mjs');
  const options = { bundle: true, format: 'esm', platform: 'node', target: 'es2023' } as const;
  try {
    buildSync({ ...options, stdin: { contents, resolveDir: root }, outfile: program });
    buildSync({
      ...options,
      entryPoints: [join(root, 'src/node/threads/fillWorker.ts')],
      outfile: join(folder, 'fillWorker.js'),
    });
    return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
