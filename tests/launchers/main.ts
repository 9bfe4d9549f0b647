// Starts the command under real launchers: `npm run test:launchers`. Those that are not installed are skipped, and named. A Slurm
// controller has to run already (`sinfo` answers); INITREE_TORCHRUN names torchrun; default: torchrun.
import { deepStrictEqual, match } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARDS = 5;
const MODEL = `import { init, nn, definePolicy, parameter } from 'initree';
export default () => new nn.Sequential(new nn.Linear(40, 90), new nn.BatchNorm1d(90), new nn.Linear(90, 40));
export const policy = definePolicy('mine', [
  parameter('0.weight', init.truncNormal({ std: 1, a: -1, b: 1 })),
  parameter('**.weight', init.constant(0.5)),
  parameter('**', init.normal(0, 0.1)),
]);
`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'initree-launchers-'));
const torchrun = process.env['INITREE_TORCHRUN'] ?? 'torchrun';
writeFileSync(join(place, 'net.ts'), MODEL);

/** The words of a shell that run the command. */
const command = [
  ...[process.execPath, '--import', join(root, 'node_modules/tsx/dist/esm/index.mjs'), '-C', 'initree-source'],
  join(root, 'src/cli/main.ts'),
];
const init = (out: string, ...more: readonly string[]) => [
  ...command,
  ...['init', 'net.ts', '--policy', 'net.ts#policy', '--seed', '3', '--shards', String(SHARDS), '--out', out, ...more],
];

interface Launch {
  readonly name: string;
  /** A call that succeeds where the launcher can be used. */
  readonly probe: readonly string[];
  /** The calls, one after another, that write the folder. */
  readonly calls: (out: string) => readonly (readonly string[])[];
  /** The name that the command prints for the launcher, and the number of processes. */
  readonly says: readonly [launcher: string, world: number];
}

const script = (name: string, words: readonly string[]) => {
  const path = join(place, name);
  writeFileSync(path, `#!/bin/sh\n${words.join(' ')}\n`, { mode: 0o755 });
  return path;
};
const sinfo = ['sinfo'];

const LAUNCHES: readonly Launch[] = [
  {
    name: 'torchrun',
    probe: [torchrun, '--help'],
    calls: (out) => [[torchrun, '--nproc-per-node', '3', '--no-python', ...init(out)]],
    says: ['torchrun', 3],
  },
  {
    name: 'mpirun',
    probe: ['mpirun', '--version'],
    calls: (out) => [['mpirun', '--allow-run-as-root', '--oversubscribe', '-n', '3', ...init(out)]],
    says: ['Open MPI', 3],
  },
  {
    name: 'parallel',
    probe: ['parallel', '--version'],
    calls: (out) => [['parallel', '-N0', '-j2', [...init(out), '--world', '4'].join(' '), ':::', '1', '2', '3', '4']],
    says: ['GNU parallel', 4],
  },
  {
    name: 'srun',
    probe: sinfo,
    calls: (out) => [['srun', '-n', '2', '--oversubscribe', ...init(out)]],
    says: ['Slurm step', 2],
  },
  {
    name: 'sbatch --array',
    probe: sinfo,
    // The first calls write what one task and then the others of a larger array write when they run again.
    calls: (out) => [
      ['sbatch', '--wait', '--array=2', '-o', 'again-%a.log', script('again.sh', init(out, '--world', '3'))],
      ['sbatch', '--wait', '--array=1-3', '-o', 'array-%a.log', script('array.sh', init(out))],
    ],
    says: ['Slurm array', 3],
  },
  {
    name: 'srun in sbatch --array',
    probe: sinfo,
    calls: (out) => [
      [
        ...['sbatch', '--wait', '-n', '2', '--array=0-1', '-o', 'steps-%a.log'],
        script('steps.sh', ['srun', '-n', '2', '--oversubscribe', ...init(out)]),
      ],
    ],
    says: ['Slurm array and step', 4],
  },
];

const hashes = (out: string) =>
  readdirSync(join(place, out))
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(place, out, name)))
        .digest('hex'),
    ]);

/** Runs a call in the place, and returns what it and the jobs of a batch system print. */
function run(words: readonly string[]): string {
  const [program, ...args] = words;
  const printed = execFileSync(program, args, { cwd: place, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const logs = readdirSync(place).filter((name) => name.endsWith('.log'));
  return printed + logs.map((name) => readFileSync(join(place, name), 'utf8')).join('');
}

try {
  run(init('single', '--rank', '0', '--world', '1'));
  for (const [i, { name, probe, calls, says }] of LAUNCHES.entries()) {
    const [program, ...args] = probe;
    const { status, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (error || status !== 0) {
      console.log(`skipped: ${name}, because ${probe.join(' ')} fails (${error?.message ?? `exit code ${status}`})`);
      continue;
    }
    const out = `launch${i}`;
    const printed = calls(out).map(run).join('');
    const [launcher, world] = says;
    for (let rank = 0; rank < world; rank++) match(printed, new RegExp(`rank ${rank} of ${world} \\(${launcher}\\)`));
    deepStrictEqual(hashes(out), hashes('single'));
    match(run([...command, 'finish', out]), /^complete: /);
    console.log(`${name}: ${world} processes write the files of one`);
  }
} finally {
  rmSync(place, { recursive: true });
}
