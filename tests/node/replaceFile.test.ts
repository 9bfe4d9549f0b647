import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AbortError, FormatError } from '../../src/errors.js';
import { loadFile } from '../../src/node/loadFile.js';
import { checkReplaceable, replaceFile } from '../../src/node/replaceFile.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-replace-'));
const path = join(folder, 'a.bin');
beforeEach(() => writeFileSync(path, 'old'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = () => readFileSync(path, 'utf8');

describe('replaceFile', () => {
  it('replaces a file, and leaves no other file', async () => {
    await replaceFile(path, 'new');
    expect(content()).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it.each([
    ['before', 0],
    ['during', 1],
  ])('leaves the old file and no other when aborted %s the writing', async (_, turns) => {
    const controller = new AbortController();
    const writing = replaceFile(path, new Uint8Array(100_000_000), controller.signal);
    if (turns > 0) await new Promise((resume) => setImmediate(resume));
    controller.abort();
    await expect(writing).rejects.toThrow(AbortError);
    expect(content()).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('replaces the file that a symbolic link leads to', async () => {
    const link = join(folder, 'link.bin');
    symlinkSync('a.bin', link);
    await checkReplaceable(link);
    await replaceFile(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(content()).toBe('new');
    rmSync(link);
  });

  it('leaves a pipe as it is, and does not wait for it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const message = 'the path is a device or a pipe; expected the path of a file';
    await expect(checkReplaceable(pipe)).rejects.toThrow(message);
    await expect(replaceFile(pipe, 'new')).rejects.toThrow(message);
    await expect(loadFile(pipe)).rejects.toThrow('it is a device or a pipe; expected a file');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    rmSync(pipe);
  });

  it('reports beforehand why a file cannot be written', async () => {
    await expect(checkReplaceable(path)).resolves.toBeUndefined();
    await expect(checkReplaceable(join(folder, 'new.bin'))).resolves.toBeUndefined();
    for (const wrong of [folder, join(folder, 'nowhere', 'a.bin'), join(path, 'a.bin')]) {
      await expect(checkReplaceable(wrong)).rejects.toThrow(FormatError);
      await expect(replaceFile(wrong, 'new')).rejects.toThrow(FormatError);
    }
    expect(content()).toBe('old');
  });
});
