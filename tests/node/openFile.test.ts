import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ArgumentError, FormatError, StateError } from '../../src/errors.js';
import { loadFile, openFile, saveFile } from '../../src/node.js';
import { tensor } from '../../src/tensor/creation.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The header of tensors that lie one after another, with the length before it; and where each of them begins. */
function layOut(tensors: readonly (readonly [name: string, dtype: string, shape: number[], bytes: number])[]) {
  let size = 0;
  const entries = tensors.map(([name, dtype, shape, bytes]) => {
    size += bytes;
    return [name, { dtype, shape, data_offsets: [size - bytes, size] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const start = 8 + header.length;
  const places = new Map(entries.map(([name, { data_offsets }]) => [name, start + data_offsets[0]]));
  return { head: Buffer.concat([length, header]), places, size: start + size };
}

/** A file with bytes at some positions and zeros elsewhere, which need no space on the disk. */
function writeSparse(
  name: string,
  size: number,
  parts: readonly (readonly [position: number, bytes: Uint8Array])[],
): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  for (const [position, bytes] of parts) writeSync(file, bytes, 0, bytes.length, position);
  closeSync(file);
  return path;
}

const bytesOf = (array: Float32Array | Uint8Array) => new Uint8Array(array.buffer);

describe('openFile', () => {
  it('reads tensors and ranges, and says what is there', async () => {
    const path = join(folder, 'small.safetensors');
    const named = new Map([
      [
        'w',
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
      ['n', tensor([7, -8], { dtype: 'int64' })],
      ['e', tensor([], { dtype: 'bfloat16' })],
    ]);
    await saveFile(named, path, { metadata: { seed: '0' } });
    const file = await openFile(path);
    expect(file.path).toBe(path);
    expect(file.names).toEqual(['n', 'w', 'e']);
    expect(Object.fromEntries(file.metadata)).toEqual({ format: 'pt', seed: '0' });
    expect(file.info('w')).toEqual({ dtype: 'float32', shape: [2, 3], bytes: 24 });
    for (const [name, t] of named) {
      for (const found of [await file.read(name), file.readSync(name)]) {
        expect([found.dtype, found.shape, found.tolist()]).toEqual([t.dtype, t.shape, t.tolist()]);
      }
    }
    expect((await file.readRange('w', 2, 5)).tolist()).toEqual([3, 4, 5]);
    expect((await file.readRange('n', 1, 2)).tolist()).toEqual([-8n]);
    expect((await file.readRange('w', 6, 6)).shape).toEqual([0]);
    for (const [from, to] of [
      [-1, 2],
      [2, 1],
      [0, 7],
      [0.5, 2],
      [0, NaN],
    ]) {
      await expect(file.readRange('w', from, to)).rejects.toThrow(
        /at w in .*small\.safetensors: readRange\(\) expects a range within the 6 elements/,
      );
    }
    await expect(file.read('v')).rejects.toThrow(ArgumentError);
    expect(() => file.info('ww')).toThrow(/one of the 3 tensors, found 'ww'; did you mean 'w'\?$/);
    await file.close();
  });

  it('refuses to read after close, which may be called again', async () => {
    const path = join(folder, 'closed.safetensors');
    await saveFile([['w', tensor([1])]], path);
    const file = await openFile(path);
    const before = file.read('w');
    await file.close();
    await file.close();
    expect(['resolved', StateError]).toContain(
      await before.then(
        () => 'resolved',
        (error: Error) => error.constructor,
      ),
    );
    await expect(file.read('w')).rejects.toThrow(StateError);
    await expect(file.readRange('w', 0, 1)).rejects.toThrow('the file was closed; read tensors before close()');
    expect(() => file.readSync('w')).toThrow(StateError);
    expect(file.info('w').shape).toEqual([1]);
  });

  it('closes at the end of a block with await using', async () => {
    const path = join(folder, 'using.safetensors');
    await saveFile([['w', tensor([1])]], path);
    const file = await openFile(path);
    // A realm of Jest may lack the symbol.
    const dispose = Symbol.asyncDispose === undefined ? () => file.close() : file[Symbol.asyncDispose].bind(file);
    await dispose();
    await expect(file.read('w')).rejects.toThrow(StateError);
  });

  it('reads a file of more than 4 GiB at any place', async () => {
    const numel = 1_300_000_000;
    const { head, places, size } = layOut([
      ['first', 'F32', [2], 8],
      ['w', 'F32', [numel / 100, 100], 4 * numel],
      ['odd', 'U8', [3], 3],
      ['last', 'F32', [2], 8],
    ]);
    const w = places.get('w') as number;
    const path = writeSparse('large.safetensors', size, [
      [0, head],
      [places.get('first') as number, bytesOf(Float32Array.of(1, 2))],
      [w + 4 * (numel - 2), bytesOf(Float32Array.of(3, 4))],
      [places.get('odd') as number, Uint8Array.of(5, 6, 7)],
      [places.get('last') as number, bytesOf(Float32Array.of(8, 9))],
    ]);
    const file = await openFile(path);
    expect(file.info('w')).toEqual({ dtype: 'float32', shape: [13_000_000, 100], bytes: 5_200_000_000 });
    expect((await file.readRange('w', numel - 3, numel)).tolist()).toEqual([0, 3, 4]);
    expect((await file.readRange('w', 0, 2)).tolist()).toEqual([0, 0]);
    const [first, odd, last] = await Promise.all(['first', 'odd', 'last'].map((name) => file.read(name)));
    expect([first.tolist(), odd.tolist(), last.tolist()]).toEqual([
      [1, 2],
      [5, 6, 7],
      [8, 9],
    ]);
    await file.close();
  });

  it('reads a tensor in several pieces', async () => {
    const count = 2 ** 26 + 5;
    const { head, places, size } = layOut([['w', 'U8', [count], count]]);
    const w = places.get('w') as number;
    const ends = [0, 2 ** 26 - 1, 2 ** 26, count - 1];
    const path = writeSparse('pieces.safetensors', size, [
      [0, head],
      ...ends.map((at, i) => [w + at, Uint8Array.of(i + 1)] as const),
    ]);
    const { tensors } = await loadFile(path);
    const data = tensors.get('w')?.data as Uint8Array;
    expect([data.length, ...ends.map((at) => data[at])]).toEqual([count, 1, 2, 3, 4]);
  });

  it('says that a file was cut off while it was open', async () => {
    const path = join(folder, 'cut.safetensors');
    await saveFile([['w', tensor([1, 2, 3])]], path);
    const file = await openFile(path);
    const handle = openSync(path, 'r+');
    ftruncateSync(handle, 60);
    closeSync(handle);
    await expect(file.read('w')).rejects.toThrow(
      /cut\.safetensors: the file was cut off while it was read: expected 12/,
    );
    expect(() => file.readSync('w')).toThrow('cut off');
    await file.close();
  });
});

describe('dtypes that no tensor has', () => {
  const { head, size } = layOut([
    ['w', 'F32', [1], 4],
    ['q', 'F8_E4M3', [2], 2],
    ['r', 'I8', [2, 1], 2],
    ['p', 'F4', [4], 2],
  ]);
  const path = writeSparse('foreign.safetensors', size, [[0, head]]);

  it('do not block the others', async () => {
    const file = await openFile(path);
    expect(file.names.map((name) => file.info(name).dtype)).toEqual(['float32', 'F8_E4M3', 'I8', 'F4']);
    expect((await file.read('w')).tolist()).toEqual([0]);
    await expect(file.read('q')).rejects.toThrow(FormatError);
    await expect(file.readRange('q', 0, 1)).rejects.toThrow(
      /at q in .*: dtype F8_E4M3 is not supported; expected one of/,
    );
    await file.close();
  });

  it('are all named by loadFile, or left out', async () => {
    await expect(loadFile(path)).rejects.toThrow(
      /foreign\.safetensors: 3 tensors cannot be read: 'q' \(dtype F8_E4M3 is not supported\), 'r' \(.*I8.*\), 'p' \(.*F4.*\); .*\{ skipUnsupported: true \}/,
    );
    const { tensors, skipped } = await loadFile(path, { skipUnsupported: true });
    expect([...tensors.keys()]).toEqual(['w']);
    expect(skipped).toEqual([
      { name: 'q', dtype: 'F8_E4M3', shape: [2], bytes: 2 },
      { name: 'r', dtype: 'I8', shape: [2, 1], bytes: 2 },
      { name: 'p', dtype: 'F4', shape: [4], bytes: 2 },
    ]);
    expect((await loadFile(path, { skipUnsupported: true })).skipped).toHaveLength(3);
  });
});

describe('what is no ordinary file is refused at once', () => {
  const refused = async (path: string, reason: string) => {
    for (const read of [openFile, loadFile]) await expect(read(path)).rejects.toThrow(reason);
  };

  it('a folder, also behind a link', async () => {
    mkdirSync(join(folder, 'inner'));
    symlinkSync('inner', join(folder, 'link'));
    await refused(join(folder, 'inner'), 'it is a folder');
    await refused(join(folder, 'link'), 'it is a folder');
    await refused(join(folder, 'missing'), 'there is no such file');
    writeFileSync(join(folder, 'plain'), 'x');
    await refused(join(folder, 'plain', 'below'), 'could not be read');
  });

  it('a pipe, without waiting for a writer', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await refused(pipe, 'it is a device or a pipe; expected a file');
  });

  it('a socket', async () => {
    const path = join(folder, 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await refused(path, 'it is a socket; expected a file');
    await new Promise((resolve) => server.close(resolve));
  });
});
