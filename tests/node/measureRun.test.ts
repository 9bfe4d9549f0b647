import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { storedTensors } from '../../src/checkpoint/layOutTensors.js';
import { AbortError } from '../../src/errors.js';
import { START } from '../../src/finetune/StartOptions.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { openFile } from '../../src/node/reading/openFile.js';
import { drawIntoFileInThreads } from '../../src/node/runs/drawIntoFileInThreads.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import { initializeFromFile, prepareStartFrom } from '../../src/node/runs/initializeFromFile.js';
import { measureRun } from '../../src/node/runs/measureRun.js';
import { UnkeptTensors } from '../../src/node/runs/UnkeptTensors.js';
import { WorkerPool } from '../../src/node/threads/WorkerPool.js';
import { withPool } from '../../src/node/threads/withPool.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { prepareRun, RUN } from '../../src/policy/prepareRun.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { bundleFillWorker } from './bundledWorker.js';
import { Everything, LAWS } from './everything.js';

const start = bundleFillWorker();
const folder = mkdtempSync(join(tmpdir(), 'initree-measure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const prepare = (model: nn.Module, policy: Policy) =>
  prepareRun('test', model, policy, { ...RUN.defaults, strict: false });

/** The report of a run in memory, and the state of the generator after it. */
function expectedOf(build: () => nn.Module, policy: Policy) {
  manualSeed(4);
  const report = initializeWeights(build(), policy, { strict: false });
  return { report: JSON.stringify(report), state: defaultGenerator.getState() };
}

describe('measureRun', () => {
  it.each(Object.keys(LAWS))('gives the report of a run in memory with %s, and keeps nothing', async (name) => {
    const rows = name.startsWith('truncated') ? 1100 : 100;
    for (const build of [
      () => new Everything('float32', rows),
      () => nn.deferInit(() => new Everything('float32', rows)),
    ]) {
      const expected = expectedOf(build, LAWS[name]);
      manualSeed(4);
      const model = build();
      const tensors = [...model.parameters(), ...model.buffers()];
      const before = tensors.map(isDeferred);
      const report = await measureRun(prepare(model, LAWS[name]), {});
      expect(JSON.stringify(report)).toBe(expected.report);
      expect(defaultGenerator.getState()).toEqual(expected.state);
      expect(tensors.map(isDeferred)).toEqual(before);
    }
  });

  it('holds only what it reads again', () => {
    const heldBy = (policy: Policy) => {
      const model = nn.deferInit(() => new Everything('float32'));
      const { tensors } = storedTensors(model);
      const store = new UnkeptTensors(tensors, prepare(model, policy).plan, []);
      return store.layout.tensors.filter((place) => {
        try {
          store.read(place, 0, new Uint8Array(0));
          return true;
        } catch {
          return false;
        }
      });
    };
    expect(heldBy(LAWS['uniform and normal laws'])).toEqual([]);
    expect(heldBy(LAWS['laws that are drawn as a whole'])).toEqual([]);
    expect(heldBy(LAWS['laws that leave elements']).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['packed', 'table.weight']),
    );
    expect(heldBy(LAWS['shared memory']).map(({ name }) => name)).toEqual(['packed', 'upper', 'lower']);
  });

  it('gives it in several threads, which send nothing', async () => {
    const build = () => nn.deferInit(() => new Everything('float32'));
    const policy = LAWS['uniform and normal laws'];
    const expected = expectedOf(build, policy);
    manualSeed(4);
    const { plan, context } = prepare(build(), policy);
    const store = new UnkeptTensors(storedTensors(context.model).tensors, plan, []);
    expect(store.held.isEmpty).toBe(true);
    const pool = new WorkerPool(3, start, 1e6);
    const draw = () => drawIntoFileInThreads(plan, context, store, pool);
    const report = await withPool(pool, undefined, () => new Error('aborted'), draw);
    expect(JSON.stringify(report)).toBe(expected.report);
    expect(defaultGenerator.getState()).toEqual(expected.state);
  });

  it('measures what a checkpoint gives', async () => {
    const build = (classes: number) =>
      new nn.Sequential({ body: new nn.Linear(300, 400), head: new nn.Linear(8, classes) });
    const path = join(folder, 'base.safetensors');
    manualSeed(1);
    await saveFile(build(3), path);
    const policy = definePolicy('mine', [parameter('head.*', init.normal()), parameter('body.*', init.keep)]);
    const options = { ignoreMismatched: true, onlyMissing: false };
    manualSeed(4);
    const expected = await initializeFromFile(build(5), policy, path, options);
    const file = await openFile(path);
    manualSeed(4);
    const run = prepareStartFrom('test', build(5), policy, file, { ...START.defaults, ...options });
    const report = await measureRun(run, {});
    await file.close();
    expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
  });

  it('ends when it is cancelled, and the generator stays', async () => {
    const run = () =>
      prepare(
        nn.deferInit(() => new Everything('float32')),
        LAWS['no rule'],
      );
    const controller = new AbortController();
    const seen: FileProgress[] = [];
    manualSeed(4);
    const prepared = run();
    const before = defaultGenerator.getState();
    const onProgress = (progress: FileProgress) => {
      seen.push(progress);
      controller.abort('enough');
    };
    const ended = measureRun(prepared, { signal: controller.signal, onProgress });
    await expect(ended).rejects.toBeInstanceOf(AbortError);
    expect(seen.length).toBeGreaterThan(0);
    expect(defaultGenerator.getState()).toEqual(before);
    await expect(measureRun(run(), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortError);
  });
});
