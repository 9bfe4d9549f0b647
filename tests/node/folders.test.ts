import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { layOutFolder } from '../../src/checkpoint/layOutFolder.js';
import * as safetensors from '../../src/checkpoint/safetensors.js';
import { AbortError, ArgumentError, FormatError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { FolderReplacement } from '../../src/node/files/FolderReplacement.js';
import { temporaryName } from '../../src/node/files/temporaryFile.js';
import { openCheckpoint } from '../../src/node/reading/openCheckpoint.js';
import { loadFile, openFile, saveFile, saveFolder } from '../../src/node.js';
import { finish } from '../../src/random/Steps.js';
import { full, ones } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const place = mkdtempSync(join(tmpdir(), 'initree-folders-'));
const folder = join(place, 'model');
const INDEX = 'model.safetensors.index.json';
const [FIRST, SECOND] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
beforeEach(() => {
  rmSync(place, { recursive: true });
  mkdirSync(place);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const state = (value = 1): [string, Tensor][] => [
  ['b', full([2], value)],
  ['a', full([6], value)],
  ['c', full([2], value)],
];
/** Two files: `a` alone, and `b` with `c`. */
const save = (value = 1, options = {}) => saveFolder(state(value), folder, { maxShardSize: 20, ...options });
const names = () => readdirSync(folder).sort();
const indexOf = () => JSON.parse(readFileSync(join(folder, INDEX), 'utf8'));
const writeIndex = (index: unknown) =>
  writeFileSync(join(folder, INDEX), typeof index === 'string' ? index : JSON.stringify(index));
const valuesOf = async (path = folder) =>
  Object.fromEntries(Array.from((await loadFile(path)).tensors, ([name, tensor]) => [name, tensor.tolist()]));
const problemsOf = async () => {
  const { file, problems } = await openCheckpoint(folder);
  await file.close();
  return problems.map(({ file, kind }) => `${file}: ${kind}`);
};

describe('saveFolder', () => {
  it('writes the files and the index of huggingface_hub', async () => {
    await save(1, { metadata: { step: '3' } });
    expect(names()).toEqual([FIRST, SECOND, INDEX]);
    expect(readFileSync(join(folder, INDEX), 'utf8')).toBe(
      `{\n  "metadata": {\n    "total_size": 40,\n    "format": "pt",\n    "step": "3"\n  },\n  "weight_map": {\n` +
        `    "a": "${FIRST}",\n    "b": "${SECOND}",\n    "c": "${SECOND}"\n  }\n}\n`,
    );
    const [[b], [a], [c]] = [state().slice(0, 1), state().slice(1, 2), state().slice(2)];
    const bytes = (...tensors: [string, Tensor][]) => Buffer.from(safetensors.serialize(tensors, { step: '3' }));
    expect(readFileSync(join(folder, FIRST)).equals(bytes(a))).toBe(true);
    expect(readFileSync(join(folder, SECOND)).equals(bytes(b, c))).toBe(true);
  });

  it('writes model.safetensors, the file of saveFile, where one file is enough', async () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
    await saveFile(model, join(place, 'one.safetensors'), { metadata: { step: '3' } });
    for (const options of [{}, { shards: 1 }, { maxShardSize: '0.2KB' }]) {
      await saveFolder(model, folder, { ...options, metadata: { step: '3' }, force: true });
      expect(names()).toEqual(['model.safetensors']);
      expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(readFileSync(join(place, 'one.safetensors')));
    }
    await saveFolder([], folder, { shards: 4, force: true });
    expect(names()).toEqual(['model.safetensors']);
    expect(await valuesOf()).toEqual({});
  });

  it('writes a tied tensor once, with its other names in the metadata of its file and of the index', async () => {
    const tied = new nn.ModuleDict({
      wte: new nn.Embedding(5, 3),
      h: new nn.Linear(3, 3),
      lm: new nn.Linear(3, 5, { bias: false }),
    });
    (tied.get('lm') as nn.Linear).weight = (tied.get('wte') as nn.Embedding).weight;
    await saveFolder(tied, folder, { shards: 3 });
    const { metadata, weight_map: fileOf } = indexOf();
    // safetensors.torch keeps the first name in alphabetical order.
    expect(Object.keys(fileOf).sort()).toEqual(['h.bias', 'h.weight', 'lm.weight']);
    expect(metadata).toEqual({ total_size: 4 * (15 + 9 + 3), format: 'pt', 'wte.weight': 'lm.weight' });
    for (const file of new Set(Object.values(fileOf))) {
      const { metadata } = await loadFile(join(folder, file as string));
      expect(metadata.has('wte.weight')).toBe(file === fileOf['lm.weight']);
    }
    const { tensors } = await loadFile(folder);
    const copy = new nn.ModuleDict({
      wte: new nn.Embedding(5, 3),
      h: new nn.Linear(3, 3),
      lm: new nn.Linear(3, 5, { bias: false }),
    });
    (copy.get('lm') as nn.Linear).weight = (copy.get('wte') as nn.Embedding).weight;
    copy.loadStateDict(tensors);
    expect([...copy.stateDict()].map(([, t]) => t.tolist())).toEqual([...tied.stateDict()].map(([, t]) => t.tolist()));
  });

  it('keeps the order and the names of every key', async () => {
    const odd = ['10', '2', '__proto__', 'é"\\', '\u001b', 'constructor'].map((name) => [name, ones([2])] as const);
    await saveFolder(odd, folder, { maxShardSize: 8 });
    const file = await openFile(folder);
    expect(file.names).toEqual(odd.map(([name]) => name));
    await file.close();
  });

  it('writes the values of the moment of the call', async () => {
    const weight = ones([4]);
    const saving = saveFolder(
      [
        ['w', weight],
        ['v', ones([4])],
      ],
      folder,
      { shards: 2 },
    );
    weight.fill_(2);
    await saving;
    expect((await valuesOf()).w).toEqual([1, 1, 1, 1]);
  });

  it('leaves a checkpoint that is there, and all other files, without force', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), '{}');
    await save(1);
    const before = new Map(names().map((name) => [name, readFileSync(join(folder, name))]));
    for (const options of [{}, { maxShardSize: 8 }, { maxShardSize: undefined }]) {
      await expect(save(2, options)).rejects.toThrow(
        /model: a checkpoint is in the folder already, and was left as it is: found model-00001-of-00002.safetensors and 2 more; choose another folder, or force/,
      );
    }
    expect(new Map(names().map((name) => [name, readFileSync(join(folder, name))]))).toEqual(before);
  });

  it.each([
    [
      'more files',
      8,
      [
        'model-00001-of-00003.safetensors',
        'model-00002-of-00003.safetensors',
        'model-00003-of-00003.safetensors',
        INDEX,
      ],
    ],
    ['as many files', 20, [FIRST, SECOND, INDEX]],
    ['one file', undefined, ['model.safetensors']],
  ])('with force, replaces a checkpoint by %s, and removes what is stale', async (_, maxShardSize, expected) => {
    await save(1);
    const others = ['config.json', 'model.safetensors.backup', 'adapter_model.safetensors', 'model-1-of-2.safetensors'];
    for (const name of others) writeFileSync(join(folder, name), 'x');
    writeFileSync(join(folder, 'model-00001-of-00009.safetensors'), 'x');
    await save(2, { maxShardSize, force: true });
    expect(names()).toEqual([...expected, ...others].sort());
    expect(Object.values(await valuesOf())).toContainEqual([2, 2, 2, 2, 2, 2]);
    await save(3, { force: true });
    expect(names()).toEqual([FIRST, SECOND, INDEX, ...others].sort());
    expect((await valuesOf()).a).toEqual([3, 3, 3, 3, 3, 3]);
  });

  it('replaces links, as the cache of Hugging Face has them, and leaves the files that they lead to', async () => {
    mkdirSync(join(place, 'blobs'));
    for (const maxShardSize of [20, 8]) {
      rmSync(folder, { recursive: true, force: true });
      await save(1);
      for (const name of names()) {
        renameSync(join(folder, name), join(place, 'blobs', name));
        symlinkSync(`../blobs/${name}`, join(folder, name));
      }
      const before = readFileSync(join(place, 'blobs', FIRST));
      await save(2, { force: true, maxShardSize });
      expect((await valuesOf()).a).toEqual([2, 2, 2, 2, 2, 2]);
      expect(await problemsOf()).toEqual([]);
      expect(readdirSync(join(place, 'blobs')).sort()).toEqual([FIRST, SECOND, INDEX]);
      expect(readFileSync(join(place, 'blobs', FIRST))).toEqual(before);
    }
    symlinkSync('model', join(place, 'link'));
    await saveFolder(state(3), join(place, 'link'), { force: true });
    expect(names()).toEqual(['model.safetensors']);
  });

  it.each(['', '/'])('refuses a link that leads to nothing, with "%s" at its end', async (end) => {
    const link = join(place, `nothing${end.length}`);
    symlinkSync('gone', link);
    await expect(saveFolder(state(1), `${link}${end}`, { force: true })).rejects.toThrow(
      'the path is a symbolic link that leads to nothing; remove it, or create what it leads to',
    );
    expect(existsSync(join(place, 'gone'))).toBe(false);
  });

  it('leaves nothing when it fails, and no folder that it created', async () => {
    const wrong: [() => Promise<void>, RegExp][] = [
      [() => save(1, { shards: 2 }), /expected maxShardSize or shards, found both/],
      [() => save(1, { maxShardSize: undefined, shards: 0 }), /an integer from 1 to 99,999/],
      [() => save(1, { maxShardSize: '5' }), /expected maxShardSize to be a size/],
      [() => save(1, { metadata: { total_size: '1' } }), /'total_size' of their own/],
      [() => save(1, { metadata: { a: 1 } }), /expected metadata to be strings/],
      [() => save(1, { size: 3 }), /size/],
      [() => saveFolder([['a', 1 as never]], folder), /expected a Tensor/],
      [() => saveFolder(state(), 3 as never), /expects the path of a folder, found 3/],
      [() => saveFolder(state(), ''), /expects the path of a folder/],
      [() => saveFolder(state(), join(folder, 'deeper')), /the folder around it does not exist/],
    ];
    for (const [call, message] of wrong) await expect(call()).rejects.toThrow(message);
    expect(readdirSync(place)).toEqual([]);
    writeFileSync(folder, 'x');
    await expect(save()).rejects.toThrow(/model: the path is a file; expected the path of a folder/);
  });

  it('refuses an index that readers would refuse', async () => {
    const long = 'x'.repeat(6 * 2 ** 20);
    const tensors = [`${long}1`, `${long}2`].map((name) => [name, ones([1])] as const);
    await expect(saveFolder(tensors, folder, { shards: 2 })).rejects.toThrow(
      /index is too large: expected at most 10,485,760 bytes, found 12,/,
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a folder that is being replaced', () => {
  const layout = (value: number, maxShardSize = 20) => layOutFolder(state(value), {}, { maxShardSize });
  /** Everything that a run has done before the names are given. */
  function written(value: number, options: { replace?: boolean; maxShardSize?: number } = {}): FolderReplacement {
    const replacement = new FolderReplacement(folder, options);
    finish(replacement.write(layout(value, options.maxShardSize)));
    return replacement;
  }

  it('is as it was until the commit, and after an abort or a signal', async () => {
    await save(1);
    const replacement = written(2);
    expect(await valuesOf()).toMatchObject({ a: [1, 1, 1, 1, 1, 1] });
    await expect(replacement.commit(AbortSignal.abort())).rejects.toThrow(AbortError);
    replacement.abort();
    expect(names()).toEqual([FIRST, SECOND, INDEX]);
    expect(await valuesOf()).toMatchObject({ a: [1, 1, 1, 1, 1, 1] });
  });

  it('never holds a mixture when several save into it', async () => {
    const saves = [1, 2, 3, 4, 5, 6].map((value) => save(value, { force: true, maxShardSize: value % 2 ? 20 : 8 }));
    await Promise.all(saves);
    const { b, a } = (await valuesOf()) as Record<string, number[]>;
    expect(b[0]).toBe(a[0]);
    expect(await problemsOf()).toEqual([]);
    expect(names().filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('gets the first of several saves without force, and the others say why', async () => {
    const replacements = [1, 2, 3].map((value) =>
      written(value, { replace: false, maxShardSize: value === 2 ? 8 : 20 }),
    );
    const ended = await Promise.allSettled(replacements.map((replacement) => replacement.commit()));
    for (const replacement of replacements) replacement.abort();
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((ended[1] as PromiseRejectedResult).reason).toEqual(
      expect.objectContaining({ message: expect.stringContaining('a checkpoint is in the folder already') }),
    );
    expect(names()).toEqual([FIRST, SECOND, INDEX]);
    expect(await valuesOf()).toMatchObject({ a: [1, 1, 1, 1, 1, 1] });
  });

  it('is as it was if a file that is not listed takes a name', async () => {
    const replacement = written(2, { replace: false });
    mkdirSync(join(folder, SECOND));
    await expect(replacement.commit()).rejects.toThrow(FormatError);
    replacement.abort();
    expect(names()).toEqual([SECOND]);
  });

  it('keeps the earlier checkpoint if a file of another name fails, also with force', async () => {
    await save(1);
    const replacement = written(2, { maxShardSize: 8 });
    mkdirSync(join(folder, 'model-00002-of-00003.safetensors'));
    await expect(replacement.commit()).rejects.toThrow(
      /model-00002-of-00003\.safetensors: the path is a folder; expected the path of a file$/,
    );
    replacement.abort();
    expect(names()).toEqual([FIRST, 'model-00002-of-00003.safetensors', SECOND, INDEX].sort());
    expect(await valuesOf()).toMatchObject({ a: [1, 1, 1, 1, 1, 1] });
  });

  /** The name of a temporary file of a process that has ended. */
  function deadName(finalName: string): string {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    return temporaryName(finalName).replace(`-${process.pid}-`, `-${pid}-`);
  }

  it('is cleaned of what a killed run left, also in the midst of giving names', async () => {
    await save(1);
    // The state after a kill between the first name and the index.
    const dead = [FIRST, SECOND, INDEX].map((name) => join(folder, deadName(name)));
    linkSync(join(folder, FIRST), dead[0]);
    renameSync(join(folder, SECOND), dead[1]);
    renameSync(join(folder, INDEX), dead[2]);
    await expect(loadFile(folder)).rejects.toThrow(/may have been interrupted, so save again/);
    await save(2);
    expect(names()).toEqual([FIRST, SECOND, INDEX]);
    expect(await valuesOf()).toMatchObject({ a: [2, 2, 2, 2, 2, 2] });
  });

  it('keeps a whole checkpoint whose run was killed before it removed its temporary names', async () => {
    await save(1);
    for (const name of names()) linkSync(join(folder, name), join(folder, deadName(name)));
    await expect(save(2)).rejects.toThrow('a checkpoint is in the folder already');
    expect(names()).toEqual([FIRST, SECOND, INDEX]);
    expect(await valuesOf()).toMatchObject({ a: [1, 1, 1, 1, 1, 1] });
  });

  it('keeps files without an index that no killed run left', async () => {
    await save(1);
    rmSync(join(folder, INDEX));
    await expect(save(2)).rejects.toThrow('a checkpoint is in the folder already');
    expect(names()).toEqual([FIRST, SECOND]);
    await save(2, { force: true });
    expect(await valuesOf()).toMatchObject({ a: [2, 2, 2, 2, 2, 2] });
  });

  it('is locked while names are given; the lock of a dead process is broken', async () => {
    mkdirSync(folder);
    symlinkSync(deadName('.initree-lock'), join(folder, '.initree-lock'));
    await save(1);
    expect(names()).toEqual([FIRST, SECOND, INDEX]);
    const lock = join(folder, '.initree-lock');
    symlinkSync(temporaryName('.initree-lock'), lock);
    let isDone = false;
    const saving = save(2, { force: true }).then(() => {
      isDone = true;
    });
    await new Promise((resume) => setTimeout(resume, 60));
    expect(isDone).toBe(false);
    rmSync(lock);
    await saving;
    expect(await valuesOf()).toMatchObject({ a: [2, 2, 2, 2, 2, 2] });
  });
});

describe('openFile and loadFile of a folder', () => {
  it('read as from one file', async () => {
    await save(1, { metadata: { step: '3' } });
    const file = await openFile(folder);
    expect(file.names).toEqual(['a', 'b', 'c']);
    expect(Object.fromEntries(file.metadata)).toEqual({ format: 'pt', step: '3' });
    expect(file.info('b')).toEqual({ dtype: 'float32', shape: [2], bytes: 8 });
    expect((await file.read('c')).tolist()).toEqual([1, 1]);
    expect(file.readSync('a').tolist()).toEqual([1, 1, 1, 1, 1, 1]);
    expect((await file.readRange('a', 1, 3)).tolist()).toEqual([1, 1]);
    expect(() => file.info('d')).toThrow(ArgumentError);
    await file.close();
    await expect(file.read('a')).rejects.toThrow('the file was closed');
    const { tensors, metadata, skipped } = await loadFile(folder);
    expect([[...tensors.keys()], metadata.get('step'), skipped]).toEqual([['a', 'b', 'c'], '3', []]);
  });

  it('go on reading the files that they opened when a save replaces them', async () => {
    await save(1);
    const file = await openFile(folder);
    await save(2, { force: true });
    for (const name of file.names) expect(file.readSync(name).tolist()).toContain(1);
    await file.close();
  });

  it('follow links, as the cache of Hugging Face has them, and enter inner folders', async () => {
    await save(1);
    mkdirSync(join(place, 'blobs'));
    renameSync(join(folder, FIRST), join(place, 'blobs', 'f00'));
    symlinkSync('../blobs/f00', join(folder, FIRST));
    expect(await valuesOf()).toMatchObject({ a: [1, 1, 1, 1, 1, 1] });
    mkdirSync(join(folder, 'inner'));
    renameSync(join(folder, SECOND), join(folder, 'inner', SECOND));
    writeIndex({ weight_map: { a: `./${FIRST}`, b: `inner/${SECOND}`, c: `inner/${SECOND}` } });
    expect(await valuesOf()).toEqual({ a: [1, 1, 1, 1, 1, 1], b: [1, 1], c: [1, 1] });
  });

  it('accept an index as other programs write it', async () => {
    await save(1);
    const { weight_map } = indexOf();
    for (const metadata of [undefined, null, {}, { total_size: 40, total_parameters: 10 }, { total_size: 40.5 }]) {
      writeIndex({ more: [{ x: 1 }], weight_map, metadata });
      expect((await valuesOf()).b).toEqual([1, 1]);
    }
  });

  it.each([
    '../a.safetensors',
    '..\\a.safetensors',
    'x/../../a.safetensors',
    'x\\..\\a.safetensors',
    '/tmp/a.safetensors',
    '\\a.safetensors',
    '\\\\server\\share\\a.safetensors',
    '//server/share/a.safetensors',
    'C:\\a.safetensors',
    'C:a.safetensors',
    'c:/a.safetensors',
    '.. /a.safetensors',
    '... /a.safetensors',
    '\\\\?\\C:\\a.safetensors',
    'a:b.safetensors',
    'a.bin',
    '',
    'a.SAFETENSORS',
    'x\0.safetensors',
  ])('refuse the name %j, which leaves the folder or is none of a safetensors file', async (name) => {
    await save(1);
    writeIndex({ metadata: {}, weight_map: { ...indexOf().weight_map, b: name } });
    await expect(openFile(folder)).rejects.toThrow(
      /model\.safetensors\.index\.json: expected the name of a \.safetensors file within the folder, found ".*" for 'b'/,
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['an array', [], /expected a JSON object, found an array/],
    ['no JSON', '{"weight_map":', /the index is not JSON: expected a value at byte 14, found the end/],
    ['no weight_map', { metadata: {} }, /expected an object weight_map, found nothing/],
    ['an array as weight_map', { weight_map: [] }, /expected weight_map to be an object, found an array/],
    ['a number as a file', { weight_map: { a: 3 } }, /expected the name of a file for 'a', found 3/],
    ['a key twice', '{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}', /found 'a' twice/],
    ['two maps', '{"weight_map":{},"weight_map":{}}', /found 'weight_map' twice/],
    ['a list as metadata', { metadata: [], weight_map: {} }, /expected metadata to be an object, found an array/],
  ])('refuse an index with %s', async (_, index, message) => {
    await save(1);
    writeIndex(index);
    await expect(openFile(folder)).rejects.toThrow(message);
    await expect(openFile(folder)).rejects.toThrow(`${folder}/${INDEX}`);
  });

  it('refuse an index above 10 MiB before they read it, and no smaller one', async () => {
    await save(1);
    const text = readFileSync(join(folder, INDEX), 'utf8');
    writeIndex(text.padEnd(10 * 2 ** 20));
    expect((await valuesOf()).b).toEqual([1, 1]);
    truncateSync(join(folder, INDEX), 10 * 2 ** 20 + 1);
    await expect(openFile(folder)).rejects.toThrow(
      /index is too large: expected at most 10,485,760 bytes, found 10,485,761/,
    );
    truncateSync(join(folder, INDEX), 2 ** 40);
    await expect(openFile(folder)).rejects.toThrow(/index is too large/);
  });

  it('refuse a missing and a damaged file, and keys that the index and the headers do not share', async () => {
    await save(1);
    const { weight_map } = indexOf();
    const index = (changes: object) => writeIndex({ metadata: {}, weight_map: { ...weight_map, ...changes } });
    index({ z: FIRST, b: undefined, y: 'model-00007-of-00009.safetensors' });
    await expect(openFile(folder)).rejects.toThrow(
      `model: the files of the folder do not agree: model-00007-of-00009.safetensors: the index names this file, and it is not in the folder; ` +
        `${FIRST}: the file lacks the tensor 'z', which the index gives to it; ${SECOND}: the file has the tensor 'b', which the index lacks`,
    );
    index({ a: SECOND, x: FIRST });
    await expect(loadFile(folder)).rejects.toThrow(
      `${FIRST}: the file has the tensor 'a', which the index gives to ${SECOND}`,
    );
    index({});
    truncateSync(join(folder, FIRST), 100);
    await expect(loadFile(folder)).rejects.toThrow(new RegExp(`${FIRST}: .*may be cut off`));
    rmSync(join(folder, FIRST));
    mkdirSync(join(folder, FIRST));
    await expect(loadFile(folder)).rejects.toThrow(new RegExp(`${FIRST}: the file could not be read: it is a folder`));
    expect(await problemsOf()).toEqual([`${FIRST}: damaged file`]);
  });

  it('refuse files of different runs, and leave out other metadata that differ', async () => {
    await save(1, { metadata: { 'initree.seed': '0', part: '1' } });
    await saveFile(state(2).slice(1, 2), join(folder, FIRST), { metadata: { 'initree.seed': '0', part: '2' } });
    expect(Object.fromEntries((await loadFile(folder)).metadata)).toEqual({ format: 'pt', 'initree.seed': '0' });
    await saveFile(state(2).slice(1, 2), join(folder, FIRST), { metadata: { 'initree.seed': '7' } });
    await expect(openFile(folder)).rejects.toThrow(
      `${FIRST}: the metadata initree.seed are '7', and '0' in another file; the files are of different runs`,
    );
  });

  it('read by the index beside stale files, and refuse two checkpoints', async () => {
    await save(1);
    await saveFile(state(2), join(folder, 'model-00003-of-00003.safetensors'));
    await saveFile(state(2), join(folder, 'consolidated.safetensors'));
    expect((await valuesOf()).b).toEqual([1, 1]);
    expect(await problemsOf()).toEqual(['model-00003-of-00003.safetensors: stale file']);
    await saveFile(state(2), join(folder, 'model.safetensors'));
    await expect(openFile(folder)).rejects.toThrow(/model\.safetensors: it is beside an index that does not name it/);
    rmSync(join(folder, INDEX));
    expect((await valuesOf()).b).toEqual([2, 2]);
    expect(await problemsOf()).toHaveLength(3);
  });

  it('accept an index that names model.safetensors, and note a wrong total_size', async () => {
    await saveFolder(state(1), folder);
    const weight_map = Object.fromEntries(state().map(([name]) => [name, 'model.safetensors']));
    writeIndex({ metadata: { total_size: 40 }, weight_map });
    expect(await problemsOf()).toEqual([]);
    writeIndex({ metadata: { total_size: 41 }, weight_map });
    expect(await problemsOf()).toEqual([`${INDEX}: total size`]);
    expect((await valuesOf()).b).toEqual([1, 1]);
  });

  it('refuse a folder without a checkpoint, and say what is there', async () => {
    mkdirSync(folder);
    await expect(openFile(folder)).rejects.toThrow(
      /it is a folder without a checkpoint: expected model\.safetensors\.index\.json, model\.safetensors, or files of slices with DCP_SHARDING_INFO, found no \.safetensors file/,
    );
    await saveFile(state(), join(folder, 'net.safetensors'));
    await expect(openFile(folder)).rejects.toThrow(/found net\.safetensors; give the path of a file/);
    for (let i = 0; i < 2000; i++) writeFileSync(join(folder, `n${i}.safetensors`), '');
    const error = await openFile(folder).catch((caught: unknown) => caught);
    expect((error as Error).message.length).toBeLessThan(2000);
  });
});
