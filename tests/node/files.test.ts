import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as safetensors from '../../src/checkpoint/safetensors.js';
import { FormatError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { loadFile, saveFile } from '../../src/node.js';
import { ones } from '../../src/tensor/creation.js';
import { rand } from '../../src/tensor/randomCreation.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('saveFile and loadFile', () => {
  it('restore a module and its metadata', async () => {
    const path = join(folder, 'net.safetensors');
    const net = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3));
    await saveFile(net, path, { metadata: { seed: '0' } });
    const { tensors, metadata } = await loadFile(path);
    expect(Object.fromEntries(metadata)).toEqual({ format: 'pt', seed: '0' });
    const other = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3));
    other.loadStateDict(tensors);
    expect([...other.stateDict()].map(([key, t]) => [key, t.data])).toEqual(
      [...net.stateDict()].map(([key, t]) => [key, t.data]),
    );
  });

  it('keep an older file, and leave no other file, when writing fails', async () => {
    const path = join(folder, 'kept', 'a.safetensors');
    mkdirSync(join(folder, 'kept'));
    await saveFile([['a', ones([1])]], path);
    const before = readFileSync(path);
    await expect(saveFile([['a', 1 as never]], path)).rejects.toThrow(FormatError);
    mkdirSync(join(folder, 'kept', 'b.safetensors'));
    await expect(saveFile([['a', ones([1])]], join(folder, 'kept', 'b.safetensors'))).rejects.toThrow('is a folder');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(folder, 'kept')).sort()).toEqual(['a.safetensors', 'b.safetensors']);
  });

  it('write the values of the moment of the call', async () => {
    const path = join(folder, 'moment.safetensors');
    const weight = ones([1000]);
    const saving = saveFile([['weight', weight]], path);
    weight.fill_(2);
    await saving;
    expect((await loadFile(path)).tensors.get('weight')?.data).toEqual(ones([1000]).data);
  });

  it('write the bytes of serialize()', async () => {
    const path = join(folder, 'bytes.safetensors');
    const tensors = [
      ['b', ones([3], { dtype: 'bool' })],
      ['é', ones([2, 0])],
      ['parts', ones([5, 4]).narrow(0, 1, 3)],
      ['i', ones([], { dtype: 'int64' })],
      ['h', ones([7], { dtype: 'bfloat16' })],
      // Several steps of writing.
      ['large', rand([2 ** 22 + 3, 3])],
    ] as const;
    for (const some of [tensors, []]) {
      await saveFile(some, path, { metadata: { step: '3' } });
      expect(readFileSync(path).equals(safetensors.serialize(some, { step: '3' }))).toBe(true);
    }
    const [first, second] = [new nn.Linear(3, 3), new nn.Linear(3, 3)];
    second.weight = first.weight;
    const tied = new nn.Sequential(first, second);
    await saveFile(tied, path);
    expect(readFileSync(path).equals(safetensors.serialize(tied))).toBe(true);
  });

  it('name the file and the reason in errors', async () => {
    const damaged = join(folder, 'damaged.safetensors');
    writeFileSync(damaged, 'no');
    await expect(loadFile(damaged)).rejects.toThrow(/damaged\.safetensors: header too small/);
    await expect(loadFile(join(folder, 'nowhere'))).rejects.toThrow('there is no such file');
    await expect(loadFile(folder)).rejects.toThrow('is a folder');
    await expect(saveFile([], join(folder, 'no', 'a'))).rejects.toThrow('the folder does not exist');
    await expect(loadFile(3 as never)).rejects.toThrow('expects the path of a file, found 3');
  });
});
