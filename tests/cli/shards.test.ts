import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { temporaryName } from '../../src/node/files/temporaryFile.js';
import { sha256 } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();
const INDEX = 'model.safetensors.index.json';
place.write(
  'net.ts',
  `import { definePolicy, init, nn, parameter } from 'initree';
   export default () => {
     const net = new nn.Sequential(new nn.Embedding(50, 16), new nn.Linear(16, 90), new nn.BatchNorm1d(90), new nn.Linear(90, 16));
     net.append(new nn.Linear(16, 50, { bias: false }));
     net.get('4').weight = net.get('0').weight;
     return net;
   };
   export const policy = definePolicy('mine', [
     parameter('1.weight', init.truncNormal({ std: 1, a: -1, b: 1 })),
     parameter('3.weight', init.orthogonal()),
     parameter('**', init.normal(0, 0.02)),
   ]);
   export const large = () => nn.deferInit(() => new nn.Sequential(...Array.from({ length: 6 }, () => new nn.Linear(700, 700))));`,
);

/** The hash of each file of a folder, without what the processes note. A file that a killed process left has its name instead. */
const hashes = (name: string) =>
  Object.fromEntries(
    readdirSync(place.path(name))
      .filter((found) => found !== '.initree')
      .sort()
      .map((found) => [found, found.startsWith('.') ? found : sha256(readFileSync(place.path(join(name, found))))]),
  );
const init = (folder: string, ...args: readonly string[]) => [
  ...['init', 'net.ts', '--policy', 'net.ts#policy', '--seed', '7', '--out', folder, '--shards', '4'],
  ...args,
];

describe('initree init by several processes', () => {
  it('gives the files of one process, started by torchrun, Slurm or hand', async () => {
    const single = await place.run(...init('single'));
    expect(single).toMatchObject({ code: 0, stderr: '' });
    expect(single.stdout).toMatch(
      /^rank 0 of 1: writes 4 of 4 shards\nwrote model-00001-of-00004\.safetensors \([\d,]+ bytes\)\n/,
    );
    expect(single.stdout).toMatch(/\npolicy mine: 7 parameters,/);
    expect(single.stdout).toMatch(/\nwrote single \(4 files and an index, [\d,]+ bytes\)\n$/);
    const torchrun = [0, 1, 2].map((rank) =>
      place.runAlone(
        { env: { RANK: String(rank), WORLD_SIZE: '3', SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1' } },
        ...init('torchrun'),
      ),
    );
    const slurm = ['1', '2'].map((id) => {
      const array = {
        SLURM_ARRAY_TASK_ID: id,
        SLURM_ARRAY_TASK_MIN: '1',
        SLURM_ARRAY_TASK_MAX: '2',
        SLURM_ARRAY_TASK_COUNT: '2',
      };
      return place.runAlone({ env: { ...array, SLURM_PROCID: '0', SLURM_NTASKS: '8' } }, ...init('slurm'));
    });
    const ended = await Promise.all([...torchrun, ...slurm]);
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']));
    expect(ended[1].stdout).toMatch(
      /^rank 1 of 3 \(torchrun\): writes 1 of 4 shards\nnot used: the variables of Slurm step\n1 truncated normal with 1,440 elements may draw again; .*\nwrote model-00002-of-00004/,
    );
    expect(ended[4].stdout).toMatch(/^rank 0 of 2 \(Slurm array\): writes 2 of 4 shards\n/);
    for (const rank of ['2', '1', '0']) {
      const { code } = await place.run(...init('hand', '--rank', rank, '--world', '3', '--quiet'));
      expect(code).toBe(0);
    }
    const threads = await place.run(...init('threads', '--workers', '2', '--quiet'));
    expect(threads).toEqual({ code: 0, stdout: '', stderr: '' });
    for (const name of ['torchrun', 'slurm', 'hand', 'threads']) expect(hashes(name)).toEqual(hashes('single'));
  });

  it('says what is left to do, and leaves alone what is finished', async () => {
    const first = await place.run(...init('parts', '--rank', '1', '--world', '2'));
    expect(first.stdout).toMatch(
      /\n2 of 4 files of parts are finished; the process that finishes the last one completes the folder\n$/,
    );
    expect(existsSync(place.path(join('parts', INDEX)))).toBe(false);
    const unfinished = await place.run('finish', 'parts');
    expect(unfinished).toMatchObject({ code: 1, stderr: '' });
    expect(unfinished.stdout).toMatch(
      /^incomplete: parts, 2 of 4 files are finished and follow the plan\n {2}model-00001-of-00004\.safetensors: the file is missing\n/,
    );
    expect(unfinished.stdout).toMatch(/\n {2}0\.weight: elements 0 to 799 are in no file\n/);
    const json = await place.run(...init('parts', '--json'));
    expect(JSON.parse(json.stdout)).toMatchObject({
      rank: 0,
      world: 1,
      launcher: null,
      isComplete: true,
      written: ['model-00001-of-00004.safetensors', 'model-00003-of-00004.safetensors'],
      problems: [],
      folder: { index: INDEX },
    });
    const again = await place.run(...init('parts'));
    expect(again.stdout).toMatch(
      /^rank 0 of 1: writes 4 of 4 shards, 4 of them finished before\ncomplete: parts \(4 files and an index, [\d,]+ bytes\)\n$/,
    );
    const report = await place.run(...init('parts', '--report', 'late.json'));
    expect(report).toMatchObject({ code: 1, stdout: '' });
    expect(report.stderr).toMatch(/4 of the files are finished already/);
    expect(existsSync(place.path('late.json'))).toBe(false);
  });

  it('writes the report of a run that draws all files', async () => {
    await place.run(...init('reported', '--report', 'r.json', '--quiet'));
    const { metadata, entries } = JSON.parse(readFileSync(place.path('r.json'), 'utf8'));
    expect(metadata).toMatchObject({ 'initree.policy': 'mine', 'initree.seed': '7' });
    expect(entries).toHaveLength(7);
  });

  it('is finished by running it again after any kill', async () => {
    const args = (folder: string) => ['init', 'net.ts#large', '--out', folder, '--shards', '6', '--quiet'];
    await place.run(...args('whole'));
    for (const delay of isFullRun ? [150, 300, 450, 600, 900] : [300, 600]) {
      const watch = async (started: ChildProcess) => {
        await setTimeout(delay);
        started.kill('SIGKILL');
      };
      await place.runAlone(
        { watch: (started) => void watch(started) },
        ...args('killed'),
        '--rank',
        '0',
        '--world',
        '1',
      );
      for (const [name, hash] of Object.entries(existsSync(place.path('killed')) ? hashes('killed') : {})) {
        if (!name.startsWith('.')) expect(hash).toBe(hashes('whole')[name]);
      }
    }
    expect(await place.run(...args('killed'))).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await place.run('finish', 'killed', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(hashes('killed')).toEqual(hashes('whole'));
  });

  it('says after Ctrl-C that the finished files stay', async () => {
    place.write(
      'stopped.ts',
      `import fs from 'node:fs';
       import { syncBuiltinESMExports } from 'node:module';
       import { nn } from 'initree';
       export default () => {
         const { fsync } = fs;
         let flushed = 0;
         // The plan, a file and its manifest are flushed; the next flush is that of the second file.
         fs.fsync = (...args) => {
           if (++flushed === 4) process.kill(process.pid, 'SIGINT');
           setImmediate(() => fsync(...args));
         };
         syncBuiltinESMExports();
         return new nn.Sequential(new nn.Linear(9, 9), new nn.Linear(9, 9));
       };`,
    );
    const args = ['init', 'stopped.ts', '--out', 'stopped', '--max-shard-size', '200', '--quiet'];
    const { code, stderr } = await place.runAlone({}, ...args);
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: 'error: interrupted; the files that are finished stay, and the same command writes the others\n',
    });
    const names = Object.keys(hashes('stopped'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => /^model-0000\d-of-00003\.safetensors$/.test(name))).toBe(true);
  });
});

describe('two plans for one folder', () => {
  it.each([
    ['the first file', 2],
    ['the manifest of the first file', 3],
    ['the second file', 4],
    ['the index', 8],
  ])('leaves the files of the plan that was forced while the other process flushed %s', async (_, flush) => {
    place.write(
      'overtaken.ts',
      `import fs from 'node:fs';
       import { spawnSync } from 'node:child_process';
       import { syncBuiltinESMExports } from 'node:module';
       import { nn } from 'initree';
       export default () => {
         const { fsync } = fs;
         let flushed = 0;
         fs.fsync = (...args) => {
           if (++flushed === Number(process.env.OVERTAKEN_AT)) {
             const force = ['init', 'overtaken.ts', '--seed', '8', ...process.env.OVERTAKEN_BY.split(' '), '--force', '--quiet'];
             const ended = spawnSync(process.execPath, [process.argv[1], ...force], {
               env: { ...process.env, OVERTAKEN_AT: '0' }, stdio: 'inherit',
             });
             if (ended.status !== 0) throw new Error('the other process failed');
           }
           fsync(...args);
         };
         syncBuiltinESMExports();
         return new nn.Sequential(new nn.Linear(9, 9), new nn.Linear(9, 9));
       };`,
    );
    const out = (folder: string) => `--out ${folder} --max-shard-size 350`;
    const args = (seed: string, folder: string) => [
      'init',
      'overtaken.ts',
      '--seed',
      seed,
      ...out(folder).split(' '),
      '--quiet',
    ];
    const name = `overtaken${flush}`;
    const env = { OVERTAKEN_AT: String(flush), OVERTAKEN_BY: out(name) };
    const [first, alone] = await Promise.all([
      place.runAlone({ env }, ...args('7', name)),
      place.runAlone({}, ...args('8', `alone${flush}`)),
    ]);
    expect(alone).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(
      /the folder was taken for another checkpoint meanwhile: expected plan [0-9a-f]{12}, found plan [0-9a-f]{12}; choose another folder/,
    );
    expect(hashes(name)).toEqual(hashes(`alone${flush}`));
    expect(await place.run('finish', name, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('initree finish', () => {
  it('reads every byte, or the sizes only', async () => {
    await place.run(...init('checked', '--quiet'));
    const whole = await place.run('finish', 'checked');
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toMatch(
      /^complete: checked \(4 files and an index, [\d,]+ bytes\); every byte agrees with the manifests\n$/,
    );
    const path = place.path(join('checked', 'model-00002-of-00004.safetensors'));
    const bytes = readFileSync(path);
    bytes[bytes.length - 5] ^= 4;
    writeFileSync(path, bytes);
    const [damaged, quick, json] = await Promise.all([
      place.run('finish', 'checked'),
      place.run('finish', 'checked', '--quick'),
      place.run('finish', 'checked', '--json'),
    ]);
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toMatch(/\n {2}model-00002-of-00004\.safetensors: the bytes are damaged: expected SHA-256/);
    expect(quick).toMatchObject({ code: 0, stderr: '' });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ isComplete: false, path: 'checked' });
    rmSync(path);
    expect((await place.run(...init('checked', '--quiet'))).code).toBe(0);
    const temporary = temporaryName('model.safetensors');
    place.write(join('checked', temporary), '');
    expect((await place.run('finish', 'checked')).stdout).toMatch(
      new RegExp(`\\nkept ${temporary}: a running process writes it; run initree finish again when it has ended\\n$`),
    );
    expect(existsSync(place.path(join('checked', temporary)))).toBe(true);
    rmSync(place.path(join('checked', temporary)));
    expect((await place.run('finish', 'checked')).code).toBe(0);
  });

  it('refuses what no process has begun', async () => {
    place.write('text.txt', '');
    for (const [name, reason] of [
      ['missing', 'there is no such folder; expected a folder that initree init writes with --shards'],
      ['text.txt', 'the path is a file; expected the path of a folder'],
      ['.', 'the folder has no plan; expected a folder that initree init writes with --shards'],
    ]) {
      const { code, stdout, stderr } = await place.run('finish', name);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(reason);
    }
  });
});

describe('--layout dcp', () => {
  it('writes slices, and plans them', async () => {
    const written = await place.run(...init('slices', '--layout', 'dcp', '--json'));
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(Object.keys(hashes('slices'))).toEqual(
      [1, 2, 3, 4].map((i) => `shard-0000${i}-model-00001-of-00001.safetensors`),
    );
    expect((await place.run('finish', 'slices')).stdout).toMatch(/^complete: slices \(4 files, [\d,]+ bytes\)/);
    const plan = ['plan', 'net.ts', '--policy', 'net.ts#policy', '--shards', '4', '--layout', 'dcp'];
    const [text, json] = await Promise.all([place.run(...plan), place.run(...plan, '--json')]);
    expect(text.stdout).toMatch(/\n {2}1\.weight +\[23, 16\] +0 to 22 +float32 +1,472\n/);
    expect(text.stdout).toMatch(/\nnot divided, and in shard-00001-model-00001-of-00001\.safetensors: 3\.weight\n/);
    expect(text.stdout).toMatch(
      /dcp\.load can: 2\.num_batches_tracked\n1 truncated normal with 1,440 elements may draw again;.*\n$/,
    );
    const { folder } = JSON.parse(json.stdout);
    expect(folder).toMatchObject({ format: 'dcp', shards: 4, index: null });
    const sizes = JSON.parse(written.stdout).folder.files.map(({ tensors }: { tensors: number }) => tensors);
    expect(folder.files.map(({ tensors }: { tensors: unknown[] }) => tensors.length)).toEqual(sizes);
  });

  it('writes slices that verify, identify and --from read', async () => {
    await place.run(...init('from', '--layout', 'dcp', '--quiet'));
    const verify = ['verify', 'net.ts', 'from', '--policy', 'net.ts#policy'];
    const equal = await place.run(...verify);
    expect(equal).toMatchObject({ code: 0, stderr: '' });
    expect(equal.stdout).toMatch(/^equal: from is net\.ts to the bit, all 11 tensors/);
    const found = await place.run('identify', 'from', 'net.ts', '--policy', 'net.ts#policy');
    expect(found).toMatchObject({ code: 0, stderr: '' });
    expect(found.stdout).toMatch(/^from: seed 7/);
    const start = [
      'init',
      'net.ts',
      '--policy',
      'net.ts#policy',
      '--seed',
      '0',
      '--from',
      'from',
      '--out',
      'start.safetensors',
    ];
    expect((await place.run(...start)).code).toBe(0);
    const same = await place.run(
      'verify',
      'net.ts',
      'start.safetensors',
      '--from',
      'from',
      '--policy',
      'net.ts#policy',
    );
    expect(same).toMatchObject({ code: 0, stderr: '' });

    const nameOf = (index: number) => `shard-0000${index}-model-00001-of-00001.safetensors`;
    rmSync(place.path(join('from', nameOf(2))));
    const gap = await place.run(...verify);
    expect(gap).toMatchObject({ code: 1, stderr: '' });
    expect(gap.stdout).toContain(
      `  ${nameOf(2)}: missing file, the plan of the folder names this file, and no process has finished it; run initree init again\n`,
    );
    expect(gap.stdout).toContain(
      `  ${nameOf(1)}: gap, the elements [13:26, 0:16] of the tensor '0.weight' are in no file; its slices are in`,
    );
    const json = JSON.parse((await place.run(...verify, '--json')).stdout);
    expect(json).toMatchObject({ equal: false });
    expect(json.problems).toContainEqual({
      file: nameOf(1),
      kind: 'gap',
      detail: expect.stringContaining('[13:26, 0:16]'),
    });
    for (const args of [
      ['identify', 'from'],
      [...start, '--force'],
    ]) {
      const refused = await place.run(...args);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`the files of the folder do not agree: ${nameOf(2)}: the plan of the folder`);
    }
    // A copy without the notes and the last file is whole, but its tensors are smaller.
    await place.run(...init('from', '--layout', 'dcp', '--quiet'));
    rmSync(place.path(join('from', '.initree')), { recursive: true });
    rmSync(place.path(join('from', nameOf(4))));
    const smaller = await place.run(...verify);
    expect(smaller.code).toBe(1);
    expect(smaller.stdout).toContain('  0.weight: shape, expected [50, 16], found [39, 16]\n');
  });
});

describe('a tensor that can only be drawn as a whole', () => {
  it('is refused above 4 GiB by init, and named by plan', async () => {
    place.write(
      'square.ts',
      `import { definePolicy, init, nn, parameter } from 'initree';
       export default () => new nn.Linear(15000, 15000);
       export const policy = definePolicy('square', [parameter('weight', init.orthogonal()), parameter('bias', init.zeros())]);`,
    );
    const args = ['square.ts', '--policy', 'square.ts#policy'];
    const [one, many, plan, json] = await Promise.all([
      place.run('init', ...args, '--out', 'square.safetensors'),
      place.run('init', ...args, '--out', 'square', '--shards', '2'),
      place.run('plan', ...args),
      place.run('plan', ...args, '--shards', '2', '--layout', 'dcp', '--json'),
    ]);
    const reason = 'orthogonal of shape [15000, 15000] is drawn as a whole, which takes 4,500,000,000 bytes';
    for (const { code, stdout, stderr } of [one, many]) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`error: Invalid shape at weight: ${reason}; expected at most 4,294,967,296 bytes`);
    }
    expect(plan.stdout).toContain(
      `\ntoo large to be drawn into a file: weight, ${reason}; initree init --out refuses more than 4,294,967,296 bytes\n`,
    );
    expect(JSON.parse(json.stdout)).toMatchObject({
      tooLarge: [{ path: 'weight', shape: [15000, 15000], law: 'orthogonal', bytes: 4.5e9 }],
    });
    expect(readdirSync(place.folder).filter((name) => name.startsWith('square'))).toEqual(['square.ts']);
  });
});

describe('wrong usage', () => {
  it.each<[string, string[], RegExp, Record<string, string>?]>([
    ['--rank without files to share', ['--rank', '0', '--world', '2'], /add --shards or --max-shard-size/],
    ['--world without files to share', ['--out', 'x/', '--world', '2'], /add --shards or --max-shard-size/],
    [
      '--layout without files',
      ['--layout', 'huggingface'],
      /--layout huggingface requires --shards or --max-shard-size/,
    ],
    ['--layout dcp without --shards', ['--layout', 'dcp'], /--layout dcp requires --shards\n/],
    ['--layout dcp by size', ['--out', 'x', '--layout', 'dcp', '--max-shard-size', '1KB'], /give --shards instead/],
    ['another layout', ['--out', 'x', '--shards', '2', '--layout', 'gguf'], /Allowed choices are huggingface, dcp/],
    [
      'a rank beyond',
      ['--out', 'x', '--shards', '2', '--rank', '2', '--world', '2'],
      /from 0 to 1 with --world 2, found 2/,
    ],
    ['an empty path', ['--out', '', '--shards', '2'], /--out: expected the path of a folder, found ''/],
    ['a negative rank', ['--out', 'x', '--shards', '2', '--rank', '-1', '--world', '2'], /at least 0/],
    ['a world of none', ['--out', 'x', '--shards', '2', '--world', '0'], /at least 1/],
    ['a world alone', ['--out', 'x', '--shards', '2', '--world', '2'], /requires the rank of this process/],
    [
      'the report of a part',
      ['--out', 'x', '--shards', '2', '--rank', '0', '--world', '2', '--report', 'x.json'],
      /leave out --report/,
    ],
    [
      'variables that say nothing',
      ['--out', 'x', '--shards', '2'],
      /variable RANK: expected a whole number/,
      { RANK: 'x', WORLD_SIZE: '2' },
    ],
    [
      'an index without a size',
      ['--out', 'x', '--shards', '2'],
      /Kubernetes does not tell .*; add --world/,
      { JOB_COMPLETION_INDEX: '0' },
    ],
  ])('%s is an error', async (_, args, says, env = {}) => {
    const before = readdirSync(place.folder);
    const ended = await place.runWith(env, 'init', 'net.ts', ...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(says);
    expect(readdirSync(place.folder)).toEqual(before);
  });
});
