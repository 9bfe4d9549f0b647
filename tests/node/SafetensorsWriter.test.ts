import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { buildSync } from 'esbuild';
import { layOut, sortTensors, type TensorDescription, writeMetadata } from '../../src/checkpoint/FileLayout.js';
import { bytesIn } from '../../src/checkpoint/layOutTensors.js';
import { parse, serialize } from '../../src/checkpoint/safetensors.js';
import { FormatError, StateError } from '../../src/errors.js';
import { writeAt } from '../../src/node/files/FileReplacement.js';
import { SafetensorsWriter } from '../../src/node/files/SafetensorsWriter.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import { arange, ones } from '../../src/tensor/creation.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-writer-'));
const path = join(folder, 'a.safetensors');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const layoutOf = (tensors: readonly TensorDescription[], metadata = {}) =>
  layOut(sortTensors(tensors), writeMetadata(metadata));

describe('layOut', () => {
  it('gives the places that the file has, without elements', () => {
    const tensors = [
      ['a', ones([3], { dtype: 'uint8' })],
      ['b', ones([2, 2])],
      ['c', ones([0])],
      ['d', ones([5], { dtype: 'float64' })],
    ] as const;
    const layout = layoutOf(tensors.map(([name, { dtype, shape }]) => ({ name, dtype, shape })));
    const bytes = serialize(tensors);
    expect(bytes.subarray(0, layout.header.length)).toEqual(layout.header);
    expect(layout.size).toBe(bytes.length);
    expect(layout.tensors.map(({ name }) => name)).toEqual(['d', 'b', 'c', 'a']);
    for (const { name, start, end } of layout.tensors) {
      expect(bytes.subarray(start, end)).toEqual(bytesIn(tensors.find(([known]) => known === name)?.[1] ?? ones([])));
    }
  });

  it('reaches far beyond the memory', () => {
    const { tensors, size, header } = layoutOf([
      { name: 'w', dtype: 'bfloat16', shape: [2 ** 20, 2 ** 20] },
      { name: 'x', dtype: 'float32', shape: [2 ** 20, 2 ** 20] },
    ]);
    expect(size).toBe(header.length + 6 * 2 ** 40);
    expect(tensors[1]).toMatchObject({ name: 'w', start: header.length + 2 ** 42, end: size });
  });

  it('refuses a big-endian machine', async () => {
    jest.resetModules();
    jest.unstable_mockModule('../../src/checkpoint/byteOrder.js', () => ({ isLittleEndian: false }));
    const other = await import('../../src/checkpoint/FileLayout.js');
    expect(() => other.layOut([], {})).toThrow(/only be written on a little-endian machine; this one is big-endian/);
  });
});

describe('a writer', () => {
  const info = [
    { name: 'first', dtype: 'float32', shape: [4] },
    { name: 'second', dtype: 'uint8', shape: [3] },
  ] as const;

  it('takes ranges of tensors in any order, also through the descriptor, as other threads write', async () => {
    const writer = new SafetensorsWriter(path, layoutOf(info, { step: '1' }));
    const [first, second] = writer.layout.tensors;
    const floats = bytesIn(arange(4, { dtype: 'float32' }));
    writer.write(second, 1, Uint8Array.of(8, 9));
    writer.write(first, 8, floats.subarray(8));
    writer.write(first, 0, floats.subarray(0, 8));
    writeAt(writer.file.descriptor, second.start, Uint8Array.of(7));
    await writer.commit();
    const { tensors, metadata } = await loadFile(path);
    expect(metadata.get('step')).toBe('1');
    expect(tensors.get('first')?.tolist()).toEqual([0, 1, 2, 3]);
    expect(tensors.get('second')?.tolist()).toEqual([7, 8, 9]);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('refuses bytes beyond a tensor, and a file whose end is missing', async () => {
    const before = readFileSync(path);
    const writer = new SafetensorsWriter(path, layoutOf(info));
    const [first, second] = writer.layout.tensors;
    expect(() => writer.write(first, 12, new Uint8Array(5))).toThrow(
      /at first: expected bytes 0 to 16 of the tensor, found 12 to 17/,
    );
    expect(() => writer.write(second, -1, new Uint8Array(2))).toThrow(StateError);
    writer.write(second, 0, new Uint8Array(2));
    await expect(writer.commit()).rejects.toThrow(/expected a file of \d+ bytes, found \d+; write every tensor first/);
    writer.abort();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('writes beyond 4 GiB of a sparse file', () => {
    const size = 2 ** 32 + 5;
    const writer = new SafetensorsWriter(join(folder, 'far'), layoutOf([{ name: 'w', dtype: 'uint8', shape: [size] }]));
    const [w] = writer.layout.tensors;
    writer.write(w, size - 3, Uint8Array.of(1, 2, 3));
    const file = openSync(writer.file.temporary, 'r');
    const end = new Uint8Array(4);
    readSync(file, end, 0, 4, w.end - 4);
    closeSync(file);
    writer.abort();
    expect([...end]).toEqual([0, 1, 2, 3]);
  });

  it('throws before there is a file where the path is wrong', () => {
    expect(() => new SafetensorsWriter(join(folder, 'no', 'a'), layoutOf(info))).toThrow(FormatError);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });
});

describe('saveFile', () => {
  it('needs little memory beside the model', () => {
    const program = join(folder, 'memory.mjs');
    buildSync({
      stdin: {
        contents: `
          import { saveFile } from './src/node.ts';
          import { full } from './src/tensor/creation.ts';
          const megabytes = () => process.resourceUsage().maxRSS / 1024;
          const tensors = [1, 2].map((value) => [String(value), full([25_000_000], value)]);
          await saveFile([], process.argv[2]);
          const before = megabytes();
          await saveFile(tensors, process.argv[2]);
          console.log(Math.round(megabytes() - before));`,
        resolveDir: fileURLToPath(new URL('../../', import.meta.url)),
      },
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'es2023',
    });
    const file = join(folder, 'model.safetensors');
    const more = Number(execFileSync(process.execPath, [program, file], { encoding: 'utf8' }));
    // The model has 200 MB.
    expect(more).toBeLessThan(20);
    expect(parse(readFileSync(file)).tensors.get('2')?.data.at(-1)).toBe(2);
    for (const made of [program, file]) rmSync(made);
  });
});
