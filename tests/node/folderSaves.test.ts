import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { FormatError } from '../../src/errors.js';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import { openCheckpoint } from '../../src/node/reading/openCheckpoint.js';
import { full } from '../../src/tensor/creation.js';
import { isFullRun } from '../isFullRun.js';
import type { FolderSaves } from './folderSaver.js';

const place = mkdtempSync(join(tmpdir(), 'initree-folder-saves-'));
const folder = join(place, 'model');
const program = join(place, 'folderSaver.mjs');
afterAll(() => rmSync(place, { recursive: true, force: true }));
beforeEach(() => rmSync(folder, { recursive: true, force: true }));
buildSync({
  entryPoints: [fileURLToPath(new URL('folderSaver.ts', import.meta.url))],
  outfile: program,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2023',
});

/** A process is killed at each of these steps. */
const STEP = isFullRun ? 1 : 4;

const defaults: FolderSaves = { folder, value: 2, maxShardSize: 20, force: false, count: 1, killedAt: 0 };

/** Runs the program; returns whether it was killed. */
function run(saves: Partial<FolderSaves>): Promise<boolean> {
  const started = spawn(process.execPath, [program, JSON.stringify({ ...defaults, ...saves })]);
  let failed = '';
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    failed += text;
  });
  return new Promise((resolve, reject) => {
    started.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(true);
      else if (code === 0) resolve(false);
      else reject(new Error(failed));
    });
  });
}

const save = (value: number, maxShardSize: number, force = true) =>
  saveFolder(
    ['b', 'a', 'c'].map((key) => [key, full([key === 'a' ? 6 : 2], value)] as const),
    folder,
    { maxShardSize, force },
  );

/** The value of all elements, which must be one; `null` if the folder is refused. */
async function valueInFolder(): Promise<number | null> {
  try {
    const { tensors } = await loadFile(folder);
    const values = new Set([...tensors.values()].flatMap(({ data }) => [...(data as Float32Array)]));
    expect([tensors.size, values.size]).toEqual([3, 1]);
    return [...values][0];
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Nothing but one whole checkpoint is there. */
async function expectClean(): Promise<void> {
  const { file, problems } = await openCheckpoint(folder);
  await file.close();
  expect(problems).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
}

describe('a run that is killed', () => {
  it.each([
    ['as many files', 20, [1, 2, null]],
    ['more files', 8, [1, 2]],
    ['fewer files', 1000, [1, 2, null]],
  ])(
    'at any step of replacing a checkpoint by %s leaves the old one, the new one or none',
    async (_, maxShardSize, valid) => {
      let killedAt = 1;
      for (let isKilled = true; isKilled; killedAt += STEP) {
        rmSync(folder, { recursive: true, force: true });
        await save(1, 20);
        isKilled = await run({ maxShardSize, force: true, killedAt });
        const found = await valueInFolder();
        expect(valid).toContain(found);
        if (!isKilled) expect(found).toBe(2);
        await save(3, 20);
        expect(await valueInFolder()).toBe(3);
        await expectClean();
      }
      expect(killedAt).toBeGreaterThan(5);
    },
  );

  it('at any step of replacing one file by several leaves the old one, the new one, or both', async () => {
    for (let isKilled = true, killedAt = 1; isKilled; killedAt += STEP) {
      rmSync(folder, { recursive: true, force: true });
      await save(1, 1000);
      isKilled = await run({ force: true, killedAt });
      // Both: the folder is refused, because some readers take the one and some the other.
      if ((await valueInFolder()) === null) {
        expect(readdirSync(folder)).toEqual(
          expect.arrayContaining(['model.safetensors', 'model.safetensors.index.json']),
        );
      }
      await save(3, 20);
      await expectClean();
    }
  });

  it.each([
    ['several files', 20],
    ['one file', 1000],
  ])('at any step of the first save of %s is finished by running it again, without force', async (_, maxShardSize) => {
    for (let isKilled = true, killedAt = 1; isKilled; killedAt += STEP) {
      rmSync(folder, { recursive: true, force: true });
      isKilled = await run({ maxShardSize, killedAt });
      if ((await valueInFolder()) === null) await run({ maxShardSize });
      else await expect(run({ maxShardSize })).rejects.toThrow('a checkpoint is in the folder already');
      expect(await valueInFolder()).toBe(2);
      await expectClean();
    }
  });
});

describe('processes that save into one folder at the same moment', () => {
  it('leave the whole checkpoint of one of them, and readers never find a mixture', async () => {
    mkdirSync(folder);
    let isDone = false;
    const saving = Promise.all(
      [20, 20, 8, 1000].map((maxShardSize, i) =>
        run({ value: i + 1, maxShardSize, force: true, count: isFullRun ? 50 : 5 }),
      ),
    ).then(() => {
      isDone = true;
    });
    while (!isDone) await valueInFolder();
    await saving;
    expect(await valueInFolder()).not.toBe(null);
    await expectClean();
  });
});
