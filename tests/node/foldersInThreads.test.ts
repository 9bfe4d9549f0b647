import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { AbortError, ArgumentError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import type { InitializeToFolderOptions } from '../../src/node/shards/initializeToFolder.js';
import { WorkerPool } from '../../src/node/threads/WorkerPool.js';
import { withPool } from '../../src/node/threads/withPool.js';
import type { withThreads } from '../../src/node/threads/withThreads.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { isFullRun } from '../isFullRun.js';
import { bundleFillWorker } from './bundledWorker.js';
import { Everything, LAWS } from './everything.js';

const start = bundleFillWorker();
let pools = 0;

/** A pool in which a millisecond of work justifies a thread, so that every thread gets some work. */
const inSmallPool: typeof withThreads = (workers, _context, signal, aborted, body) => {
  pools++;
  const pool = new WorkerPool(workers, start, 1e6);
  return withPool(pool, signal, aborted, () => body(pool, () => pool.check()));
};

const real = await import('../../src/node/threads/withThreads.js');
jest.unstable_mockModule('../../src/node/threads/withThreads.js', () => ({
  withThreads: ((workers, ...others) =>
    (workers === 1 ? real.withThreads : inSmallPool)(workers, ...others)) as typeof withThreads,
}));
const { initializeToFolder } = await import('../../src/node/shards/initializeToFolder.js');

const root = mkdtempSync(join(tmpdir(), 'initree-folders-in-threads-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, `folder${folders++}`);

/** The bytes of each file of a folder, and what its manifest says. */
const filesOf = (path: string) =>
  [path, join(path, '.initree')].map((folder) =>
    readdirSync(folder)
      .filter((name) => /\.safetensors/.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );

/** Expects of several threads the files, the report and the generator of one. */
async function expectEqual(
  build: () => nn.Module,
  policy: Policy,
  { sizes = [2, 3], open = () => ({}), ...options }: Options,
): Promise<void> {
  const run = async (workers: number) => {
    manualSeed(4);
    const own: InitializeToFolderOptions = { ...options, ...open(), strict: false, workers };
    const path = newFolder();
    const model = build();
    const tensors = [...model.parameters(), ...model.buffers()];
    const before = tensors.map(isDeferred);
    const { report, written } = await initializeToFolder(model, policy, path, own);
    expect(tensors.map(isDeferred)).toEqual(before);
    const files = filesOf(path);
    rmSync(path, { recursive: true });
    const generator = (own.generator ?? defaultGenerator).getState();
    return { files, report: JSON.stringify(report), written, generator };
  };
  const expected = await run(1);
  expect(expected.written.length).toBeGreaterThan(1);
  for (const size of sizes) {
    const found = await run(size);
    expect(found.files.map((own) => own.map(([name]) => name))).toEqual(
      expected.files.map((own) => own.map(([name]) => name)),
    );
    for (const key of ['files', 'report', 'written', 'generator'] as const) {
      expect([size, key, JSON.stringify(found[key]) === JSON.stringify(expected[key])]).toEqual([size, key, true]);
    }
  }
}

interface Options extends InitializeToFolderOptions {
  readonly sizes?: readonly number[];
  readonly open?: () => InitializeToFolderOptions;
}

const LAYOUTS: readonly InitializeToFolderOptions[] = [{ shards: 4 }, { layout: 'dcp', shards: 5 }];

/** Slices need all that whole tensors need, so the ordinary run has whole tensors for two policies only. */
const isShort = ({ layout }: InitializeToFolderOptions) => layout === undefined && !isFullRun;
const SHORT = ['uniform and normal laws', 'composed laws'];

describe.each(LAYOUTS)('initializeToFolder with $layout in threads writes the files of one thread', (layout) => {
  it.each(isShort(layout) ? SHORT : Object.keys(LAWS))('with %s', async (name) => {
    const rows = name.startsWith('truncated') ? 1100 : 100;
    const build = () => nn.deferInit(() => new Everything('float32', rows));
    await expectEqual(build, LAWS[name], { ...layout, sizes: [2] });
    await expectEqual(build, LAWS[name], { ...layout, sizes: [3], rng: 'counter', seed: 3 });
  });

  it('with what the model holds', async () => {
    await expectEqual(() => new Everything('bfloat16'), LAWS['laws that leave elements'], { ...layout, sizes: [2] });
  });

  (isShort(layout) ? it.skip : it)(
    'with fills that threads share, and slices that end within their pieces',
    async () => {
      class Large extends nn.Module {
        again = new nn.Parameter(init.truncNormal_(zeros([3301, 401]), 0, 1, -2, 2));
        rows = new nn.Parameter(zeros([1103, 1001]));
        blocks = new nn.Parameter(zeros([4096, 300]));
        odd = new nn.Parameter(zeros([999, 300]));
        kept = new nn.Parameter(init.normal_(zeros([1501, 1001])));
        last = new nn.Parameter(zeros([7]));

        override forward(): void {}
      }
      const policy = definePolicy('large', [
        parameter('rows', init.zeroRow(1100, init.truncNormal({ std: 1, a: -2, b: 2 }))),
        parameter('blocks', init.overwriting(init.normal(), init.blocks(2, init.normal()))),
        parameter('odd', init.blocks(3, init.normal())),
        parameter('last', init.truncNormal({ std: 1, a: -1, b: 1 })),
      ]);
      const build = () => nn.deferInit(() => new Large());
      const open = () => ({ generator: new Generator(2, { reference: isFullRun ? 'torch-scalar' : 'torch-x86' }) });
      await expectEqual(build, policy, { ...layout, sizes: isFullRun ? [1, 2, 3] : [2], open });
      await expectEqual(build, policy, { ...layout, sizes: [3], rng: 'counter', seed: 2 });
    },
  );

  it('by several processes, and where another run has finished some files', async () => {
    const build = () => nn.deferInit(() => new Everything('float32', 1100));
    const run = (path: string, options: InitializeToFolderOptions) => {
      manualSeed(4);
      return initializeToFolder(build(), LAWS['truncated normals that draw again'], path, {
        ...layout,
        ...options,
        strict: false,
      });
    };
    const [one, shared] = [newFolder(), newFolder()];
    await run(one, {});
    const after = defaultGenerator.getState();
    for (const rank of [2, 0]) {
      const { report } = await run(shared, { rank, world: 3, workers: 2 });
      expect(report).toBe(null);
      expect(defaultGenerator.getState()).toEqual(after);
    }
    const { written, report, problems } = await run(shared, { workers: 3 });
    expect([written.length > 0, report, problems]).toEqual([true, null, []]);
    expect(filesOf(shared)).toEqual(filesOf(one));
  });
});

describe('a run of threads into a folder', () => {
  const policy = definePolicy('p', [parameter('*', init.normal(0, 0.02))]);
  const build = () =>
    nn.deferInit(() => new nn.Sequential(...Array.from({ length: 4 }, () => new nn.Linear(900, 900))));
  const all = definePolicy('p', [parameter('**', init.normal(0, 0.02))]);

  it('starts its threads once, and counts the bytes of all', async () => {
    const seen: FileProgress[] = [];
    pools = 0;
    const generator = new Generator(1);
    await initializeToFolder(build(), all, newFolder(), {
      shards: 4,
      workers: 3,
      generator,
      onProgress: (progress) => void seen.push(progress),
    });
    expect(pools).toBe(1);
    const done = seen.map(({ bytesDone }) => bytesDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    const total = 4 * 4 * (900 * 900 + 900);
    expect(seen.at(-1)).toMatchObject({ bytesDone: total, bytesTotal: total });
    expect(new Set(seen.map(({ path }) => path)).size).toBe(8);
  });

  it.each([1, 2])(
    'of which there are %s leaves finished files and nothing else when it is cancelled',
    async (workers) => {
      const path = newFolder();
      const controller = new AbortController();
      const generator = new Generator(3);
      const options = { shards: 4, workers, generator, signal: controller.signal };
      // The third file is being drawn, and the second one may be on its way.
      const onProgress = ({ bytesDone, bytesTotal }: FileProgress) => {
        if (bytesDone > 0.6 * bytesTotal) controller.abort(new Error('enough'));
      };
      const error = await initializeToFolder(build(), all, path, { ...options, onProgress }).catch((error) => error);
      expect(error).toBeInstanceOf(AbortError);
      expect(error.cause).toEqual(new Error('enough'));
      expect(error.written.length).toBeGreaterThan(0);
      expect(readdirSync(path).filter((name) => name !== '.initree')).toEqual(error.written);
      expect(generator.getState()).toEqual(new Generator(3).getState());
      const again = await initializeToFolder(build(), all, path, { shards: 4, workers, generator });
      expect(again.problems).toEqual([]);
      expect(again.written.length).toBe(4 - error.written.length);
    },
  );

  it('passes on what a callback throws, and lists the finished files', async () => {
    const path = newFolder();
    const onProgress = ({ bytesDone, bytesTotal }: FileProgress) => {
      if (bytesDone === bytesTotal) throw new RangeError('no more');
    };
    const options = { shards: 4, workers: 2, onProgress, generator: new Generator(3) };
    const error = await initializeToFolder(build(), all, path, options).catch((error) => error);
    expect(error).toBeInstanceOf(AbortError);
    expect(error.message).toMatch(/onProgress threw RangeError: no more; written until then: model-00001-of-00004/);
    expect(readdirSync(path).filter((name) => name !== '.initree')).toEqual(error.written);
  });

  it.each([0, 257, 1.5])('refuses %s threads before anything is created', async (workers) => {
    const path = newFolder();
    const call = initializeToFolder(build(), policy, path, { workers });
    await expect(call).rejects.toThrow(ArgumentError);
    expect(readdirSync(root)).not.toContain(path.slice(root.length + 1));
  });
});
