import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('..', import.meta.url);
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * Runs a program of this repository from its sources and returns what it prints; throws if it fails.
 * @param path from the repository's root
 * @param cwd where it runs; the root when absent
 */
export function runProgram(path: string, cwd: string = fileURLToPath(root)): string {
  const file = fileURLToPath(new URL(path, root));
  const options = ['--conditions=initree-source', '--import', tsx, file];
  return execFileSync(process.execPath, options, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
}
