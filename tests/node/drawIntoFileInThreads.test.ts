import { EventEmitter } from 'node:events';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from '@jest/globals';
import { layOutFolder } from '../../src/checkpoint/layOutFolder.js';
import { layOutTensors } from '../../src/checkpoint/layOutTensors.js';
import { FormatError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { SafetensorsWriter } from '../../src/node/files/SafetensorsWriter.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { drawIntoFileInThreads } from '../../src/node/runs/drawIntoFileInThreads.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import { FolderWriter } from '../../src/node/runs/FolderWriter.js';
import { initializeToFile } from '../../src/node/runs/initializeToFile.js';
import type { FilesWriter } from '../../src/node/runs/runIntoFiles.js';
import type { FillTask } from '../../src/node/threads/FillTask.js';
import { WorkerPool } from '../../src/node/threads/WorkerPool.js';
import { withPool } from '../../src/node/threads/withPool.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { runExclusively } from '../../src/policy/claimRun.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { type ExplainOptions, prepareRun, RUN } from '../../src/policy/prepareRun.js';
import { metadataOf, type Report } from '../../src/policy/Report.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import type { ReferenceName } from '../../src/random/references/table.js';
import { readArguments } from '../../src/readArguments.js';
import { zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { isFullRun } from '../isFullRun.js';
import { bundleFillWorker } from './bundledWorker.js';
import { Everything, LAWS } from './everything.js';

const start = bundleFillWorker();
const folder = mkdtempSync(join(tmpdir(), 'initree-in-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.safetensors`);

type Open = (path: string, model: nn.Module, metadata: Record<string, string>) => FilesWriter;

const openFileOf: Open = (path, model, metadata) => new SafetensorsWriter(path, layOutTensors(model, metadata));

/** As `initializeToFile`, in a pool in which a millisecond of work justifies a thread. */
async function runInThreads(
  model: nn.Module,
  policy: Policy,
  path: string,
  options: ExplainOptions,
  workers: number,
  {
    starting = start,
    onProgress,
    open = openFileOf,
  }: { starting?: () => Worker; onProgress?: (progress: FileProgress) => void; open?: Open } = {},
): Promise<Report> {
  const read = readArguments('initializeToFile', [model, policy, options], RUN);
  const run = prepareRun('initializeToFile', model, policy, read);
  const body = async (context: typeof run.context) => {
    const metadata = metadataOf(run.plan.policy, context.source);
    const writer = open(path, model, metadata);
    const pool = new WorkerPool(workers, starting, 1e6);
    try {
      const report = await withPool(
        pool,
        undefined,
        () => new Error('aborted'),
        () => drawIntoFileInThreads(run.plan, context, writer, pool, [], onProgress),
      );
      await writer.commit();
      return report;
    } finally {
      writer.abort();
    }
  };
  return runExclusively(run, undefined, body, []);
}

/** Expects of several threads the file, the report and the generator of one. */
async function expectEqual(
  build: () => nn.Module,
  policy: Policy,
  open: () => ExplainOptions = () => ({}),
  sizes: readonly number[] = [1, 2, 3],
): Promise<void> {
  const one = newPath();
  manualSeed(4);
  const options = open();
  const expected = await initializeToFile(build(), policy, one, options);
  const at = (options.generator ?? defaultGenerator).getState();
  for (const size of sizes) {
    const several = newPath();
    manualSeed(4);
    const model = build();
    const other = open();
    const before = [...model.parameters(), ...model.buffers()].map(isDeferred);
    const report = await runInThreads(model, policy, several, other, size);
    expect([...model.parameters(), ...model.buffers()].map(isDeferred)).toEqual(before);
    expect([size, readFileSync(several).equals(readFileSync(one))]).toEqual([size, true]);
    expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
    expect((other.generator ?? defaultGenerator).getState()).toEqual(at);
    rmSync(several);
  }
  rmSync(one);
}

describe('drawIntoFileInThreads writes the bytes of one thread', () => {
  const DTYPES: readonly FloatDType[] = ['float32', 'bfloat16', 'float16', 'float64'];

  it.each(Object.keys(LAWS))('with %s', async (name) => {
    const rows = name.startsWith('truncated') ? 1100 : 100;
    const build = () => new Everything('float32', rows);
    await expectEqual(build, LAWS[name], undefined, [2]);
    await expectEqual(() => nn.deferInit(build), LAWS[name], undefined, isFullRun ? [1, 3] : [3]);
    await expectEqual(
      () => nn.deferInit(build),
      LAWS[name],
      () => ({ rng: 'counter', seed: 3 }),
      [3],
    );
  });

  it.each(DTYPES)('in %s', async (dtype) => {
    const build = () => nn.deferInit(() => new Everything(dtype, 1100));
    for (const name of ['composed laws', 'shared memory']) await expectEqual(build, LAWS[name], undefined, [2]);
  });

  it('with fills that several threads share, of every law that can be cut', async () => {
    const shape = [1700, 1000];
    class Large extends nn.Module {
      again = new nn.Parameter(init.truncNormal_(zeros(shape), 0, 1, -2, 2));
      narrow = new nn.Parameter(init.uniform_(zeros(shape)));
      rows = new nn.Parameter(zeros(shape));
      blocks = new nn.Parameter(zeros([2048, 1024]));
      last = new nn.Parameter(zeros([7]));

      override forward(): void {}
    }
    const policy = definePolicy('large', [
      parameter('narrow', init.truncNormal({ std: 1, a: 0.5, b: 1 })),
      parameter('rows', init.zeroRow(1100, init.truncNormal({ std: 1, a: -2, b: 2 }))),
      parameter('blocks', init.overwriting(init.normal(), init.blocks(2, init.normal()))),
      parameter('last', init.normal()),
    ]);
    await expectEqual(() => nn.deferInit(() => new Large()), policy, undefined, isFullRun ? [2, 3, 7] : [3]);
    await expectEqual(
      () => nn.deferInit(() => new Large()),
      policy,
      () => ({ rng: 'counter', seed: 2 }),
      isFullRun ? [2, 7] : [2],
    );
  });

  it('with every reference', async () => {
    for (const reference of ['torch-scalar', 'torch-aarch64'] as const satisfies ReferenceName[]) {
      await expectEqual(
        () => nn.deferInit(() => new Everything('float32', 1100)),
        LAWS['truncated normals that draw again'],
        () => ({ generator: new Generator(2, { reference }) }),
        [2],
      );
    }
  });

  it.each(['uniform and normal laws', 'shared memory', 'several passes'])(
    'into the files of a folder, with %s',
    async (name) => {
      const build = () => {
        manualSeed(4);
        return nn.deferInit(() => new Everything('float32'));
      };
      const [saved, drawn] = ['saved', 'drawn'].map((path) => join(folder, path));
      const sharding = { maxShardSize: '0.1MB' };
      const filesOf = (path: string) =>
        readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'latin1')]);
      const model = build();
      const [generator, own] = [new Generator(3), new Generator(3)];
      const expected = initializeWeights(model, LAWS[name], { generator, strict: false });
      await saveFolder(model, saved, { ...sharding, metadata: expected.metadata() });
      const open: Open = (path, model, metadata) => new FolderWriter(path, layOutFolder(model, metadata, sharding));
      const report = await runInThreads(build(), LAWS[name], drawn, { generator: own, strict: false }, 3, { open });
      expect(readdirSync(saved).length).toBeGreaterThan(3);
      expect(filesOf(drawn)).toEqual(filesOf(saved));
      expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
      expect(own.getState()).toEqual(generator.getState());
      for (const path of [saved, drawn]) rmSync(path, { recursive: true });
    },
  );

  it('with kept fills of a generator of another engine, which only this thread draws', async () => {
    const build = () => {
      const generator = new Generator(5, { engine: 'congruential32' });
      return nn.deferInit(() => new nn.Linear(700, 600, { generator }));
    };
    await expectEqual(build, LAWS['no rule'], () => ({ strict: false, generator: new Generator(1) }), [2]);
  });
});

describe('a run of threads into a file', () => {
  const policy = definePolicy('p', [parameter('*', init.normal(0, 0.02))]);
  const build = () => nn.deferInit(() => new nn.Linear(3000, 2000));

  it('counts the bytes of all threads', async () => {
    const seen: FileProgress[] = [];
    const onProgress = (progress: FileProgress) => void seen.push(progress);
    await runInThreads(build(), policy, newPath(), {}, 3, { onProgress });
    const total = 4 * (3000 * 2000 + 2000);
    expect(seen.map(({ bytesDone }) => bytesDone)).toEqual(
      seen.map(({ bytesDone }) => bytesDone).sort((a, b) => a - b),
    );
    expect(seen.at(-1)).toMatchObject({ bytesDone: total, bytesTotal: total });
    expect(new Set(seen.map(({ path }) => path))).toEqual(new Set(['weight', 'bias']));
  });

  /** Runs it and returns its error. Checks that the generator is where it was, that no file is left, and that the threads have ended. */
  async function failing(starting: () => Worker, onProgress?: () => void): Promise<unknown> {
    const own = mkdtempSync(join(folder, 'failing-'));
    const generator = new Generator(3);
    const before = generator.getState();
    const workers: Worker[] = [];
    const counted = () => {
      const worker = starting();
      workers.push(worker);
      return worker;
    };
    const hooks = onProgress ? { starting: counted, onProgress } : { starting: counted };
    const run = runInThreads(build(), policy, join(own, 'a.safetensors'), { generator }, 2, hooks);
    const error = await run.then(
      () => 'no error',
      (error: unknown) => error,
    );
    expect(generator.getState()).toEqual(before);
    expect(readdirSync(own)).toEqual([]);
    expect(workers.length).toBeGreaterThan(0);
    for (const { threadId } of workers) expect(threadId ?? -1).toBe(-1);
    return error;
  }

  it('says why another thread could not write', async () => {
    // The tasks of this worker name a file that is open for reading only.
    const file = openSync(process.execPath, 'r');
    const redirected = () => {
      const worker = start();
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (tasks: readonly FillTask[]) =>
        post(tasks.map((task) => ({ ...task, target: { parts: [{ file, from: 0, to: 2 ** 40, at: 0 }] } })));
      return worker;
    };
    const error = await failing(redirected);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toContain('the file could not be written');
    expect(error).toMatchObject({ cause: { code: 'EBADF' } });
  });

  it('says why this thread could not write', async () => {
    const idle = () => Object.assign(new EventEmitter(), { postMessage: () => {}, terminate: async () => 0 });
    const own = mkdtempSync(join(folder, 'full-'));
    const args = [build(), policy, { generator: new Generator(1) }] as const;
    const run = prepareRun('f', args[0], args[1], readArguments('f', args, RUN));
    const writer = new SafetensorsWriter(join(own, 'a.safetensors'), layOutTensors(run.context.model, {}));
    Object.defineProperty(writer.file, 'descriptor', { value: openSync(process.execPath, 'r') });
    const pool = new WorkerPool(2, () => idle() as unknown as Worker, 1e6);
    const drawing = drawIntoFileInThreads(run.plan, run.context, writer, pool);
    await expect(drawing).rejects.toMatchObject({ code: 'ERR_FORMAT', cause: { code: 'EBADF' } });
    await pool.terminate();
    writer.abort();
    expect(readdirSync(own)).toEqual([]);
  });

  it('passes on what a callback throws', async () => {
    const error = await failing(start, () => {
      throw new RangeError('enough');
    });
    expect(error).toEqual(new RangeError('enough'));
  });
});
