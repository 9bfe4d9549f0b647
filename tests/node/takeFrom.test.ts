import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from '../../src/checkpoint/safetensors.js';
import { AbortError, ArgumentError, PolicyError, StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { openFile } from '../../src/node/reading/openFile.js';
import { SafetensorsFile } from '../../src/node/reading/SafetensorsFile.js';
import { initializeFromFile, type StartFromFileOptions } from '../../src/node/runs/initializeFromFile.js';
import { initializeToFile } from '../../src/node/runs/initializeToFile.js';
import { finishFolder } from '../../src/node/shards/finishFolder.js';
import { type InitializeToFolderOptions, initializeToFolder } from '../../src/node/shards/initializeToFolder.js';
import type { DType } from '../../src/numerics/DType.js';
import { definePolicy, sequence } from '../../src/policy/definePolicy.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { ones, zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { isFullRun } from '../isFullRun.js';

const root = mkdtempSync(join(tmpdir(), 'initree-take-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const newPath = () => join(root, `path${count++}`);

/** A model with ties, buffers, a scalar, parts of one array, and tensors of more than one piece. */
class Network extends nn.Module {
  embed: nn.Embedding;
  body: nn.Linear;
  norm = new nn.BatchNorm1d(300);
  head: nn.Linear;
  packed: nn.Linear;
  scale = new nn.Parameter(zeros([]));
  rest = new nn.Linear(5, 3);

  constructor(classes = 70, dtype: 'float32' | 'bfloat16' | 'float64' = 'float32') {
    super();
    this.embed = new nn.Embedding(300, 24, { dtype });
    this.body = new nn.Linear(301, 307, { dtype });
    this.head = new nn.Linear(24, classes, { dtype });
    this.packed = new nn.Linear(12, 12, { dtype });
    this.register('tied', this.embed.weight);
    this.registerBuffer('mask', ones([7], { dtype: 'int64' }));
    this.registerBuffer('flags', ones([3], { dtype: 'bool' }));
    this.registerBuffer('drawn', init.uniform_(zeros([100]), 0, 1));
    this.registerBuffer('empty', zeros([0, 4]));
  }

  private register(name: string, weight: nn.Parameter): void {
    this.registerParameter(name, weight);
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}

const truncated = init.truncNormal({ std: 1, a: -1, b: 1 });
const policy = sequence(
  definePolicy('first', [rule(nn.Linear, { weight: truncated, bias: init.normal() })]),
  definePolicy('second', [parameter('packed.weight', init.orthogonal()), parameter('scale', init.constant(3))]),
);

const build = (classes = 70, dtype: 'float32' | 'bfloat16' = 'float32') => {
  manualSeed(4);
  return nn.deferInit(() => new Network(classes, dtype));
};
const filesOf = (path: string) =>
  readdirSync(path)
    .filter((name) => name !== '.initree')
    .sort()
    .map((name) => [name, readFileSync(join(path, name), 'latin1')]);

/** Checkpoints by what they are tests of. */
const files = new Map<string, string>();

beforeAll(async () => {
  manualSeed(9);
  const full = new Map(new Network().stateDict());
  for (const [key, tensor] of full) {
    if (tensor.dtype === 'float32' && key !== 'tied' && key !== 'embed.weight') init.normal_(tensor, 1, 2);
  }
  const save = async (name: string, state: Iterable<readonly [string, Tensor]>) => {
    const path = join(root, `${name}.safetensors`);
    await saveFile(state, path);
    files.set(name, path);
  };
  await save('full', full);
  await save(
    'body',
    [...full].filter(([key]) => !/^(head|packed|scale|tied)/.test(key)),
  );
  await save(
    'wrapped',
    Array.from(full, ([key, tensor]) => [`module.${key}`, tensor] as const),
  );
  await save('double', new Map(new Network(70, 'float64').stateDict()));
  await save('empty-handed', [
    ['scale', ones([1])],
    ['unknown', zeros([2])],
  ]);
  const folder = join(root, 'folder');
  await saveFolder(full, folder, { shards: 3 });
  files.set('folder', folder);
  const slices = join(root, 'slices');
  manualSeed(9);
  await initializeToFolder(new Network(), policy, slices, { shards: 3, layout: 'dcp' });
  files.set('slices', slices);
});

type Options = Omit<StartFromFileOptions, 'onProgress' | 'signal' | 'generator'>;

const CASES: readonly [string, string, Options, (() => Network)?][] = [
  ['everything', 'full', {}],
  ['what is there, and draws the rest', 'body', {}],
  ['the keys of a prefix', 'wrapped', { prefix: 'module' }],
  ['renamed keys', 'wrapped', { rename: (key) => (key.includes('norm') ? null : key.slice('module.'.length)) }],
  ['what has the same shape', 'full', { ignoreMismatched: true }, () => build(9)],
  ['what the rules do not claim', 'full', { onlyMissing: false }],
  ['converted elements', 'double', {}],
  ['elements converted to bfloat16', 'full', {}, () => build(70, 'bfloat16')],
  ['a scalar', 'empty-handed', {}],
  ['the files of a folder', 'folder', {}],
  ['slices of torch.distributed.checkpoint', 'slices', {}],
  ['elements in counter mode', 'body', { rng: 'counter', seed: 5 }],
];

/** The checkpoints from which ordinary runs also write folders; the full run does so from all. */
const IN_FOLDERS = new Set(['body', 'wrapped', 'folder']);

describe('a run into files from a checkpoint', () => {
  it.each(CASES)(
    'takes %s, with the bytes and the report of initializeFromFile',
    async (_, name, options, make = build) => {
      const from = files.get(name) as string;
      const [reference, path] = [newPath(), newPath()];
      const generator = new Generator(3);
      const model = make();
      const report = await initializeFromFile(model, policy, from, { ...options, generator });
      const metadata = { ...report.metadata(), epoch: '1' };
      await saveFile(model, reference, { metadata });
      const [own, deferred] = [new Generator(3), make()];
      const result = await initializeToFile(deferred, policy, path, {
        ...options,
        from,
        generator: own,
        metadata: { epoch: '1' },
      });
      expect(readFileSync(path).equals(readFileSync(reference))).toBe(true);
      expect(result).toEqual(report);
      expect(own.getState()).toEqual(generator.getState());
      expect(isDeferred(deferred.body.weight)).toBe(true);

      if (!isFullRun && !IN_FOLDERS.has(name)) return;
      const [saved, single, shared, slices] = [newPath(), newPath(), newPath(), newPath()];
      await saveFolder(model, saved, { shards: 4, metadata });
      const write = (folder: string, more: InitializeToFolderOptions) => {
        const all = { ...options, from, metadata: { epoch: '1' }, generator: new Generator(3) };
        return initializeToFolder(make(), policy, folder, { ...all, ...more });
      };
      const alone = await write(single, { shards: 4 });
      expect(filesOf(single)).toEqual(filesOf(saved));
      expect(alone.report?.toJSON()).toEqual(report.toJSON());
      for (const rank of [2, 0, 1]) await write(shared, { shards: 4, rank, world: 3 });
      expect(filesOf(shared)).toEqual(filesOf(saved));
      expect(await finishFolder(shared)).toMatchObject({ problems: [] });
      for (const rank of [1, 0]) await write(slices, { shards: 5, layout: 'dcp', rank, world: 2 });
      expect(assemble(slices)).toEqual(
        new Map(Array.from(model.stateDict(), ([key, { data }]): [string, unknown[]] => [key, [...data]]).sort()),
      );
    },
  );

  it('reads what each file has, in pieces, and nothing else', async () => {
    const read = jest.spyOn(SafetensorsFile.prototype, 'readInto');
    const whole = [jest.spyOn(SafetensorsFile.prototype, 'read'), jest.spyOn(SafetensorsFile.prototype, 'readSync')];
    try {
      const from = files.get('full') as string;
      const options = { from, shards: 2, layout: 'dcp', rank: 0, world: 2 } as const;
      await initializeToFolder(build(), policy, newPath(), options);
      const counts = read.mock.calls.map(([, , { length }]) => length);
      expect(Math.max(...counts)).toBeLessThanOrEqual(2 ** 16);
      const ofBody = read.mock.calls.filter(([name]) => name === 'body.weight');
      expect(ofBody.reduce((sum, [, , { length }]) => sum + length, 0)).toBe(154 * 301);
      for (const other of whole) expect(other).not.toHaveBeenCalled();
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('leaves an open file open', async () => {
    const from = await openFile(files.get('body') as string);
    await initializeToFile(build(), policy, newPath(), { from });
    await initializeToFolder(build(), policy, newPath(), { from, shards: 2 });
    expect((await from.read('body.bias')).shape).toEqual([307]);
    await from.close();
    const closed = newPath();
    await expect(initializeToFile(build(), policy, closed, { from })).rejects.toThrow(StateError);
    expect(() => readFileSync(closed)).toThrow();
  });

  it('refuses to replace the files of the checkpoint that it starts from', async () => {
    const from = files.get('folder') as string;
    const before = filesOf(from);
    const call = initializeToFolder(build(), policy, `${from}/.`, { from, shards: 2, force: true });
    await expect(call).rejects.toThrow(
      'the run starts from model-00001-of-00003.safetensors in this folder, and other processes could no longer read it; choose another folder',
    );
    expect(filesOf(from)).toEqual(before);
    expect(readdirSync(from)).not.toContain('.initree');
  });

  it('takes what a law leaves of a parameter', async () => {
    const from = files.get('full') as string;
    const rows = definePolicy('rows', [parameter('embed.weight', init.zeroRow(2, init.keep))]);
    const [model, path] = [build(), newPath()];
    const report = await initializeFromFile(model, rows, from, { onlyMissing: false });
    const base = await openFile(from);
    const given = (await base.read('embed.weight')).data as Float32Array;
    await base.close();
    expect(model.embed.weight.data).toEqual(given.map((value, i) => (Math.floor(i / 24) === 2 ? 0 : value)));
    expect(report.checkpoint?.loaded).toContain('embed.weight');
    await initializeToFile(build(), rows, path, { from, onlyMissing: false });
    const reference = newPath();
    await saveFile(model, reference, { metadata: report.metadata() });
    expect(readFileSync(path).equals(readFileSync(reference))).toBe(true);
  });

  it('refuses the folder of a run from another checkpoint', async () => {
    const path = newPath();
    const write = (name: string) => {
      const generator = new Generator(1);
      return initializeToFolder(build(), policy, path, { from: files.get(name) as string, shards: 2, generator });
    };
    await write('full');
    const other = join(root, 'other');
    mkdirSync(other, { recursive: true });
    manualSeed(1);
    await saveFile(new Map(new Network().stateDict()), join(other, 'full.safetensors'));
    files.set('other', join(other, 'full.safetensors'));
    await expect(write('other')).rejects.toThrow(
      /the folder holds files of another plan: .*, which differs in from; choose/,
    );
    await expect(write('body')).rejects.toThrow(/which differs in from, metadata \(initree\.from\), tensors;/);
  });

  it.each<[string, object, typeof ArgumentError | typeof PolicyError | typeof StateError, string]>([
    [
      'a prefix without a checkpoint',
      { prefix: 'module' },
      ArgumentError,
      'prefix says what to take from a checkpoint',
    ],
    ['ignoreMismatched without one', { ignoreMismatched: true }, ArgumentError, 'ignoreMismatched says what to take'],
    ['rename without one', { rename: () => null }, ArgumentError, 'expected from with it, a path or an open file'],
    ['no path', { from: 3 }, ArgumentError, 'from: expected the path of a file or folder, or an open file, found 3'],
    ['no file', { from: 'gone.safetensors' }, Error as never, 'there is no such file'],
    ['no boolean', { onlyMissing: 1 }, PolicyError, 'onlyMissing: expected true or false, found 1'],
    [
      'another boolean',
      { from: 'full', ignoreMismatched: 'yes' },
      PolicyError,
      'ignoreMismatched: expected true or false',
    ],
    ['another shape', { from: 'full' }, StateError, 'size mismatch for head.weight'],
  ])('refuses %s before anything is created', async (_, { from, ...options }: { from?: string }, Kind, message) => {
    const path = newPath();
    const all = { ...options, ...(from === undefined ? {} : { from: files.get(from) ?? from }) };
    for (const write of [initializeToFile, initializeToFolder]) {
      const call = write(build(9), policy, path, all as object);
      await expect(call).rejects.toThrow(message);
      await expect(write(build(9), policy, path, all as object)).rejects.toThrow(Kind);
    }
    expect(readdirSync(root)).not.toContain(path.slice(root.length + 1));
  });

  it('leaves nothing when it is cancelled while it copies', async () => {
    const path = newPath();
    const generator = new Generator(1);
    const onProgress = ({ path: key }: { path: string }) => {
      if (key === 'body.weight') throw new Error('enough');
    };
    const call = initializeToFile(build(), policy, path, { from: files.get('full') as string, generator, onProgress });
    const error = (await call.catch((error) => error)) as AbortError;
    expect(error).toBeInstanceOf(AbortError);
    expect(error.message).toBe('Aborted: onProgress threw Error: enough; written until then: nothing');
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(generator.getState()).toEqual(new Generator(1).getState());
  });
});

/** The tensors of the DCP layout, put together from their slices. */
function assemble(path: string): Map<string, unknown[]> {
  const parts = new Map<string, [from: number, values: unknown[]][]>();
  for (const [, text] of filesOf(path)) {
    const { tensors, metadata } = parse(Buffer.from(text, 'latin1'));
    const info = JSON.parse(metadata.get('DCP_SHARDING_INFO') ?? '') as Record<string, { saved_offsets: number[] }>;
    for (const [key, tensor] of tensors as ReadonlyMap<string, Tensor<DType>>) {
      parts.set(key, [...(parts.get(key) ?? []), [info[key].saved_offsets[0] ?? 0, [...tensor.data]]]);
    }
  }
  return new Map(
    Array.from(parts, ([key, own]): [string, unknown[]] => [
      key,
      own.sort(([a], [b]) => a - b).flatMap(([, values]) => values),
    ]).sort(),
  );
}
