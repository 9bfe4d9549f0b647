import { spawn } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { saveFile } from '../../src/node/files/saveFile.js';
import { temporaryName } from '../../src/node/files/temporaryFile.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import { full } from '../../src/tensor/creation.js';
import { isFullRun } from '../isFullRun.js';
import type { Saved, Saves } from './saver.js';

const programs = mkdtempSync(join(tmpdir(), 'initree-saver-'));
const folder = mkdtempSync(join(tmpdir(), 'initree-saves-'));
const path = join(folder, 'a.safetensors');
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
});
afterAll(() => {
  for (const made of [programs, folder]) rmSync(made, { recursive: true, force: true });
});

const program = join(programs, 'saver.mjs');
buildSync({
  entryPoints: [fileURLToPath(new URL('saver.ts', import.meta.url))],
  outfile: program,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2023',
});
chmodSync(programs, 0o755);

const defaults: Saves = { path, value: 1, elements: 1000, count: 1, replace: true, stops: false };

/** A process that saves, and what it prints at the end. */
function start(saves: Partial<Saves>, user: { uid?: number; gid?: number } = {}) {
  const started = spawn(process.execPath, [program, JSON.stringify({ ...defaults, ...saves })], { ...user, cwd: '/' });
  started.stdout.setEncoding('utf8');
  started.stderr.setEncoding('utf8');
  const isReady = new Promise<void>((resolve) => void started.stdout.once('data', () => resolve()));
  const ended = new Promise<Saved | null>((resolve, reject) => {
    const printed: string[] = [];
    const failed: string[] = [];
    started.stdout.on('data', (text: string) => void printed.push(text));
    started.stderr.on('data', (text: string) => void failed.push(text));
    started.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null);
      else if (code === 0) resolve(JSON.parse(printed.join('').split('\n')[1]) as Saved);
      else reject(new Error(failed.join('')));
    });
  });
  return { started, isReady, ended };
}

function inThread(saves: Partial<Saves>): Promise<Saved> {
  const worker = new Worker(program, { workerData: { ...defaults, ...saves } });
  return new Promise((resolve, reject) => void worker.once('message', resolve).once('error', reject));
}

/** The value of all elements of the file. */
async function valueInFile(): Promise<number> {
  const tensor = (await loadFile(path)).tensors.get('a');
  const values = [...new Set(tensor?.data as Float32Array)];
  expect(values).toHaveLength(1);
  return values[0];
}

describe('saves of one path at the same moment', () => {
  it('all succeed in one process, and one whole file is there', async () => {
    const values = Array.from({ length: 200 }, (_, i) => i);
    // Each file has another size, so that a mixture would be noticed.
    await Promise.all(values.map((value) => saveFile([['a', full([1000 + value], value)]], path)));
    expect(values).toContain(await valueInFile());
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('all succeed in threads and processes, and one whole file is there', async () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const all = await Promise.all(
      values.map((value) => {
        const saves = { value, elements: 1000 + value, count: 40 };
        return value > 4 ? inThread(saves) : start(saves).ended;
      }),
    );
    expect(all).toEqual(values.map(() => ({ saved: 40, errors: [] })));
    expect(values).toContain(await valueInFile());
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('name a new file once, and the others say why they failed', async () => {
    const values = [1, 2, 3, 4, 5, 6];
    const all = await Promise.all(
      values.map((value) => {
        const saves = { value, replace: false, count: 5 };
        return value > 3 ? inThread(saves) : start(saves).ended;
      }),
    );
    expect(all.map((result) => result?.saved).sort()).toEqual([0, 0, 0, 0, 0, 1]);
    for (const message of all.flatMap((result) => result?.errors ?? [])) {
      expect(message).toMatch(/another file is there, and was left as it is; choose another name/);
    }
    expect(readFileSync(path, 'utf8')).toBe(`${all.findIndex((result) => result?.saved === 1) + 1}`);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });
});

describe('a process that is killed', () => {
  it('leaves a whole file, and the next save removes its temporary file', async () => {
    for (let round = 0; round < (isFullRun ? 13 : 4); round++) {
      // Four processes save without an end, each in its own file, and are killed at moments that nobody chose.
      const victims = [0, 1, 2, 3].map((i) => {
        const file = join(folder, `${i}.safetensors`);
        return { file, ...start({ path: file, value: i, elements: 50_000 + i, count: 0 }) };
      });
      await Promise.all(
        victims.map(async ({ started, isReady, ended }, i) => {
          await isReady;
          await new Promise((resume) => setTimeout(resume, (round * 7 + i * 11) % 40));
          started.kill('SIGKILL');
          expect(await ended).toBeNull();
        }),
      );
      const left = readdirSync(folder);
      expect(left.filter((name) => !name.startsWith('.') && !/^[0-3]\.safetensors$/.test(name))).toEqual([]);
      for (const name of left.filter((name) => !name.startsWith('.'))) {
        const tensor = (await loadFile(join(folder, name))).tensors.get('a');
        expect(new Set(tensor?.data as Float32Array)).toEqual(new Set([Number(name[0])]));
      }
      await saveFile([['a', full([2], round)]], path);
      expect(await valueInFile()).toBe(round);
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
      rmSync(path);
    }
  });
});

describe('a save that stops in the middle', () => {
  const next = () => saveFile([['a', full([2], 1)]], join(folder, 'b.safetensors'));
  const hidden = () => readdirSync(folder).filter((name) => name.startsWith('.'));

  it('is left alone while its process lives, and removed when it was killed', async () => {
    await saveFile([['a', full([2], 7)]], path);
    const { started, isReady, ended } = start({ stops: true });
    await isReady;
    await next();
    expect(hidden()).toHaveLength(1);
    started.kill('SIGKILL');
    await ended;
    expect(hidden()).toHaveLength(1);
    await next();
    expect(hidden()).toEqual([]);
    expect(await valueInFile()).toBe(7);
  });

  it('is removed although no parent has noticed the end of the process', async () => {
    // The shell becomes a program that never asks about its child, which remains a zombie.
    const script = `"$0" "$1" "$2" & echo $!; exec sleep 600`;
    const saves = JSON.stringify({ ...defaults, stops: true });
    const parent = spawn('sh', ['-c', script, process.execPath, program, saves]);
    let printed = '';
    await new Promise<void>((resolve) => {
      parent.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('stopped')) resolve();
      });
    });
    const pid = Number(/\d+/.exec(printed)?.[0]);
    expect(hidden()).toHaveLength(1);
    process.kill(pid, 'SIGKILL');
    for (const isAlive = () => !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')); isAlive(); ) {
      await new Promise((resume) => setTimeout(resume, 5));
    }
    await next();
    expect(hidden()).toEqual([]);
    parent.kill('SIGKILL');
  });

  it('is left alone while its process lives, although its thread was terminated', async () => {
    const worker = new Worker(program, { workerData: { ...defaults, stops: true }, stdout: true });
    await new Promise((resolve) => void worker.once('message', resolve));
    await worker.terminate();
    await next();
    expect(hidden()).toHaveLength(1);
  });
});

describe('a temporary file', () => {
  const [, , host, pid, token] = temporaryName('a.safetensors').slice(1).split('-');
  const dead = 999_999_999;

  it('has a short name that does not look like a file of weights', () => {
    const name = temporaryName('n'.repeat(255));
    expect(name).toMatch(/^\.initree-[0-9a-f]{8}-[0-9a-f]{8}-\d+-[0-9a-f]{24}$/);
    expect(Buffer.byteLength(name)).toBeLessThan(72);
    expect(temporaryName('a')).not.toBe(temporaryName('a'));
  });

  it.each([
    ['of a process that has ended', `.initree-00000000-${host}-${dead}-0123456789abcdef01234567`, false],
    [
      'of a process that is gone, whose number another program has',
      `.initree-00000000-${host}-${pid}-ffffffff89abcdef01234567`,
      false,
    ],
    ['of a process that lives', `.initree-00000000-${host}-${pid}-${token}`, true],
    [
      'of a process that lives, whose start is unknown',
      `.initree-00000000-${host}-${pid}-0000000089abcdef01234567`,
      true,
    ],
    ['of another host', `.initree-00000000-01234567-${dead}-0123456789abcdef01234567`, true],
    ['with a number that no process has', `.initree-00000000-${host}-0-0123456789abcdef01234567`, true],
    ['with more than the name', `.initree-00000000-${host}-${dead}-0123456789abcdef01234567.safetensors`, true],
    ['with a similar name', `initree-00000000-${host}-${dead}-0123456789abcdef01234567`, true],
  ])('%s is removed or stays', async (_, name, stays) => {
    writeFileSync(join(folder, name), '');
    await saveFile([['a', full([2], 1)]], path);
    expect(readdirSync(folder).includes(name)).toBe(stays);
  });

  it('that is a second name of a finished file goes, and the file stays', async () => {
    const finished = join(folder, 'finished.safetensors');
    await saveFile([['a', full([2], 7)]], finished);
    linkSync(finished, join(folder, `.initree-00000000-${host}-${dead}-0123456789abcdef01234567`));
    await saveFile([['a', full([2], 1)]], path);
    expect(readdirSync(folder).sort()).toEqual(['a.safetensors', 'finished.safetensors']);
    expect((await loadFile(finished)).tensors.get('a')?.tolist()).toEqual([7, 7]);
  });

  it('that is a folder does not stop a save', async () => {
    mkdirSync(join(folder, `.initree-00000000-${host}-${dead}-0123456789abcdef01234567`));
    await saveFile([['a', full([2], 1)]], path);
    expect(await valueInFile()).toBe(1);
  });
});

describe('a file or a folder without permission', () => {
  // Root may do everything, so another user tries.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

  it('is refused with the reason, and stays as it is', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    await saveFile([['a', full([2], 7)]], path);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o777);
    chmodSync(closed, 0o555);
    const [readOnly, inClosed] = await Promise.all([
      start({ path }, user).ended,
      start({ path: join(closed, 'a.safetensors') }, user).ended,
    ]);
    expect(readOnly?.errors.join()).toMatch(/the file is read-only; make it writable, or choose another name/);
    expect(inClosed?.errors.join()).toMatch(/permission denied; choose a folder that you may write to/);
    expect(await valueInFile()).toBe(7);
    expect(readdirSync(folder).sort()).toEqual(['a.safetensors', 'closed']);
    expect(readdirSync(closed)).toEqual([]);
  });
});
