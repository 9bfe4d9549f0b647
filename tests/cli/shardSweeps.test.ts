import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isFullRun } from '../isFullRun.js';
import { Workplace } from './runInitree.js';

/** Some hundred megabytes and some hundred processes. `npm run test:full` runs them. */
const sweep = isFullRun ? it : it.skip;

const place = new Workplace();
place.write(
  'net.ts',
  `import { definePolicy, init, nn, parameter } from 'initree';
   const block = () => new nn.ModuleDict({ up: new nn.Linear(900, 3600), down: new nn.Linear(3600, 900), norm: new nn.BatchNorm1d(900) });
   class Net extends nn.Module {
     constructor(blocks) {
       super();
       this.embed = new nn.Embedding(6000, 900);
       this.blocks = new nn.ModuleList(Array.from({ length: blocks }, block));
       this.square = new nn.Linear(400, 400);
       this.head = new nn.Linear(900, 6000, { bias: false });
       this.head.weight = this.embed.weight;
     }
   }
   /** 200 MB in 72 parameters. */
   export const net = () => new Net(7);
   export const small = () => new Net(0);
   export const policy = definePolicy('sweep', [
     parameter('blocks.*.up.weight', init.truncNormal({ std: 1, a: -2, b: 2 })),
     parameter('square.weight', init.orthogonal()),
     parameter('**', init.normal(0, 0.02)),
   ]);`,
);
afterEach(() => {
  for (const name of readdirSync(place.folder)) {
    if (name !== 'net.ts') rmSync(place.path(name), { recursive: true, force: true });
  }
});

const init = (model: string, folder: string, ...args: readonly string[]) => [
  ...[
    'init',
    `net.ts#${model}`,
    '--policy',
    'net.ts#policy',
    '--seed',
    '7',
    '--out',
    folder,
    '--quiet',
    '--shards',
    '64',
  ],
  ...args,
];

/** The hash of each file under its final name. */
function hashes(path: string): Record<string, string> {
  const names = existsSync(path) ? readdirSync(path).filter((name) => !name.startsWith('.initree')) : [];
  const hashOf = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(path, name)))
      .digest('hex');
  return Object.fromEntries(names.sort().map((name) => [name, hashOf(name)]));
}

/** Runs every rank of a world, at most four at a time. */
async function runAll(folder: string, world: number, ...args: readonly string[]): Promise<void> {
  const ranks = Array.from({ length: world }, (_, i) => (i * 5 + 3) % world);
  const next = async (): Promise<void> => {
    const rank = ranks.pop();
    if (rank === undefined) return;
    const share = ['--rank', String(rank), '--world', String(world)];
    expect(await place.run(...init('net', folder, ...args, ...share))).toEqual({ code: 0, stdout: '', stderr: '' });
    await next();
  };
  await Promise.all([next(), next(), next(), next()]);
}

describe('a model of 200 MB', () => {
  sweep.each(['huggingface', 'dcp'])(
    'has the same files in the layout %s, written by 1, 3, 7 and 64 processes',
    async (layout) => {
      const args = ['--layout', layout];
      await runAll('w1', 1, ...args);
      const expected = hashes(place.path('w1'));
      const bytes = Object.keys(expected).reduce(
        (sum, name) => sum + readFileSync(place.path(join('w1', name))).length,
        0,
      );
      expect(bytes).toBeGreaterThan(2e8);
      for (const world of [3, 7, 64]) {
        await runAll(`w${world}`, world, ...args);
        expect([world, hashes(place.path(`w${world}`))]).toEqual([world, expected]);
        expect(await place.run('finish', `w${world}`, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
        rmSync(place.path(`w${world}`), { recursive: true });
      }
    },
  );
});

/** Runs the command in a shell, after another command and in the same limits; returns its exit code. */
function inShell(
  prepare: string,
  ...args: readonly string[]
): { readonly code: number | null; readonly output: string } {
  const script = `${prepare}; "$@"`;
  const shell = spawnSync('bash', ['-c', script, 'bash', process.execPath, place.main, ...args], {
    cwd: place.folder,
    encoding: 'utf8',
  });
  return { code: shell.status, output: shell.stdout + shell.stderr };
}

describe('a device that is full', () => {
  const canMount = isFullRun && spawnSync('unshare', ['--mount', 'true']).status === 0;
  (canMount ? it : it.skip)(
    'holds no wrong byte under a final name, and the run is finished by running it again',
    async () => {
      await place.run(...init('small', 'whole'));
      const expected = hashes(place.path('whole'));
      for (const kilobytes of [4, 40, 700, 8000, 15_000, 21_700]) {
        // The mount is that of the shell, and ends with it.
        const script = `
        set -u; mkdir -p full copy; rm -rf copy/*; mount -t tmpfs -o size=${kilobytes}k none full
        "$@"; echo "code $?"
        cp -a full/out copy/first 2>/dev/null
        mount -o remount,size=60m full
        "$@"; echo "code $?"
        "$1" "$2" finish full/out --quiet; echo "code $?"
        cp -a full/out copy/second`;
        const shell = spawnSync(
          'unshare',
          ['--mount', 'bash', '-c', script, 'bash', process.execPath, place.main, ...init('small', 'full/out')],
          { cwd: place.folder, encoding: 'utf8' },
        );
        expect([kilobytes, shell.stdout]).toEqual([kilobytes, 'code 1\ncode 0\ncode 0\n']);
        expect(shell.stderr).toMatch(/^error: .*no space is left on the device; free some space and try again\n$/);
        for (const [name, hash] of Object.entries(hashes(place.path('copy/first'))))
          expect([name, hash]).toEqual([name, expected[name]]);
        expect(hashes(place.path('copy/second'))).toEqual(expected);
        expect(readdirSync(place.path('copy/second')).filter((name) => name.startsWith('.initree-'))).toEqual([]);
      }
    },
  );

  sweep('with a limit of the size of a file does the same', async () => {
    await place.run(...init('small', 'whole'));
    const expected = hashes(place.path('whole'));
    for (const kilobytes of [1, 16, 100, 630, 20_000]) {
      const limited = inShell(`ulimit -f ${kilobytes}`, ...init('small', 'limited'));
      expect([kilobytes, limited.code]).toEqual([kilobytes, 1]);
      expect(limited.output).toMatch(/the file is larger than the file system or the limit of the process allows/);
      for (const [name, hash] of Object.entries(hashes(place.path('limited'))))
        expect([name, hash]).toEqual([name, expected[name]]);
    }
    expect((await place.run(...init('small', 'limited'))).code).toBe(0);
    expect(hashes(place.path('limited'))).toEqual(expected);
    expect(await place.run('finish', 'limited', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
