import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Bundles a program that imports the sources from `./src`, and runs it in a process of its own. Returns what it printed. */
export function runBundled(contents: string, ...args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'initree-bundled-'));
  const program = join(folder, 'program.mjs');
  try {
    buildSync({
      stdin: { contents, resolveDir: fileURLToPath(new URL('../../', import.meta.url)) },
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'es2023',
    });
    return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
