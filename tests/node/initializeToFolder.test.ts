import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ArgumentError, PolicyError, StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import type { FileProgress } from '../../src/node/runs/Filling.js';
import { finishFolder } from '../../src/node/shards/finishFolder.js';
import { type InitializeToFolderOptions, initializeToFolder } from '../../src/node/shards/initializeToFolder.js';
import { definePolicy, type Policy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter, rule } from '../../src/policy/rule.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';

const root = mkdtempSync(join(tmpdir(), 'initree-to-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(root, `folder${folders++}`);

const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.truncNormal(), bias: init.normal() })]);
const build = () => nn.deferInit(() => new nn.Sequential(new nn.Linear(30, 20), new nn.Linear(20, 10)));
const filesOf = (path: string) =>
  readdirSync(path)
    .filter((name) => name !== '.initree')
    .sort()
    .map((name) => [name, readFileSync(join(path, name), 'latin1')]);

describe('initializeToFolder', () => {
  it.each<[string, InitializeToFolderOptions]>([
    ['stream', {}],
    ['counter mode', { rng: 'counter', seed: 9 }],
    ['stream of another engine', { generator: new Generator(4, { engine: 'xoroshiro128plus' }) }],
  ])('writes the files of initializeWeights and saveFolder from a %s', async (_, options) => {
    manualSeed(5);
    const model = build();
    const before = (options.generator ?? defaultGenerator).clone();
    const [shared, alone, saved] = [newFolder(), newFolder(), newFolder()];
    const progress: FileProgress[] = [];
    const generator = options.generator ?? defaultGenerator;
    const stateOf = ({ wordsDrawn, cachedNormal }: Generator) => ({ wordsDrawn, cachedNormal });
    for (const rank of [0, 1]) {
      const written = { ...options, shards: 3, metadata: { epoch: '1' }, rank, world: 2 };
      generator.copyState(before);
      await initializeToFolder(model, policy, shared, { ...written, onProgress: (step) => void progress.push(step) });
    }
    generator.copyState(before);
    const result = await initializeToFolder(model, policy, alone, { ...options, shards: 3, metadata: { epoch: '1' } });
    const [after, next] = [stateOf(generator), generator.clone().nextWord()];
    generator.copyState(before);
    const report = initializeWeights(model, policy, options as object);
    expect([stateOf(generator), generator.clone().nextWord()]).toEqual([after, next]);
    expect(result.report).toEqual(report);
    await saveFolder(model, saved, { shards: 3, metadata: { ...report.metadata(), epoch: '1' } });
    expect(filesOf(shared)).toEqual(filesOf(saved));
    expect(filesOf(alone)).toEqual(filesOf(saved));
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.every(({ bytesDone, bytesTotal }) => bytesDone <= bytesTotal)).toBe(true);
    expect(await finishFolder(shared)).toMatchObject({ problems: [], finished: result.files });
  });

  it.each<[string, InitializeToFolderOptions, typeof ArgumentError | typeof PolicyError, string]>([
    ['both sizes', { shards: 2, maxShardSize: 100 }, ArgumentError, 'expected maxShardSize or shards, found both'],
    ['no shards', { shards: 0 }, ArgumentError, 'from 1 to 99,999, found 0'],
    [
      'another layout',
      { layout: 'gguf' as 'dcp' },
      ArgumentError,
      "expected layout 'huggingface' or 'dcp', found 'gguf'",
    ],
    ['slices without a number', { layout: 'dcp' }, ArgumentError, 'add shards, their number'],
    ['a rank beyond', { rank: 2, world: 2 }, ArgumentError, 'rank: expected an integer from 0 to 1, found 2'],
    ['a world of none', { world: 0 }, ArgumentError, 'world: expected an integer of at least 1, found 0'],
    ['the generator of a key', { generator: generatorOf(new RandomKey(1)) }, ArgumentError, 'found that of a key'],
    ['counter mode without a seed', { rng: 'counter' }, PolicyError, 'requires a seed'],
  ])('refuses %s before anything is created', async (_, options, Kind, message) => {
    const path = newFolder();
    const call = initializeToFolder(build(), policy, path, options);
    await expect(call).rejects.toThrow(Kind);
    await expect(initializeToFolder(build(), policy, path, options)).rejects.toThrow(message);
    expect(readdirSync(root)).not.toContain(path.slice(root.length + 1));
  });

  it.each<[string, Policy]>([
    ['known fills', definePolicy('known', [rule(nn.Linear, { weight: init.normal(), bias: init.uniform(0, 1) })])],
    [
      'truncated normals that draw again',
      definePolicy('redrawn', [
        rule(nn.Linear, { weight: init.normal(), bias: init.truncNormal({ std: 1, a: -1, b: 1 }) }),
      ]),
    ],
    [
      'a small normal, which leaves a cached sample',
      definePolicy('small', [parameter('1.bias', init.keep), parameter('**', init.normal())]),
    ],
  ])('moves the generator past the whole plan, whichever files it writes: %s', async (_, policy) => {
    const small = () => {
      manualSeed(2);
      return nn.deferInit(() => new nn.Sequential(new nn.Linear(3, 3), new nn.Linear(3, 3)));
    };
    const expected = new Generator(6);
    const path = newFolder();
    for (const rank of [2, 0, 1, 1]) {
      const generator = new Generator(6);
      await initializeToFolder(small(), policy, path, { shards: 3, rank, world: 3, generator });
      if (rank === 2) initializeWeights(small(), policy, { generator: expected });
      expect(generator.getState()).toEqual(expected.getState());
      expect(generator.wordsDrawn).toBe(expected.wordsDrawn);
    }
    const generator = new Generator(6);
    const onProgress = () => {
      throw new Error('stop');
    };
    await expect(initializeToFolder(small(), policy, newFolder(), { generator, onProgress })).rejects.toThrow('stop');
    expect(generator.getState()).toEqual(new Generator(6).getState());
    await initializeToFolder(small(), policy, newFolder(), { rng: 'counter', seed: 1, generator });
    expect(generator.getState()).toEqual(new Generator(6).getState());
  });

  it('has the generator for itself', async () => {
    manualSeed(1);
    const call = initializeToFolder(build(), policy, newFolder(), { shards: 2 });
    expect(() => manualSeed(2)).toThrow(StateError);
    await call;
    manualSeed(2);
  });

  it('refuses to put slices beside a safetensors file of another program, which their readers would open too', async () => {
    const path = newFolder();
    mkdirSync(path);
    await saveFile(new nn.Linear(2, 2), join(path, 'other.safetensors'));
    const model = build();
    const before = defaultGenerator.clone().nextWord();
    const slices = { shards: 2, layout: 'dcp' } as const;
    await expect(initializeToFolder(model, policy, path, { ...slices, force: true })).rejects.toThrow(
      `Invalid file at ${path}: the folder is to hold slices, and readers of slices open every .safetensors file of a folder: ` +
        'expected none of another program, found other.safetensors; move it away, or choose another folder',
    );
    expect(readdirSync(path)).toEqual(['other.safetensors']);
    expect(defaultGenerator.clone().nextWord()).toBe(before);
    expect((await initializeToFolder(model, policy, path, { shards: 2 })).problems).toEqual([]);
  });
});
