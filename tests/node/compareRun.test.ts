import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Difference } from '../../src/checkpoint/compareStates.js';
import { AbortError } from '../../src/errors.js';
import { START } from '../../src/finetune/StartOptions.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import { openFile } from '../../src/node/reading/openFile.js';
import { SafetensorsFile } from '../../src/node/reading/SafetensorsFile.js';
import { compareRun } from '../../src/node/runs/compareRun.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import { prepareStartFrom } from '../../src/node/runs/initializeFromFile.js';
import { initializeToFile } from '../../src/node/runs/initializeToFile.js';
import { runIntoFiles } from '../../src/node/runs/runIntoFiles.js';
import type { FloatDType, Storage } from '../../src/numerics/DType.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { prepareRun, RUN, type Run } from '../../src/policy/prepareRun.js';
import { parameter } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { ones } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { isFullRun } from '../isFullRun.js';
import { Everything, LAWS } from './everything.js';
import { runBundled } from './runBundled.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.safetensors`);

type Source = { rng?: 'torch' | 'counter'; seed?: number; generator?: Generator };

/** The run of a policy on a new model. */
function prepare(build: () => nn.Module, policy: Policy, source: Source): Run {
  manualSeed(4);
  return prepareRun('test', build(), policy, { ...RUN.defaults, seed: undefined, ...source });
}

/** Compares a run with a file. The model has to stay as it is. */
async function compare(run: Run, path: string): Promise<Difference[]> {
  const { model } = run.context;
  const deferred = () => [...model.parameters(), ...model.buffers()].map(isDeferred);
  const before = deferred();
  const file = await openFile(path);
  try {
    return await compareRun(run, { file });
  } finally {
    await file.close();
    expect(deferred()).toEqual(before);
  }
}

const DTYPES: readonly FloatDType[] = ['float32', 'bfloat16', 'float64'];

describe('compareRun', () => {
  describe.each(Object.keys(LAWS))('with %s', (name) => {
    it.each(DTYPES)('finds no difference in what the run writes, and every wrong bit, in %s', async (dtype) => {
      const rows = name.startsWith('truncated') ? 1100 : 100;
      const build = () => nn.deferInit(() => new Everything(dtype, rows));
      const sources: readonly Source[] = [{}, { rng: 'counter', seed: 3 }];
      for (const source of dtype === 'float32' || isFullRun ? sources : sources.slice(0, 1)) {
        const path = newPath();
        manualSeed(4);
        await initializeToFile(build(), LAWS[name], path, source);
        expect(await compare(prepare(build, LAWS[name], source), path)).toEqual([]);
        const names = flipOneBitOfEach(path);
        const differences = await compare(prepare(build, LAWS[name], source), path);
        expect(differences.map(({ name }) => name).sort()).toEqual(names.sort());
        for (const { kind, detail } of differences)
          expect([kind, detail]).toEqual(['bits', expect.stringMatching(/^1 of /)]);
        rmSync(path);
      }
    });
  });

  it('holds a model that is not deferred to the same', async () => {
    const build = () => new Everything('float32');
    const path = newPath();
    manualSeed(4);
    await initializeToFile(build(), LAWS['several passes'], path);
    expect(await compare(prepare(build, LAWS['several passes'], {}), path)).toEqual([]);
  });

  it('lists what a file lacks, and what has another form, and derives the rest', async () => {
    const build = () => nn.deferInit(() => new Everything('float32'));
    const policy = LAWS['passes over elements that others left'];
    const path = newPath();
    manualSeed(4);
    await initializeToFile(build(), policy, path);
    const { tensors, metadata } = await loadFile(path);
    // The parts that are left have shared memory with the whole, and fills come after a tensor that is not drawn.
    for (const name of ['packed', 'large']) tensors.delete(name);
    tensors.set('table.weight', ones([2]));
    tensors.set('stranger', ones([2]));
    const part = newPath();
    await saveFile(tensors, part, { metadata });
    expect(await compare(prepare(build, policy, {}), part)).toEqual([
      { name: 'large', kind: 'missing', detail: 'not in the file' },
      { name: 'packed', kind: 'missing', detail: 'not in the file' },
      { name: 'table.weight', kind: 'shape', detail: 'expected [300, 260], found [2]' },
      { name: 'stranger', kind: 'extra', detail: 'not in the model' },
    ]);
  });

  it('compares the files of a folder', async () => {
    const build = () => nn.deferInit(() => new Everything('float32'));
    const path = newPath();
    manualSeed(4);
    await initializeToFile(build(), LAWS['composed laws'], path);
    const shards = join(folder, 'shards');
    await saveFolder((await loadFile(path)).tensors, shards, { shards: 3 });
    expect(await compare(prepare(build, LAWS['composed laws'], {}), shards)).toEqual([]);
  });

  it('compares what a run takes from a checkpoint', async () => {
    const build = () => nn.deferInit(() => new Everything('bfloat16'));
    const tensors = new Everything('float32').stateDict();
    // Of the tied names the last one counts, and two that show one memory are given in other parts.
    for (const name of ['large', 'mask', 'lower', 'table.weight']) tensors.delete(name);
    tensors.set('second.weight', ones([50, 40]));
    const base = newPath();
    await saveFile(tensors, base);
    const policy = definePolicy('p', [
      parameter('large', init.normal()),
      ...['packed', 'upper', 'middle'].map((name) => parameter(name, init.zeroRow(0, init.keep))),
    ]);
    const opened = await openFile(base);
    const start = () => {
      manualSeed(4);
      const options = { ...START.defaults, onlyMissing: false, strict: false as const };
      return prepareStartFrom('test', build(), policy, opened, options);
    };
    const path = newPath();
    await runIntoFiles(start(), { path, metadata: {}, replace: false });
    const { model } = start().context;
    const before = [...model.parameters()].map(isDeferred);
    expect(await compare(start(), path)).toEqual([]);
    expect([...model.parameters()].map(isDeferred)).toEqual(before);
    const names = flipOneBitOfEach(path);
    expect((await compare(start(), path)).map(({ name }) => name).sort()).toEqual(names.sort());
    await opened.close();
  });

  it('refuses a bool that is neither 0 nor 1', async () => {
    class Masked extends nn.Linear {
      constructor() {
        super(3, 2);
        this.registerBuffer('mask', ones([4], { dtype: 'bool' }));
      }
    }
    const path = newPath();
    const none = definePolicy('none', [parameter('nothing', init.zeros())]);
    manualSeed(4);
    await initializeToFile(new Masked(), none, path, { strict: false });
    expect(
      await compare(
        prepare(() => new Masked(), none, {}),
        path,
      ),
    ).toEqual([]);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 2;
    writeFileSync(path, bytes);
    const compared = compare(
      prepare(() => new Masked(), none, {}),
      path,
    );
    await expect(compared).rejects.toThrow(/at mask in .*: expected 0 and 1 only in a tensor of BOOL/);
  });

  it('reads the file in small ranges, each once, and no more than it compares', async () => {
    const build = () => nn.deferInit(() => new nn.Sequential(new nn.Linear(1000, 1000), new nn.Linear(1000, 100)));
    const policy = definePolicy('p', [parameter('0.*', init.normal()), parameter('1.weight', init.uniform())]);
    const path = newPath();
    const source = () => ({ generator: new Generator(1) });
    manualSeed(4);
    await initializeToFile(build(), policy, path, source());
    const read = jest.spyOn(SafetensorsFile.prototype, 'readInto');
    const whole = jest.spyOn(SafetensorsFile.prototype, 'readSync');
    expect(await compare(prepare(build, policy, source()), path)).toEqual([]);
    const sizes = read.mock.calls.map(([, , { byteLength }]: [string, number, Storage]) => byteLength);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 ** 19);
    expect(sizes.reduce((a, b) => a + b)).toBe(4 * (1000 * 1000 + 1000 + 1000 * 100 + 100));
    expect(whole).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  it('counts the bytes, and stops when it is aborted, with the generator where it was', async () => {
    const build = () => nn.deferInit(() => new nn.Linear(1000, 1000));
    const policy = definePolicy('p', [parameter('*', init.normal())]);
    const path = newPath();
    const generator = new Generator(3);
    await initializeToFile(build(), policy, path, { generator: generator.clone() });
    const file = await openFile(path);
    const seen: FileProgress[] = [];
    const run = () => prepare(build, policy, { generator });
    expect(await compareRun(run(), { file, onProgress: (progress) => void seen.push(progress) })).toEqual([]);
    expect(seen.at(-1)).toEqual({ path: 'bias', bytesDone: 4_004_000, bytesTotal: 4_004_000 });
    expect(generator.wordsDrawn).toBe(0);
    const controller = new AbortController();
    const aborted = compareRun(run(), { file, signal: controller.signal, onProgress: () => controller.abort() });
    await expect(aborted).rejects.toThrow(AbortError);
    expect(generator.nextWord()).toBe(new Generator(3).nextWord());
    await file.close();
  });

  it('needs memory that does not depend on the size of the model', () => {
    const path = join(folder, 'large.safetensors');
    const more = Number(
      runBundled(
        `
        import { Generator, definePolicy, init, manualSeed, nn, parameter } from './src/index.ts';
        import { initializeToFile, openFile } from './src/node.ts';
        import { compareRun } from './src/node/runs/compareRun.ts';
        import { prepareRun, RUN } from './src/policy/prepareRun.ts';
        const megabytes = () => process.resourceUsage().maxRSS / 1024;
        const policy = definePolicy('p', [parameter('0.*', init.normal()), parameter('1.*', init.uniform())]);
        const check = async (rows) => {
          const build = () => {
            manualSeed(2);
            return nn.deferInit(() => new nn.Sequential(...[0, 1, 2].map(() => new nn.Linear(1000, rows))));
          };
          const options = () => ({ generator: new Generator(1), strict: false });
          await initializeToFile(build(), policy, process.argv[2], { ...options(), force: true });
          const file = await openFile(process.argv[2]);
          const differences = await compareRun(prepareRun('test', build(), policy, { ...RUN.defaults, ...options() }), { file });
          await file.close();
          if (differences.length > 0) throw new Error(JSON.stringify(differences));
        };
        await check(10);
        const before = megabytes();
        await check(25_000);
        console.log(Math.round(megabytes() - before));`,
        path,
      ),
    );
    // The model has 300 MB.
    expect(statSync(path).size).toBeGreaterThan(3e8);
    expect(more).toBeLessThan(64);
    rmSync(path);
  });
});

/** Changes one bit of each tensor that is not empty. Returns their names. */
function flipOneBitOfEach(path: string): string[] {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(bytes.subarray(8, start).toString());
  const names: string[] = [];
  for (const [name, { data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__' || data_offsets[0] === data_offsets[1]) continue;
    const [from, to] = data_offsets;
    bytes[start + from + Math.floor((to - from) / 3)] ^= 1;
    names.push(name);
  }
  writeFileSync(path, bytes);
  return names;
}
