import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { buildSync } from 'esbuild';
import { isFullRun } from '../isFullRun.js';
import { fromSource } from '../runProgram.js';
import { ResidentCommand } from './ResidentCommand.js';

/** The exit code and the output of a run of the command. */
export interface Ended {
  /** As in a shell: 128 plus the signal's number if a signal ended the process. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment variables beside those of this process. */
export type Environment = Readonly<Record<string, string>>;

/** Further settings of a run in a process of its own. */
interface Circumstances {
  readonly env?: Environment;
  /** Is called with the process when it has started. */
  readonly watch?: (started: ChildProcess) => void;
  /** Whether tsx runs the sources, which takes twice as long. */
  readonly fromSource?: boolean;
}

const root = new URL('../../', import.meta.url);

/**
 * A folder outside the repository, empty at first, and the command that runs in it. In ordinary runs of the tests one process
 * runs most commands one after another; in the full run each command has a process of its own, as for a user.
 */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'initree-cli-'));
  /** The main file of the command. */
  readonly main = installFromSource(mkdtempSync(join(tmpdir(), 'initree-installed-')));
  private readonly resident = new ResidentCommand(this.main, this.folder);

  constructor() {
    afterAll(async () => {
      await this.resident.end();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string | Uint8Array): string {
    writeFileSync(this.path(name), text);
    return name;
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.runWith({}, ...args);
  }

  runWith(env: Environment, ...args: readonly string[]): Promise<Ended> {
    return isFullRun ? this.runAlone({ env }, ...args) : this.resident.run(env, args);
  }

  /** For a run whose process matters: its end, its signals, its memory, what it shares with others, a patched built-in module. */
  runAlone({ env, watch, fromSource: isSource = false }: Circumstances, ...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const program = isSource ? fromSource('src/cli/main.ts') : [this.main];
      const started = spawn(process.execPath, [...program, ...args], {
        cwd: this.folder,
        env: { ...process.env, ...env },
      });
      const printed = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        started[name].setEncoding('utf8').on('data', (text: string) => {
          printed[name] += text;
        });
      }
      started.on('error', reject);
      started.on('close', (code, signal) => {
        resolve({ code: code ?? 128 + (signal === 'SIGINT' ? 2 : 0), ...printed });
      });
      watch?.(started);
    });
  }
}

/** Builds the command from its sources into a folder with the layout of an installed package; returns its main file. */
function installFromSource(folder: string): string {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(new URL('package.json', root), join(folder, 'package.json'));
  symlinkSync(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'));
  const outdir = join(folder, 'dist', 'cli');
  mkdirSync(outdir, { recursive: true });
  buildSync({
    entryPoints: ['src/cli/main.ts', 'src/node/threads/fillWorker.ts'].map((path) =>
      fileURLToPath(new URL(path, root)),
    ),
    entryNames: '[name]',
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    target: 'es2023',
  });
  return join(outdir, 'main.js');
}
