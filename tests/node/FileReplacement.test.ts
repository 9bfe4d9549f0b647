import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AbortError, FormatError, StateError } from '../../src/errors.js';
import { FileReplacement, type ReplacementOptions } from '../../src/node/files/FileReplacement.js';
import { checkReplaceable } from '../../src/node/files/targetOf.js';
import { loadFile } from '../../src/node/reading/loadFile.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-replace-'));
const path = join(folder, 'a.bin');
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(path, 'old');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
const content = (file = path) => readFileSync(file, 'utf8');
const modeOf = (file: string) => (statSync(file).mode & 0o7777).toString(8);

/** Replaces a file at once. `meanwhile` is called when the bytes are written and do not have their name yet. */
async function replaceFile(
  file: string,
  text: string,
  { meanwhile, signal, ...options }: ReplacementOptions & { meanwhile?: () => void; signal?: AbortSignal } = {},
): Promise<void> {
  const replacement = new FileReplacement(file, options);
  try {
    replacement.write(0, Buffer.from(text));
    meanwhile?.();
    await replacement.commit(signal);
  } finally {
    replacement.abort();
  }
}

describe('a replacement', () => {
  it('replaces a file, and leaves no other file', async () => {
    await replaceFile(path, 'new');
    expect(content()).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('leaves the old file and no other when aborted', async () => {
    const early = new AbortController();
    early.abort('why');
    await expect(replaceFile(path, 'new', { signal: early.signal })).rejects.toThrow(AbortError);
    const late = new AbortController();
    const writing = replaceFile(path, 'new', { signal: late.signal });
    late.abort();
    await expect(writing).rejects.toThrow(AbortError);
    expect(content()).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('writes in any order, also from another thread’s view of the temporary file', async () => {
    const replacement = new FileReplacement(path);
    replacement.write(3, Buffer.from('def'));
    expect(content()).toBe('old');
    replacement.write(0, Buffer.from('abc'));
    expect(content(replacement.temporary)).toBe('abcdef');
    await replacement.commit();
    expect(content()).toBe('abcdef');
    expect(() => replacement.write(0, Buffer.from('x'))).toThrow(StateError);
    replacement.abort();
    expect(content()).toBe('abcdef');
  });

  it('does not depend on the working directory afterwards', async () => {
    const before = process.cwd();
    const replacement = new FileReplacement(relative(before, path));
    try {
      process.chdir('/');
      replacement.write(0, Buffer.from('new'));
      await replacement.commit();
    } finally {
      process.chdir(before);
    }
    expect(content()).toBe('new');
  });

  it('keeps the mode, and the temporary file of a private one is private', async () => {
    for (const mode of [0o600, 0o640, 0o444, 0o755]) {
      if (mode === 0o444 && !isRoot) continue;
      chmodSync(path, mode);
      const isPrivate = (file: string) => (statSync(file).mode & 0o077) === 0;
      const replacement = new FileReplacement(path);
      expect(isPrivate(replacement.temporary)).toBe(true);
      await replacement.commit();
      expect(modeOf(path)).toBe(mode.toString(8));
    }
  });

  it('gives a new file the mode of every new file', async () => {
    const ordinary = join(folder, 'ordinary');
    writeFileSync(ordinary, '');
    const made = join(folder, 'made');
    await replaceFile(made, 'new');
    expect(modeOf(made)).toBe(modeOf(ordinary));
    await replaceFile(join(folder, 'named'), 'new', { replace: false });
    expect(modeOf(join(folder, 'named'))).toBe(modeOf(ordinary));
  });

  (isRoot ? it : it.skip)('keeps the owner, which only root can give', async () => {
    chownSync(path, 12345, 23456);
    chmodSync(path, 0o640);
    await replaceFile(path, 'new');
    const { uid, gid } = statSync(path);
    expect([uid, gid, modeOf(path), content()]).toEqual([12345, 23456, '640', 'new']);
  });

  it('replaces a file of several names under one of them', async () => {
    const other = join(folder, 'other.bin');
    linkSync(path, other);
    await replaceFile(path, 'new');
    expect([content(), content(other)]).toEqual(['new', 'old']);
  });

  it.each([1, 200, 231, 232, 254, 255])('writes a name of %i bytes', async (length) => {
    const name = 'n'.repeat(length);
    await replaceFile(join(folder, name), 'new');
    expect(readdirSync(folder).sort()).toEqual(['a.bin', name]);
  });

  it('says that a name is too long', async () => {
    await expect(replaceFile(join(folder, 'n'.repeat(256)), 'new')).rejects.toThrow(/the name is too long.*shorter/);
  });
});

describe('a symbolic link', () => {
  const link = join(folder, 'link.bin');

  it('leads to the file that is replaced', async () => {
    symlinkSync('a.bin', link);
    checkReplaceable(link);
    await replaceFile(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(content()).toBe('new');
  });

  it('may lead to a file that does not exist yet, through other links and folders', async () => {
    mkdirSync(join(folder, 'deep', 'inner'), { recursive: true });
    symlinkSync('deep/inner', join(folder, 'short'));
    symlinkSync('short/../next', link);
    symlinkSync('../new.bin', join(folder, 'deep', 'next'));
    checkReplaceable(link);
    await replaceFile(link, 'new', { replace: false });
    expect(content(join(folder, 'new.bin'))).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['a.bin', 'deep', 'link.bin', 'new.bin', 'short']);
  });

  it('may be absolute, and may be one of the folders', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'initree-elsewhere-'));
    symlinkSync(elsewhere, join(folder, 'far'));
    symlinkSync(join(elsewhere, 'b.bin'), link);
    await replaceFile(link, 'one');
    expect(content(join(elsewhere, 'b.bin'))).toBe('one');
    await replaceFile(join(folder, 'far', 'b.bin'), 'two');
    expect(content(join(elsewhere, 'b.bin'))).toBe('two');
    expect(readdirSync(elsewhere)).toEqual(['b.bin']);
    rmSync(elsewhere, { recursive: true });
  });

  it('is refused in a circle, and where it leads nowhere or to a folder', async () => {
    symlinkSync('link.bin', link);
    await expect(replaceFile(link, 'new')).rejects.toThrow(/links of the path lead in a circle/);
    rmSync(link);
    symlinkSync('nowhere/a.bin', link);
    await expect(replaceFile(link, 'new')).rejects.toThrow('the folder does not exist; create it first');
    rmSync(link);
    symlinkSync('.', link);
    await expect(replaceFile(link, 'new')).rejects.toThrow('the path is a folder');
  });
});

describe('what is no ordinary file', () => {
  const message = /the path is a (device or a pipe|socket); expected the path of a file/;

  it('is left as it is if it is a pipe, and nobody waits for it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    symlinkSync('pipe', join(folder, 'link'));
    for (const way of [pipe, join(folder, 'link')]) {
      expect(() => checkReplaceable(way)).toThrow(message);
      await expect(replaceFile(way, 'new')).rejects.toThrow(message);
    }
    await expect(loadFile(pipe)).rejects.toThrow('it is a device or a pipe; expected a file');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('is left as it is if it is a socket', async () => {
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    await new Promise((resume) => void server.once('listening', resume));
    await expect(replaceFile(socket, 'new')).rejects.toThrow(message);
    expect(lstatSync(socket).isSocket()).toBe(true);
    await new Promise((resume) => void server.close(resume));
  });

  it('is left as it is if it appears meanwhile', async () => {
    const pipe = join(folder, 'pipe');
    const meanwhile = () => void execFileSync('mkfifo', [pipe]);
    await expect(replaceFile(pipe, 'new', { meanwhile })).rejects.toThrow(message);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    const inner = join(folder, 'inner');
    await expect(replaceFile(inner, 'new', { meanwhile: () => mkdirSync(inner) })).rejects.toThrow('is a folder');
    expect(readdirSync(folder).sort()).toEqual(['a.bin', 'inner', 'pipe']);
    const link = join(folder, 'link');
    await expect(replaceFile(link, 'new', { meanwhile: () => symlinkSync('a.bin', link) })).rejects.toThrow(
      'the path is a symbolic link that appeared meanwhile',
    );
    expect(content()).toBe('old');
  });

  it('is reported beforehand', async () => {
    expect(() => checkReplaceable(path)).not.toThrow();
    expect(() => checkReplaceable(join(folder, 'new.bin'))).not.toThrow();
    for (const wrong of [folder, '.', '..', '/', join(folder, 'nowhere', 'a.bin'), join(path, 'a.bin'), `${path}/`]) {
      expect(() => checkReplaceable(wrong)).toThrow(FormatError);
      await expect(replaceFile(wrong, 'new')).rejects.toThrow(FormatError);
    }
    await expect(replaceFile(join(folder, 'new/'), 'new')).rejects.toThrow('ends like that of a folder');
    expect(content()).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });
});

describe('a file that must not be replaced', () => {
  const kept = /a\.bin: the file could not be written: another file is there, and was left as it is; choose another/;

  it('is refused at once', async () => {
    expect(() => new FileReplacement(path, { replace: false })).toThrow(kept);
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('stays if it appears meanwhile', async () => {
    rmSync(path);
    await expect(
      replaceFile(path, 'new', { replace: false, meanwhile: () => writeFileSync(path, 'precious') }),
    ).rejects.toThrow(kept);
    expect(content()).toBe('precious');
    expect(readdirSync(folder)).toEqual(['a.bin']);
  });

  it('is named once where several want the name', async () => {
    const name = join(folder, 'b.bin');
    const all = await Promise.allSettled([1, 2, 3, 4].map((n) => replaceFile(name, `${n}`, { replace: false })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const first = all.findIndex(({ status }) => status === 'fulfilled');
    expect(content(name)).toBe(`${first + 1}`);
    expect(readdirSync(folder).sort()).toEqual(['a.bin', 'b.bin']);
  });
});

describe('a folder that is removed meanwhile', () => {
  it('is what the error says', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const meanwhile = () => renameSync(inner, join(folder, 'moved'));
    await expect(replaceFile(join(inner, 'a'), 'new', { meanwhile })).rejects.toThrow(
      /was removed meanwhile; save again/,
    );
    expect(existsSync(join(folder, 'moved', 'a'))).toBe(false);
  });
});
