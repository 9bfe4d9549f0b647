import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('..', import.meta.url);
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Arguments of Node that run a program of this repository, named from its root, from its sources. */
export function fromSource(path: string): string[] {
  return ['--conditions=initree-source', '--import', tsx, fileURLToPath(new URL(path, root))];
}

/**
 * Runs a program of this repository from its sources and returns what it prints; throws if it fails.
 * @param path from the repository's root
 * @param cwd the working directory. Default: the root of the project
 * @param args its arguments
 */
export function runProgram(path: string, cwd: string = fileURLToPath(root), args: readonly string[] = []): string {
  const env = { ...process.env, NO_COLOR: '1' };
  return execFileSync(process.execPath, [...fromSource(path), ...args], { cwd, encoding: 'utf8', env });
}
