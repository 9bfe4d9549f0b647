import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { AbortError, FormatError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { type FilesTarget, runIntoFiles } from '../../src/node/runs/runIntoFiles.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { prepareRun, RUN } from '../../src/policy/prepareRun.js';
import type { Report } from '../../src/policy/Report.js';
import { parameter } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { ones } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { Everything, LAWS } from './everything.js';

const root = mkdtempSync(join(tmpdir(), 'initree-into-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, `folder${folders++}`);

const metadata = { note: 'x' };
const sharding = { maxShardSize: '0.17MB' };
const filesOf = (path: string) =>
  readdirSync(path)
    .sort()
    .map((name) => [name, readFileSync(join(path, name), 'latin1')]);

function into(path: string, model: nn.Module, policy: Policy, target: Partial<FilesTarget> = {}): Promise<Report> {
  const run = prepareRun('test', model, policy, { ...RUN.defaults, strict: false });
  return runIntoFiles(run, { path, sharding, metadata, replace: false, ...target });
}

describe('a run into the files of a folder', () => {
  const expectEqual = async (build: () => nn.Module, policy: Policy) => {
    const [saved, drawn] = [newFolder(), newFolder()];
    manualSeed(4);
    const model = build();
    const expected = initializeWeights(model, policy, { strict: false });
    const at = defaultGenerator.getState();
    await saveFolder(model, saved, { ...sharding, metadata });
    manualSeed(4);
    const other = build();
    const before = [...other.parameters(), ...other.buffers()].map(isDeferred);
    const report = await into(drawn, other, policy);
    expect([...other.parameters(), ...other.buffers()].map(isDeferred)).toEqual(before);
    expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
    expect(defaultGenerator.getState()).toEqual(at);
    expect(readdirSync(saved).length).toBeGreaterThan(3);
    expect(filesOf(drawn)).toEqual(filesOf(saved));
    for (const path of [saved, drawn]) rmSync(path, { recursive: true });
  };

  it.each(Object.keys(LAWS))('writes the bytes of initializeWeights and saveFolder with %s', async (name) => {
    const rows = name.startsWith('truncated') ? 1100 : 100;
    const build = () => new Everything('float32', rows);
    await expectEqual(build, LAWS[name]);
    await expectEqual(() => nn.deferInit(build), LAWS[name]);
  });

  it.each<FloatDType>(['bfloat16', 'float16', 'float64'])('writes them in %s', async (dtype) => {
    await expectEqual(() => nn.deferInit(() => new Everything(dtype)), LAWS['passes over elements that others left']);
  });

  const policy = definePolicy('p', [parameter('*', init.normal())]);
  const build = () => nn.deferInit(() => new nn.Sequential(new nn.Linear(200, 200), new nn.Linear(200, 200)));
  /** The model does not have these tensors. */
  const earlier = async (path: string) => {
    await saveFolder([['a', ones([3])]], path);
    return filesOf(path);
  };

  it('writes one file without an index for a model that fits, also without tensors', async () => {
    for (const model of [build(), new nn.Identity()]) {
      const path = newFolder();
      await into(path, model, policy, { sharding: {} });
      expect(readdirSync(path)).toEqual(['model.safetensors']);
    }
  });

  it('replaces a checkpoint when all files are written, and not before', async () => {
    const path = newFolder();
    const before = await earlier(path);
    const finals = () => filesOf(path).filter(([name]) => !name.startsWith('.initree-'));
    const seen: unknown[] = [];
    const onWritten = async () => void seen.push(finals());
    await into(path, build(), policy, { replace: true, onWritten });
    expect(seen).toEqual([before]);
    expect(readdirSync(path).sort()).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ]);
  });

  it.each<[string, (target: { fail: () => void }) => Partial<FilesTarget>]>([
    ['it is cancelled while it draws', ({ fail }) => ({ onProgress: fail })],
    ['it is cancelled when all is written', ({ fail }) => ({ onWritten: async () => fail() })],
    ['a thread may draw', ({ fail }) => ({ onProgress: fail, workers: 2 })],
  ])('leaves what was there, and no new folder, if %s', async (_, when) => {
    const path = newFolder();
    const before = await earlier(path);
    for (const [at, files] of [[path, before] as const, [newFolder(), null] as const]) {
      const controller = new AbortController();
      const model = build();
      const state = defaultGenerator.getState();
      const target = { ...when({ fail: () => controller.abort() }), signal: controller.signal, replace: true };
      await expect(into(at, model, policy, target)).rejects.toThrow(AbortError);
      expect(existsSync(at) ? filesOf(at) : null).toEqual(files);
      expect(defaultGenerator.getState()).toEqual(state);
    }
  });

  it('is refused where a checkpoint is, before it draws', async () => {
    const path = newFolder();
    const before = await earlier(path);
    const refused = into(path, build(), policy, { onProgress: () => expect('drawn').toBe('not drawn') });
    await expect(refused).rejects.toThrow(/a checkpoint is in the folder already/);
    expect(filesOf(path)).toEqual(before);
  });

  it('leaves nothing if one of the files cannot be created', async () => {
    const path = newFolder();
    mkdirSync(join(path, 'model-00002-of-00002.safetensors'), { recursive: true });
    const refused = into(path, build(), policy);
    await expect(refused).rejects.toThrow(FormatError);
    await expect(refused).rejects.toThrow(/model-00002-of-00002\.safetensors: the path is a folder/);
    expect(readdirSync(path)).toEqual(['model-00002-of-00002.safetensors']);
  });
});
