import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { FolderOptions } from '../../src/checkpoint/planFiles.js';
import { parse } from '../../src/checkpoint/safetensors.js';
import { AbortError, FormatError } from '../../src/errors.js';
import { deferFills } from '../../src/init/Deferral.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { temporaryName } from '../../src/node/files/temporaryFile.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import { completeFolder, finishFolder, inspectFolder } from '../../src/node/shards/finishFolder.js';
import { runIntoShards, type ShardsResult, type ShardsTarget } from '../../src/node/shards/runIntoShards.js';
import { definePolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { prepareRun, RUN } from '../../src/policy/prepareRun.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import type { Generator } from '../../src/random/Generator.js';
import { ones, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { isFullRun } from '../isFullRun.js';

const root = mkdtempSync(join(tmpdir(), 'initree-shards-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = () => join(root, `folder${folders++}`);

/** A model with tensors of many sizes, ties, buffers of every kind, and parameters that no rule fills. */
class Network extends nn.Module {
  embed = new nn.Embedding(70, 24, { paddingIdx: 2 });
  linear = new nn.Linear(33, 211);
  norm = new nn.BatchNorm1d(7);
  lstm = new nn.LSTM(6, 20);
  square = new nn.Linear(24, 24);
  scale = new nn.Parameter(zeros([]));
  rest = new nn.Linear(5, 3);
  head = new nn.Linear(24, 70, { bias: false });

  constructor() {
    super();
    this.head.weight = this.embed.weight;
    this.registerBuffer('mask', ones([7], { dtype: 'int64' }));
    this.registerBuffer('drawn', init.uniform_(zeros([100]), 0, 1));
    this.registerBuffer('empty', zeros([0, 4]));
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}

const truncated = init.truncNormal({ std: 1, a: -2, b: 2 });
const POLICIES: Readonly<Record<string, Policy>> = {
  'simple laws': definePolicy('simple', [
    parameter('embed.weight', init.normal(0, 0.02)),
    parameter('linear.*', init.uniform(-1, 1)),
    parameter('lstm.*', init.normal(0, 1)),
    parameter('square.weight', init.orthogonal()),
    parameter('scale', init.constant(2)),
    parameter('norm.*', init.normal(1, 0.1)),
  ]),
  'truncated normals that draw again': definePolicy('truncated', [
    parameter('norm.weight', truncated),
    parameter('square.bias', init.normal(0, 1)),
    parameter('rest.bias', init.normal(0, 1)),
    parameter('**', truncated),
  ]),
  'composed laws in passes': sequence(
    definePolicy('first', [
      parameter('**.weight', init.blocks(1, init.normal(0, 2))),
      parameter('lstm.*', init.blocks(4, truncated)),
    ]),
    definePolicy('second', [
      parameter('embed.weight', init.zeroRow(2, init.keep)),
      parameter('linear.weight', init.overwriting(truncated, init.uniform(0, 1))),
      parameter('square.weight', init.sparse(0.1)),
      parameter('rest.*', init.keep),
    ]),
  ),
};

interface Options extends Partial<ShardsTarget> {
  readonly policy?: Policy;
  readonly rng?: 'torch' | 'counter';
  readonly seed?: number;
  readonly isDeferred?: boolean;
  /** Default: the default generator. */
  readonly generator?: Generator;
}

const SIX: FolderOptions = { layout: 'huggingface', shards: 6 };

/** Constructs the model anew, as another process would, and writes its share. */
function run(path: string, options: Options = {}): Promise<ShardsResult> {
  const {
    policy = POLICIES['simple laws'],
    rng = 'torch',
    seed = 3,
    isDeferred = true,
    generator,
    ...target
  } = options;
  manualSeed(seed);
  const model = isDeferred ? deferFills(() => new Network()) : new Network();
  const prepared = prepareRun('test', model, policy, {
    ...RUN.defaults,
    rng,
    generator,
    ...(rng === 'counter' ? { seed } : {}),
  });
  return runIntoShards(prepared, { ...SIX, path, metadata: {}, rank: 0, world: 1, force: false, ...target });
}

/** Runs every rank of a world, in an order that is not theirs. */
async function runAll(path: string, world: number, options: Options = {}): Promise<void> {
  for (let i = 0; i < world; i++) await run(path, { ...options, rank: (i * 5 + 2) % world, world });
}

/** The hash of each file of a folder, without what the processes note. */
function hashes(path: string): Record<string, string> {
  const names = readdirSync(path).filter((name) => name !== '.initree');
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(path, name)))
        .digest('hex'),
    ]),
  );
}

/** What `initializeWeights` gives. */
function expected({ policy = POLICIES['simple laws'], rng = 'torch', seed = 3 }: Options): Network {
  manualSeed(seed);
  const model = new Network();
  initializeWeights(model, policy, rng === 'counter' ? { rng, seed } : {});
  return model;
}

/** The tensors of the files of the DCP layout, put together from their slices. */
function assemble(path: string): Map<string, unknown[]> {
  const parts = new Map<string, [from: number, values: unknown[]][]>();
  for (const name of readdirSync(path).filter((name) => name.endsWith('.safetensors'))) {
    const { tensors, metadata } = parse(readFileSync(join(path, name)));
    const info = JSON.parse(metadata.get('DCP_SHARDING_INFO') ?? '') as Record<string, { saved_offsets: number[] }>;
    for (const [key, tensor] of tensors) {
      expect(info[key].saved_offsets).toHaveLength(tensor.shape.length);
      parts.set(key, [...(parts.get(key) ?? []), [info[key].saved_offsets[0] ?? 0, [...tensor.data]]]);
    }
  }
  return new Map([...parts].map(([key, own]) => [key, own.sort(([a], [b]) => a - b).flatMap(([, values]) => values)]));
}

describe('runIntoShards', () => {
  it.each(Object.keys(POLICIES).flatMap((name) => [[name, 'torch'] as const, [name, 'counter'] as const]))(
    'gives the same files for any number of processes: %s, %s',
    async (name, rng) => {
      const policy = POLICIES[name];
      const single = newFolder();
      await run(single, { policy, rng });
      const reference = newFolder();
      await saveFolder(expected({ policy, rng }), reference, { shards: 6, metadata: {} });
      expect(hashes(single)).toEqual(hashes(reference));
      for (const world of isFullRun ? [3, 7, 64] : [rng === 'torch' ? 3 : 7]) {
        const shared = newFolder();
        await runAll(shared, world, { policy, rng, isDeferred: world === 3 });
        expect(hashes(shared)).toEqual(hashes(single));
      }
      const { tensors } = await loadFile(single);
      expected({ policy, rng }).loadStateDict(tensors);
    },
  );

  it.each(Object.keys(POLICIES).flatMap((name) => [[name, 'torch'] as const, [name, 'counter'] as const]))(
    'writes slices of the same elements: %s, %s',
    async (name, rng) => {
      const policy = POLICIES[name];
      const state = new Map([...expected({ policy, rng }).stateDict()].map(([key, { data }]) => [key, [...data]]));
      const single = newFolder();
      await run(single, { policy, rng, layout: 'dcp', shards: 5 });
      expect(Object.keys(hashes(single))).toHaveLength(5);
      expect(new Map([...assemble(single)].sort())).toEqual(new Map([...state].sort()));
      const shared = newFolder();
      await runAll(shared, 3, { policy, rng, layout: 'dcp', shards: 5, isDeferred: false });
      expect(hashes(shared)).toEqual(hashes(single));
    },
  );

  it('draws slices and parts of large tensors', async () => {
    // More elements than a truncated normal that may draw again has in one piece.
    class Large extends nn.Module {
      first = new nn.Parameter(zeros([1111, 1003]));
      second = new nn.Parameter(zeros([700, 101]));

      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const policy = definePolicy('large', [
      parameter('first', init.overwriting(init.normal(), init.blocks(1, truncated))),
      parameter('second', init.normal()),
    ]);
    const build = (rank: number, world: number, path: string) => {
      manualSeed(8);
      const prepared = prepareRun(
        'test',
        deferFills(() => new Large()),
        policy,
        { ...RUN.defaults },
      );
      const target = { path, metadata: {}, rank, world, force: false, layout: 'dcp', shards: 7 } as const;
      return runIntoShards(prepared, target);
    };
    const single = newFolder();
    await build(0, 1, single);
    const shared = newFolder();
    for (const rank of [2, 0, 1]) await build(rank, 3, shared);
    expect(hashes(shared)).toEqual(hashes(single));
    manualSeed(8);
    const model = new Large();
    initializeWeights(model, policy);
    for (const [key, values] of assemble(single)) {
      expect(Float32Array.from(values as number[])).toEqual(model.stateDict().get(key)?.data);
    }
  });

  it('reports what initializeWeights reports, if it draws every file', async () => {
    for (const layout of ['huggingface', 'dcp'] as const) {
      for (const name of ['simple laws', 'truncated normals that draw again']) {
        const policy = POLICIES[name];
        manualSeed(3);
        const report = initializeWeights(new Network(), policy);
        const result = await run(newFolder(), { policy, layout });
        expect(result.report?.toJSON()).toEqual(report.toJSON());
        expect((await run(newFolder(), { policy, layout, world: 2 })).report).toBe(null);
      }
    }
  });

  it('is finished by running it again', async () => {
    const whole = newFolder();
    await run(whole);
    const path = newFolder();
    const first = await run(path, { rank: 1, world: 3 });
    expect(first.written).toHaveLength(2);
    expect(first.state).toMatchObject({ finished: first.written.map(({ file }) => file) });
    expect(first.state.problems.length).toBeGreaterThan(0);
    // A process that was killed after it named a file, before it noted that, and in the middle of another one.
    const [{ file }] = first.written;
    rmSync(join(path, '.initree', `${file}.json`));
    const other = first.state.files.find((name) => !first.state.finished.includes(name)) as string;
    writeFileSync(join(path, other), 'half of a file');
    const again = await run(path);
    expect(again.written).toHaveLength(5);
    expect(again.state.problems).toEqual([]);
    expect(hashes(path)).toEqual(hashes(whole));
    expect((await run(path, { rank: 2, world: 5 })).written).toEqual([]);
  });

  it('can run twice at the same moment', async () => {
    const whole = newFolder();
    await run(whole);
    const path = newFolder();
    // The generator is lent to one run at a time, so each has a generator of its own.
    const start = (rank: number, world: number) => {
      manualSeed(3);
      const model = deferFills(() => new Network());
      const generator = defaultGenerator.clone();
      const prepared = prepareRun('test', model, POLICIES['simple laws'], { ...RUN.defaults, generator });
      return runIntoShards(prepared, { ...SIX, path, metadata: {}, rank, world, force: false });
    };
    await Promise.all([start(0, 1), start(0, 1), start(0, 2), start(1, 2)]);
    expect(hashes(path)).toEqual(hashes(whole));
    expect((await inspectFolder(path, false)).problems).toEqual([]);
  });

  it('leaves the files that are finished when it is cancelled', async () => {
    const path = newFolder();
    const controller = new AbortController();
    const onFile = () => controller.abort();
    await expect(run(path, { signal: controller.signal, onFile })).rejects.toThrow(AbortError);
    expect((await inspectFolder(path, false)).finished).toHaveLength(1);
    expect(readdirSync(path).filter((name) => /^\.initree-/.test(name))).toEqual([]);
    expect((await run(path)).written).toHaveLength(5);
  });

  it('lists the files that are finished when it is cancelled, or when onProgress throws', async () => {
    const path = newFolder();
    const controller = new AbortController();
    const onFile = () => controller.abort(new Error('enough'));
    const cancelled = (await run(path, { signal: controller.signal, onFile }).catch((error) => error)) as AbortError;
    expect(cancelled.written).toEqual(['model-00001-of-00006.safetensors']);
    expect(cancelled.message).toBe(
      'Aborted: the run was cancelled; written until then: model-00001-of-00006.safetensors; finished files stay',
    );
    const onProgress = ({ bytesDone, bytesTotal }: FileProgress) => {
      if (bytesDone === bytesTotal) throw new RangeError('no more');
    };
    const thrown = (await run(path, { onProgress }).catch((error) => error)) as AbortError;
    expect(thrown).toBeInstanceOf(AbortError);
    expect(thrown.message).toMatch(
      /^Aborted: onProgress threw RangeError: no more; written until then: model-00002-of-00006\.safetensors, .*; finished files stay$/,
    );
    expect(thrown.cause).toBeInstanceOf(RangeError);
    expect((await inspectFolder(path, false)).finished).toEqual([...cancelled.written, ...thrown.written]);
    expect(await run(path, { signal: AbortSignal.abort() }).catch(({ message }) => message)).toBe(
      'Aborted: the run was cancelled; written until then: nothing',
    );
  });

  it('takes a folder over from a plan that no file follows, unless processes may be writing', async () => {
    const path = newFolder();
    const onProgress = () => {
      throw new Error('no space');
    };
    await expect(run(path, { seed: 4, onProgress })).rejects.toThrow('no space');
    const left = readFileSync(join(path, '.initree', 'plan.json'), 'utf8');
    const names = [
      temporaryName('model.safetensors'),
      temporaryName('model.safetensors').replace(/^(\.initree-\w+)-\w{8}/, '$1-00000000'),
    ];
    for (const name of names) {
      writeFileSync(join(path, name), '');
      await expect(run(path)).rejects.toThrow(
        /the folder is taken for another plan, no file of which is finished, and a temporary file of processes that run, or that ran on another machine: expected plan [0-9a-f]{12}, found plan [0-9a-f]{12}, which differs in source, start, tensors; choose another folder, or force its replacement/,
      );
      expect(readFileSync(join(path, '.initree', 'plan.json'), 'utf8')).toBe(left);
      rmSync(join(path, name));
    }
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(path, temporaryName('x').replace(`-${process.pid}-`, `-${pid}-`)), '');
    expect((await run(path)).state.problems).toEqual([]);
    await expect(run(path, { seed: 4 })).rejects.toThrow('the folder holds files of another plan');
  });

  it('refuses the folder of another plan, unless it is forced', async () => {
    const path = newFolder();
    await run(path, { world: 2 });
    const before = hashes(path);
    const refused = run(path, { seed: 4, rank: 1, world: 2 });
    await expect(refused).rejects.toThrow(FormatError);
    await expect(run(path, { seed: 4 })).rejects.toThrow(
      /the folder holds files of another plan: expected plan [0-9a-f]{12}, found plan [0-9a-f]{12}, which differs in source, start, tensors; choose another folder/,
    );
    await expect(run(path, { shards: 3 })).rejects.toThrow('which differs in files, layout');
    await expect(run(path, { metadata: { epoch: '1' } })).rejects.toThrow('which differs in metadata (epoch);');
    await expect(run(path, { rng: 'counter' })).rejects.toThrow('which differs in source, start, tensors');
    expect(hashes(path)).toEqual(before);
    const forced = await run(path, { seed: 4, force: true });
    expect(forced.state.problems).toEqual([]);
    expect(forced.written).toHaveLength(6);
    // Another process that is forced too leaves what follows the plan.
    expect((await run(path, { seed: 4, force: true })).written).toEqual([]);
  });

  it('refuses the folder of another checkpoint, unless it is forced', async () => {
    const path = newFolder();
    await saveFolder(new nn.Linear(5, 5), path, { shards: 2 });
    const before = hashes(path);
    await expect(run(path)).rejects.toThrow('a checkpoint is in the folder already');
    expect(hashes(path)).toEqual(before);
    expect((await run(path, { force: true })).state.problems).toEqual([]);
    // A checkpoint that replaces this one has no plan.
    await saveFolder(new nn.Linear(5, 5), path, { force: true });
    expect(existsSync(join(path, '.initree'))).toBe(false);
    await expect(inspectFolder(path, true)).rejects.toThrow('the folder has no plan');
  });
});

describe('inspectFolder', () => {
  it('lists a safetensors file of another program beside slices, and not beside whole tensors', async () => {
    const [slices, whole] = [newFolder(), newFolder()];
    await run(slices, { layout: 'dcp', shards: 2 });
    await run(whole);
    for (const path of [slices, whole]) await saveFile(new nn.Linear(2, 2), join(path, 'other.safetensors'));
    expect((await inspectFolder(slices, false)).problems).toEqual([
      'other.safetensors: the file is that of another program; move it away, because readers of slices open every .safetensors file',
    ]);
    expect(await inspectFolder(whole, false)).toMatchObject({ problems: [], foreign: ['other.safetensors'] });
    // A folder is no file, and an index belongs to no slices.
    mkdirSync(join(whole, 'model-00001-of-00009.safetensors'));
    expect((await inspectFolder(whole, false)).problems).toEqual([]);
    writeFileSync(join(slices, 'model.safetensors.index.json'), '{}');
    expect((await inspectFolder(slices, false)).problems[0]).toMatch(
      /^model\.safetensors\.index\.json: the file does not belong/,
    );
  });

  it('says what to do about a file without a manifest, of another plan, or that is a folder', async () => {
    const path = newFolder();
    const [first, second, third] = (await run(path)).state.files;
    const manifest = (file: string) => join(path, '.initree', `${file}.json`);
    rmSync(manifest(first));
    const other = { ...JSON.parse(readFileSync(manifest(second), 'utf8')), shardPlan: 'b'.repeat(64) };
    writeFileSync(manifest(second), JSON.stringify(other));
    rmSync(join(path, third));
    mkdirSync(join(path, third));
    expect((await inspectFolder(path, true)).problems.slice(0, 3)).toEqual([
      `${first}: the file is there, but no process has finished it; run initree init again`,
      expect.stringMatching(`^${second}: .*, found plan bbbbbbbbbbbb; run initree init again$`),
      `${third}: expected an ordinary file, found a folder; remove it and run initree init again`,
    ]);
    rmSync(join(path, third), { recursive: true });
    expect((await run(path)).state.problems).toEqual([]);
  });

  it('finds what is missing, damaged, or does not belong to the plan', async () => {
    const path = newFolder();
    const { files } = (await run(path)).state;
    expect(await inspectFolder(path, false)).toMatchObject({ files, finished: files, problems: [] });
    const [first, second, third, fourth] = files;
    const manifest = (file: string) => join(path, '.initree', `${file}.json`);
    const edit = (file: string, change: object) =>
      writeFileSync(manifest(file), JSON.stringify({ ...JSON.parse(readFileSync(manifest(file), 'utf8')), ...change }));
    const bytes = readFileSync(join(path, first));
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(join(path, first), bytes);
    edit(second, { shardPlan: 'b'.repeat(64) });
    rmSync(join(path, third));
    edit(fourth, { covered: [['lstm.weight_ih_l0', 0, 480]] });
    writeFileSync(join(path, 'model-00001-of-00009.safetensors'), '');
    const { problems } = await inspectFolder(path, false);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^${first}: the bytes are damaged: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}`),
        expect.stringMatching(
          `^${second}: the file follows another plan: expected plan [0-9a-f]{12}, found plan bbbbbbbbbbbb`,
        ),
        `${third}: the file is missing, although its manifest is there; run initree init again`,
        expect.stringMatching('^model-00001-of-00009.safetensors: the file does not belong to the plan'),
        expect.stringMatching(/^embed\.weight: elements 0 to 1679 are in no file/),
      ]),
    );
    expect(problems.some((problem) => /is in|are in model/.test(problem))).toBe(true);
    expect((await inspectFolder(path, true)).problems.some((problem) => problem.startsWith(first))).toBe(false);
    writeFileSync(manifest(first), '{');
    await expect(inspectFolder(path, true)).rejects.toThrow(FormatError);
    edit(second, { shardPlan: 'b' });
    rmSync(manifest(first));
    await expect(inspectFolder(path, true)).rejects.toThrow(
      `Invalid file at ${manifest(second)}: expected shardPlan to be 64 hexadecimal digits, found 'b'; remove it and run initree init again`,
    );
  });

  it.each<[string, object]>([
    ['no texts in the index', { index: [5] }],
    ['the name of no checkpoint file', { files: [{ file: '../a.safetensors', bytes: 3, covered: [] }] }],
    ['a name that no file can have', { files: [{ file: 'a\0b', bytes: 3, covered: [] }] }],
    ['a file without a size', { files: [{ file: 'model.safetensors', covered: [] }] }],
    ['no ranges', { files: [{ file: 'model.safetensors', bytes: 3, covered: [5] }] }],
    ['no shape', { tensors: [{ name: 'a', dtype: 'float32', shape: ['x'] }] }],
  ])('refuses a plan with %s, and writes nothing', async (_, change) => {
    const path = newFolder();
    mkdirSync(join(path, '.initree'), { recursive: true });
    const plan = { tensors: [], files: [], index: null, ...change };
    writeFileSync(join(path, '.initree', 'plan.json'), JSON.stringify(plan));
    await expect(finishFolder(path)).rejects.toThrow(
      `Invalid file at ${join(path, '.initree', 'plan.json')}: the plan of the folder is damaged; remove it and run initree init again`,
    );
    expect(readdirSync(path)).toEqual(['.initree']);
  });

  describe.each<[string, (plan: string, text: string) => void]>([
    ['empty', (plan) => writeFileSync(plan, '')],
    ['cut', (plan, text) => writeFileSync(plan, text.slice(0, 100))],
    ['another JSON', (plan) => writeFileSync(plan, '{"files":[]}')],
    ['a folder', (plan) => mkdirSync(plan)],
    ['a link that leads to itself', (plan) => symlinkSync('plan.json', plan)],
  ])('a plan that is %s', (_, damage) => {
    const damagedFolder = async () => {
      const path = newFolder();
      await run(path);
      const plan = join(path, '.initree', 'plan.json');
      const text = readFileSync(plan, 'utf8');
      rmSync(plan);
      damage(plan, text);
      return { path, plan, text };
    };

    it('is named by finishFolder, and its advice works', async () => {
      const { path, plan } = await damagedFolder();
      await expect(finishFolder(path)).rejects.toThrow('; remove it and run initree init again');
      await expect(finishFolder(path)).rejects.toThrow(plan);
      rmSync(plan, { recursive: true });
      expect((await run(path)).written).toEqual([]);
      expect((await finishFolder(path)).problems).toEqual([]);
    });

    it('is written again by a run that the files follow, and stops another one unless it is forced', async () => {
      const { path, plan, text } = await damagedFolder();
      await expect(run(path, { seed: 9 })).rejects.toThrow('a checkpoint is in the folder already');
      expect((await run(path)).written).toEqual([]);
      expect(readFileSync(plan, 'utf8')).toBe(text);
      const other = await damagedFolder();
      expect((await run(other.path, { seed: 9, force: true })).state.problems).toEqual([]);
    });
  });

  it('writes a plan again that was changed into another sound one', async () => {
    const path = newFolder();
    await run(path);
    const plan = join(path, '.initree', 'plan.json');
    const text = readFileSync(plan, 'utf8');
    const changed = text.replace(/\d{3,}/, (digits) => String(Number(digits) + 1));
    expect(changed).not.toBe(text);
    writeFileSync(plan, changed);
    expect((await run(path)).written).toEqual([]);
    expect(readFileSync(plan, 'utf8')).toBe(text);
    expect((await finishFolder(path)).problems).toEqual([]);
  });

  it.each<[string, (notes: string) => void, string]>([
    ['a file', (notes) => writeFileSync(notes, 'x'), 'the path is a file; expected the path of a folder'],
    [
      'a link that leads to nothing',
      (notes) => symlinkSync('gone', notes),
      'the path is a symbolic link that leads to nothing',
    ],
  ])('names %s in the place of the notes, which a forced run removes', async (_, put, message) => {
    const path = newFolder();
    mkdirSync(path);
    const notes = join(path, '.initree');
    put(notes);
    await expect(run(path)).rejects.toThrow(`Invalid file at ${notes}: ${message}`);
    expect((await run(path, { force: true })).state.problems).toEqual([]);
  });

  it('completes a folder whose index was lost', async () => {
    const path = newFolder();
    await run(path);
    const before = hashes(path);
    rmSync(join(path, 'model.safetensors.index.json'));
    await completeFolder(path);
    expect(hashes(path)).toEqual(before);
  });

  it('removes what killed processes of any host left, and needs no lock of theirs', async () => {
    const path = newFolder();
    await run(path);
    const before = hashes(path);
    const foreign = temporaryName('model.safetensors').replace(/^(\.initree-\w+)-\w{8}/, '$1-00000000');
    const left = [path, join(path, '.initree')].map((folder) => join(folder, foreign));
    for (const file of left) writeFileSync(file, '');
    const lock = join(path, '.initree-lock');
    symlinkSync(foreign, lock);
    expect((await run(path)).state.problems).toEqual([]);
    expect((await finishFolder(path)).problems).toEqual([]);
    expect(left.filter(existsSync)).toEqual([]);
    rmSync(lock);
    // The process that holds this lock has ended.
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    symlinkSync(temporaryName('.initree-lock').replace(`-${process.pid}-`, `-${pid}-`), lock);
    await run(path);
    expect(readdirSync(path)).not.toContain('.initree-lock');
    expect(hashes(path)).toEqual(before);
  });

  it('keeps the temporary files of running processes of this host, and says so', async () => {
    const path = newFolder();
    await run(path);
    const own = [temporaryName('a'), join('.initree', temporaryName('b'))];
    for (const name of own) writeFileSync(join(path, name), '');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const dead = temporaryName('c').replace(`-${process.pid}-`, `-${pid}-`);
    writeFileSync(join(path, dead), '');
    expect(await finishFolder(path)).toMatchObject({ problems: [], inUse: own });
    expect(own.every((name) => existsSync(join(path, name)))).toBe(true);
    expect(existsSync(join(path, dead))).toBe(false);
  });

  it('leaves an index that is right as it is, and replaces another one', async () => {
    const path = newFolder();
    await run(path);
    const before = hashes(path);
    const index = join(path, 'model.safetensors.index.json');
    const { ino, mtimeNs } = statSync(index, { bigint: true });
    expect((await finishFolder(path)).problems).toEqual([]);
    expect(statSync(index, { bigint: true })).toMatchObject({ ino, mtimeNs });
    writeFileSync(index, readFileSync(index, 'utf8').replace('total_size', 'total_sizf'));
    expect((await finishFolder(path)).problems).toEqual([]);
    expect(hashes(path)).toEqual(before);
  });
});
