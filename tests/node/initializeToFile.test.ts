import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { AbortError, ArgumentError, FormatError, PolicyError, StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import { initializeToFile } from '../../src/node/runs/initializeToFile.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import type { ExplainOptions } from '../../src/policy/prepareRun.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import type { ReferenceName } from '../../src/random/references/table.js';
import { ones } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { bytesOf } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';
import { Everything, LAWS } from './everything.js';
import { runBundled } from './runBundled.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-into-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.safetensors`);

/** Initialises a model in memory and saves it; the same into a file. Returns what both gave. */
async function both(build: () => nn.Module, policy: Policy, open: () => ExplainOptions): Promise<void> {
  const [saved, drawn] = [newPath(), newPath()];
  manualSeed(4);
  const first = build();
  const options = open();
  const expected = initializeWeights(first, policy, options);
  const at = (options.generator ?? defaultGenerator).clone();
  await saveFile(first, saved, { metadata: { ...expected.metadata(), note: 'x' } });
  manualSeed(4);
  const second = build();
  const other = open();
  const isDeferredBefore = [...second.parameters(), ...second.buffers()].map(isDeferred);
  const report = await initializeToFile(second, policy, drawn, { ...other, metadata: { note: 'x' } });
  expect([...second.parameters(), ...second.buffers()].map(isDeferred)).toEqual(isDeferredBefore);
  expect(readFileSync(drawn).equals(readFileSync(saved))).toBe(true);
  expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
  const otherAt = (other.generator ?? defaultGenerator).clone();
  expect([otherAt.wordsDrawn, otherAt.cachedNormal]).toEqual([at.wordsDrawn, at.cachedNormal]);
  expect(otherAt.nextWord()).toBe(at.nextWord());
  // The model has the elements that it had.
  manualSeed(4);
  const before = build().stateDict();
  for (const [name, tensor] of second.stateDict()) {
    expect([name, Buffer.compare(bytesOf(tensor), bytesOf(before.get(name) as Tensor))]).toEqual([name, 0]);
  }
  for (const path of [saved, drawn]) rmSync(path);
}

const DTYPES: readonly FloatDType[] = ['float32', 'bfloat16', 'float16', 'float64'];

describe('initializeToFile writes the bytes of initializeWeights and saveFile', () => {
  describe.each(Object.keys(LAWS))('with %s', (name) => {
    it.each(DTYPES)('in %s', async (dtype) => {
      const rows = name.startsWith('truncated') ? 1100 : 100;
      const build = () => new Everything(dtype, rows);
      await both(
        () => nn.deferInit(build),
        LAWS[name],
        () => ({}),
      );
      if (dtype !== 'float32' && !isFullRun) return;
      await both(build, LAWS[name], () => ({}));
      await both(
        () => nn.deferInit(build),
        LAWS[name],
        () => ({ rng: 'counter', seed: 3 }),
      );
    });
  });

  it('with every reference, and with other engines', async () => {
    const build = () => nn.deferInit(() => new Everything('float32', 1100));
    for (const reference of ['torch-scalar', 'torch-aarch64'] as const satisfies ReferenceName[]) {
      await both(build, LAWS['truncated normals that draw again'], () => ({
        generator: new Generator(2, { reference }),
      }));
    }
    const engine = 'xoroshiro128plus';
    await both(build, LAWS['truncated normals that draw again'], () => ({ generator: new Generator(2, { engine }) }));
    const keyed = () => ({ generator: generatorOf(new RandomKey(5)) });
    for (const name of ['truncated normals that draw again', 'composed laws']) await both(build, LAWS[name], keyed);
    const generator = () => {
      const cached = new Generator(2);
      cached.cachedNormal = 0.25;
      return cached;
    };
    await both(build, LAWS['composed laws'], () => ({ generator: generator() }));
  });

  it('with a part of the parameters, as the options say', async () => {
    const build = () => {
      const model = new Everything('float32');
      for (const own of [...model.parameters()].slice(0, 3)) own.requiresGrad = false;
      return model;
    };
    await both(build, LAWS['uniform and normal laws'], () => ({ frozen: 'keep' }));
    const loaded = () => {
      const model = nn.deferInit(() => new Everything('float32'));
      model.loadStateDict(new Map([['large', ones([100, 1000])]]), { strict: false });
      return model;
    };
    await both(loaded, LAWS['uniform and normal laws'], () => ({ onlyMissing: true, strict: false }));
  });
});

describe('initializeToFile', () => {
  const policy = definePolicy('p', [parameter('*', init.normal(0, 0.02))]);
  const build = () => nn.deferInit(() => new nn.Linear(600, 500));

  it('has the metadata of the report, and those that the caller adds', async () => {
    const path = newPath();
    const metadata = new Map([['initree.seed', 'mine']]);
    const report = await initializeToFile(build(), policy, path, { generator: new Generator(7), metadata });
    const found = (await loadFile(path)).metadata;
    expect(Object.fromEntries(found)).toEqual({ ...report.metadata(), format: 'pt', 'initree.seed': 'mine' });
  });

  it('says how many bytes are written, up to all of them', async () => {
    const seen: FileProgress[] = [];
    const model = new nn.Sequential(
      build(),
      nn.deferInit(() => new nn.BatchNorm1d(500)),
    );
    const onProgress = (progress: FileProgress) => void seen.push(progress);
    await initializeToFile(model, policy, newPath(), { onProgress, strict: false });
    const total = 4 * (600 * 500 + 5 * 500 - 500) + 4 * 500 + 8;
    expect(new Set(seen.map(({ bytesTotal }) => bytesTotal))).toEqual(new Set([total]));
    const done = seen.map(({ bytesDone }) => bytesDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(total);
    expect(seen.length).toBeGreaterThan(8);
    expect(new Set(seen.map(({ path }) => path)).size).toBe(7);
  });

  it('replaces an existing file only by force', async () => {
    const path = newPath();
    writeFileSync(path, 'trained weights');
    const generator = new Generator(1);
    await expect(initializeToFile(build(), policy, path, { generator })).rejects.toThrow(
      'another file is there, and was left as it is',
    );
    expect(generator.wordsDrawn).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('trained weights');
    await initializeToFile(build(), policy, path, { generator, force: true });
    expect((await loadFile(path)).tensors.size).toBe(2);
    expect(generator.wordsDrawn).toBeGreaterThan(0);
  });

  it('leaves no file, and the generator where it was, after an error or a cancellation', async () => {
    const own = mkdtempSync(join(folder, 'aborted-'));
    const path = join(own, 'model.safetensors');
    const generator = new Generator(1);
    const model = build();
    const controller = new AbortController();
    const stopAt = (bytes: number, stop: () => void) => (progress: FileProgress) => {
      if (progress.bytesDone > bytes) stop();
    };
    const cancelled = initializeToFile(model, policy, path, {
      generator,
      signal: controller.signal,
      onProgress: stopAt(500_000, () => controller.abort('enough')),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED', written: [], cause: 'enough' });
    await expect(cancelled).rejects.toBeInstanceOf(AbortError);
    const failed = initializeToFile(model, policy, path, {
      generator,
      onProgress: stopAt(0, () => {
        throw new Error('of the caller');
      }),
    });
    await expect(failed).rejects.toThrow('of the caller');
    await expect(initializeToFile(model, policy, join(own, 'no', 'a.safetensors'), { generator })).rejects.toThrow(
      FormatError,
    );
    const signal = AbortSignal.abort();
    await expect(initializeToFile(model, policy, path, { generator, signal })).rejects.toThrow(AbortError);
    expect(readdirSync(own)).toEqual([]);
    expect(generator.wordsDrawn).toBe(0);
    expect(isDeferred(model.weight)).toBe(true);
    // The generator is free again.
    await initializeToFile(model, policy, path, { generator });
    expect(readdirSync(own)).toEqual(['model.safetensors']);
  });

  it('has its generator for itself, and reads a model that others may initialise', async () => {
    const generator = new Generator(1);
    const model = build();
    const first = initializeToFile(model, policy, newPath(), { generator });
    await expect(initializeToFile(model, policy, newPath(), { generator })).rejects.toThrow(StateError);
    await expect(initializeToFile(model, policy, newPath(), { generator: new Generator(2) })).resolves.toBeDefined();
    await first;
  });

  it('refuses wrong arguments before it draws', async () => {
    const model = build();
    const call = initializeToFile as (...args: unknown[]) => Promise<unknown>;
    const before = defaultGenerator.wordsDrawn;
    for (const [args, kind] of [
      [[model, policy], PolicyError],
      [[model, policy, ''], ArgumentError],
      [[model, policy, newPath(), { workers: 0 }], ArgumentError],
      [[model, policy, newPath(), { worker: 2 }], PolicyError],
      [[model, policy, newPath(), { force: 'yes' }], PolicyError],
      [[model, policy, newPath(), { onProgress: 3 }], PolicyError],
      [[model, policy, newPath(), { signal: 3 }], PolicyError],
      [[model, policy, newPath(), { metadata: { a: 1 } }], FormatError],
      [[{}, policy, newPath()], PolicyError],
      [[model, {}, newPath()], PolicyError],
      [[model, policy, newPath(), { rng: 'counter' }], PolicyError],
    ] as const) {
      await expect(call(...args)).rejects.toThrow(kind);
    }
    expect(defaultGenerator.wordsDrawn).toBe(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('warns of what the user may not have intended, as in memory', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const far = definePolicy('far', [parameter('*', init.truncNormal({ mean: 5, a: 0, b: 2 }))]);
    await initializeToFile(build(), far, newPath());
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });

  /** The large model has 300 MB in the full run, otherwise 120 MB. */
  const ROWS = isFullRun ? 25_000 : 10_000;
  it.each(isFullRun ? [1, 2, 3] : [2])(
    'needs memory that does not depend on the size of the model (threads: %d)',
    (workers) => {
      const file = join(folder, 'large.safetensors');
      const more = Number(
        runBundled(
          `
        import { Generator, definePolicy, init, nn, parameter } from './src/index.ts';
        import { initializeToFile } from './src/node.ts';
        const megabytes = () => process.resourceUsage().maxRSS / 1024;
        const build = (rows) => nn.deferInit(() => {
          const model = new nn.Sequential(new nn.Linear(1000, rows), new nn.Linear(1000, rows), new nn.Linear(1000, rows));
          init.normal_(model[2].weight);
          return model;
        });
        const policy = definePolicy('p', [
          parameter('0.*', init.truncNormal({ std: 1, a: -2, b: 2 })), parameter('1.*', init.uniform()),
        ]);
        const options = { generator: new Generator(1), force: true, strict: false, workers: Number(process.argv[3]) };
        await initializeToFile(build(10), policy, process.argv[2], options);
        const before = megabytes();
        await initializeToFile(build(${ROWS}), policy, process.argv[2], options);
        console.log(Math.round(megabytes() - before));`,
          file,
          String(workers),
        ),
      );
      expect(statSync(file).size).toBeGreaterThan(12_000 * ROWS);
      expect(more).toBeLessThan(64 + 20 * Math.max(0, workers - 2));
      rmSync(file);
    },
  );
});
