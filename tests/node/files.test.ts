import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { FormatError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { loadFile, saveFile } from '../../src/node.js';
import { ones } from '../../src/tensor/creation.js';

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
