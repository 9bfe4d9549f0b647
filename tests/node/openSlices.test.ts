import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as safetensors from '../../src/checkpoint/safetensors.js';
import { ArgumentError, FormatError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { openCheckpoint } from '../../src/node/reading/openCheckpoint.js';
import {
  initializeFromFile,
  initializeToFile,
  initializeToFolder,
  loadFile,
  openFile,
  saveFile,
} from '../../src/node.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { rule } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { arange, full, ones, zeros } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { bytesOf, readGolden } from '../golden/readGolden.js';

const place = mkdtempSync(join(tmpdir(), 'initree-slices-'));
const folder = join(place, 'slices');
beforeEach(() => {
  rmSync(place, { recursive: true });
  mkdirSync(folder, { recursive: true });
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The part of a tensor that begins at some offsets and has some sizes. */
function cutOut(whole: Tensor, offsets: readonly number[], sizes: readonly number[]): Tensor {
  return sizes.reduce((part, size, dim) => part.narrow(dim, offsets[dim], size), whole).clone();
}

type Slices = Readonly<Record<string, readonly [part: Tensor, offsets: readonly unknown[]]>>;

/** Writes file `index` of a folder of slices, counted from 1. */
async function write(index: number, slices: Slices, more: Record<string, string> = {}) {
  const info = Object.entries(slices).map(([name, [, offsets]]) => [name, { saved_offsets: offsets }]);
  const metadata = { DCP_VERSION: '1.0', DCP_SHARDING_INFO: JSON.stringify(Object.fromEntries(info)), ...more };
  const tensors = Object.entries(slices).map(([name, [part]]) => [name, part] as const);
  await saveFile(new Map(tensors), join(folder, nameOf(index)), { metadata });
}

const nameOf = (index: number) => `shard-0000${index}-model-00001-of-00001.safetensors`;
const problemsOf = async () => {
  const { file, problems } = await openCheckpoint(folder);
  await file.close();
  return problems.map(({ file, kind, detail }) => `${file}: ${kind}, ${detail}`);
};

const w = arange(0, 60, 1, { dtype: 'float32' }).view([10, 6]);
/** Rows 0 to 3, 4 to 6, and 7 to 9. */
async function writeRows(...left: number[]) {
  const rows = [
    [0, 4],
    [4, 3],
    [7, 3],
  ];
  for (const [i, [from, count]] of rows.entries()) {
    if (!left.includes(i + 1)) await write(i + 1, { w: [cutOut(w, [from, 0], [count, 6]), [from, 0]] });
  }
}

describe('a folder of PyTorch', () => {
  interface Case {
    readonly name: string;
    readonly files: Readonly<Record<string, string>>;
    readonly expected: string;
  }
  it.each(readGolden<Case>('slices.json').map((one) => [one.name, one] as const))(
    '%s',
    async (_, { files, expected }) => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), Buffer.from(text, 'base64'));
      const whole = safetensors.parse(Buffer.from(expected, 'base64')).tensors;
      const { tensors, metadata } = await loadFile(folder);
      expect([...tensors.keys()].sort()).toEqual([...whole.keys()].sort());
      for (const [name, tensor] of whole) {
        expect([name, tensors.get(name)?.dtype, tensors.get(name)?.shape]).toEqual([name, tensor.dtype, tensor.shape]);
        expect(bytesOf(tensors.get(name) as Tensor)).toEqual(bytesOf(tensor));
      }
      expect([metadata.has('DCP_SHARDING_INFO'), metadata.has('DCP_VERSION')]).toEqual([false, false]);
      expect(await problemsOf()).toEqual([]);
      // Without one of the files, elements or tensors are missing.
      const file = await openFile(folder);
      for (const name of file.names) {
        const { numel, shape } = whole.get(name) as Tensor;
        expect(file.info(name)).toEqual({
          dtype: whole.get(name)?.dtype,
          shape,
          bytes: bytesOf(whole.get(name) as Tensor).length,
        });
        const [from, to] = [Math.floor(numel / 3), Math.ceil(numel / 1.5)];
        const range = await file.readRange(name, from, to);
        expect(bytesOf(range)).toEqual(
          bytesOf(
            (whole.get(name) as Tensor)
              .flatten()
              .narrow(0, from, to - from)
              .clone(),
          ),
        );
      }
      await file.close();
    },
  );
});

describe('a folder of slices', () => {
  it('is read as one file, whole or in ranges', async () => {
    await writeRows();
    const path = `${folder}/`;
    const file = await openFile(path);
    expect([file.path, file.names, file.info('w')]).toEqual([
      path,
      ['w'],
      { dtype: 'float32', shape: [10, 6], bytes: 240 },
    ]);
    expect(file.readSync('w').tolist()).toEqual(w.tolist());
    for (const [from, to] of [
      [0, 60],
      [23, 25],
      [24, 42],
      [5, 5],
      [60, 60],
      [41, 43],
      [59, 60],
    ]) {
      expect((await file.readRange('w', from, to)).tolist()).toEqual(
        w
          .flatten()
          .narrow(0, from, to - from)
          .tolist(),
      );
    }
    await expect(file.readRange('w', 0, 61)).rejects.toThrow(ArgumentError);
    await expect(file.readRange('w', 0, 61)).rejects.toThrow('within the 60 elements, found 0 to 61');
    await file.close();
    await expect(file.read('w')).rejects.toThrow('the file was closed');
  });

  it('of any cuts gives the tensor and each of its ranges', async () => {
    const cases = fc.record({
      shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      parts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
      dtype: fc.constantFrom('float32' as const, 'uint8' as const, 'float64' as const),
      ends: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, parts, dtype, ends }) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        const numel = shape.reduce((product, size) => product * size, 1);
        const whole = arange(0, numel, 1, { dtype: 'float32' }).view(shape).to(dtype);
        let boxes: [number[], number[]][] = [[[], []]];
        for (const [dim, size] of shape.entries()) {
          const step = Math.ceil(size / parts[dim]);
          const starts = Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
          boxes = boxes.flatMap(([offsets, sizes]) =>
            starts.map((start): [number[], number[]] => [
              [...offsets, start],
              [...sizes, Math.min(step, size - start)],
            ]),
          );
        }
        for (const [i, [offsets, sizes]] of boxes.entries()) {
          const info = JSON.stringify({ t: { saved_offsets: offsets } });
          await saveFile(new Map([['t', cutOut(whole, offsets, sizes)]]), join(folder, `${i}.safetensors`), {
            metadata: { DCP_SHARDING_INFO: info },
          });
        }
        const file = await openFile(folder);
        expect(file.readSync('t').tolist()).toEqual(whole.tolist());
        const [from, to] = ends.map((end) => Math.round(end * numel)).sort((a, b) => a - b);
        expect((await file.readRange('t', from, to)).tolist()).toEqual(
          whole
            .flatten()
            .narrow(0, from, to - from)
            .tolist(),
        );
        await file.close();
      }),
      { numRuns: 60 },
    );
  });

  it('is read in blocks where a slice has many short runs, and run by run where they are long', async () => {
    // A block has 2^20 bytes: 5,957 rows of 44 float32 values, or less than one row of the other one.
    for (const [rows, columns] of [
      [30_001, 77],
      [3, 700_001],
    ]) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const whole = arange(0, rows * columns, 1, { dtype: 'float32' }).view([rows, columns]);
      const at = Math.ceil((columns * 4) / 7);
      await write(1, { t: [cutOut(whole, [0, 0], [rows, at]), [0, 0]] });
      await write(2, { t: [cutOut(whole, [0, at], [rows, columns - at]), [0, at]] });
      const file = await openFile(folder);
      expect(bytesOf(file.readSync('t'))).toEqual(bytesOf(whole));
      const [from, to] = [columns + 5, (rows - 1) * columns - 3];
      const data = new Float32Array(to - from);
      file.readInto('t', from, data);
      expect(data).toEqual(
        whole
          .flatten()
          .narrow(0, from, to - from)
          .clone().data,
      );
      expect(bytesOf(await file.readRange('t', from, to))).toEqual(
        bytesOf(
          whole
            .flatten()
            .narrow(0, from, to - from)
            .clone(),
        ),
      );
      await file.close();
    }
  });

  it('reads only the slices that have elements of a range, and names the file that was cut off', async () => {
    await writeRows();
    const file = await openFile(folder);
    truncateSync(join(folder, nameOf(2)), statSync(join(folder, nameOf(2))).size - 72);
    expect((await file.readRange('w', 0, 24)).numel).toBe(24);
    expect((await file.readRange('w', 42, 60)).numel).toBe(18);
    await expect(file.readRange('w', 0, 60)).rejects.toThrow(/shard-00002.*the file was cut off while it was read/);
    expect(() => file.readSync('w')).toThrow(/shard-00002.*the file was cut off while it was read/);
    await file.close();
  });

  it('may have the same tensor under several names, and files without tensors', async () => {
    await write(1, { a: [ones([2]), [0]], b: [ones([2]), [0]] });
    writeFileSync(
      join(folder, nameOf(2)),
      safetensors.serialize(new Map(), { DCP_SHARDING_INFO: '{"__metadata__":{"saved_offsets":[]}}' }),
    );
    expect([...(await loadFile(folder)).tensors.keys()]).toEqual(['a', 'b']);
    const empty = mkdtempSync(join(place, 'empty'));
    copyFileSync(join(folder, nameOf(2)), join(empty, 'x.safetensors'));
    expect((await loadFile(empty)).tensors.size).toBe(0);
  });

  it('names bools that are none, and the folder that has them', async () => {
    await write(1, { flags: [ones([2], { dtype: 'bool' }), [0]] });
    await write(2, { flags: [ones([2], { dtype: 'bool' }), [2]] });
    const path = join(folder, nameOf(2));
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 2;
    writeFileSync(path, bytes);
    await expect(loadFile(folder)).rejects.toThrow(`flags in ${folder}: expected 0 and 1 only`);
  });

  it('lists dtypes that no tensor here has', async () => {
    for (const [i, offset] of [0, 2].entries()) {
      const entry = { dtype: 'F8_E4M3', shape: [2], data_offsets: [0, 2] };
      const info = JSON.stringify({ q: { saved_offsets: [offset] } });
      const header = Buffer.from(JSON.stringify({ __metadata__: { DCP_SHARDING_INFO: info }, q: entry }));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      writeFileSync(join(folder, nameOf(i + 1)), Buffer.concat([length, header, Buffer.alloc(2)]));
    }
    await expect(loadFile(folder)).rejects.toThrow('dtype F8_E4M3 is not supported');
    const { skipped } = await loadFile(folder, { skipUnsupported: true });
    expect(skipped).toEqual([{ name: 'q', dtype: 'F8_E4M3', shape: [4], bytes: 4 }]);
  });

  it('gives the slices as tensors where one of its files is opened', async () => {
    await writeRows();
    expect((await loadFile(join(folder, nameOf(2)))).tensors.get('w')?.shape).toEqual([3, 6]);
  });
});

describe('a folder of slices is refused', () => {
  const refusal = async () => {
    await expect(openFile(folder)).rejects.toThrow(FormatError);
    return openFile(folder).then(String, ({ message }) => message as string);
  };

  it('for a gap between slices, and for one at the start', async () => {
    await writeRows(2);
    expect(await problemsOf()).toEqual([
      `${nameOf(1)}: gap, the elements [4:7, 0:6] of the tensor 'w' are in no file; its slices are in ${nameOf(1)}, ${nameOf(3)}`,
    ]);
    expect(await refusal()).toContain(`the files of the folder do not agree: ${nameOf(1)}: the elements [4:7, 0:6]`);
    rmSync(join(folder, nameOf(1)));
    expect(await problemsOf()).toEqual([
      `${nameOf(3)}: gap, the elements [0:7, 0:6] of the tensor 'w' are in no file; its slices are in ${nameOf(3)}`,
    ]);
  });

  it('for an element in several files', async () => {
    await writeRows();
    await write(4, { w: [zeros([2, 2]), [6, 4]] });
    expect(await problemsOf()).toEqual([
      `${nameOf(4)}: overlap, the elements [6:7, 4:6] of the tensor 'w' are in several files: ${nameOf(2)}, ${nameOf(4)}; expected one`,
    ]);
    rmSync(join(folder, nameOf(4)));
    copyFileSync(join(folder, nameOf(1)), join(folder, 'copy.safetensors'));
    expect(await refusal()).toMatch(/the elements \[0:4, 0:6\] .* several files: copy\.safetensors, shard-00001/);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await write(1, { s: [full([], 1), []] });
    await write(2, { s: [full([], 1), []] });
    expect(await refusal()).toContain(`the tensor 's' is in several files: ${nameOf(1)}, ${nameOf(2)}; expected one`);
  });

  it('for slices of different dtypes or numbers of dimensions', async () => {
    await write(1, { a: [ones([2]), [0]], b: [ones([2]), [0]], c: [ones([2]), [0]] });
    await write(2, { a: [ones([2], { dtype: 'float16' }), [2]], b: [ones([2, 1]), [2, 0]], c: [ones([1]), [2]] });
    const { file, problems } = await openCheckpoint(folder);
    expect(problems).toEqual([
      {
        file: nameOf(2),
        kind: 'other dtype',
        detail: `the tensor 'a' has the dtype F16 here, and F32 in ${nameOf(1)}`,
      },
      { file: nameOf(2), kind: 'other rank', detail: `the tensor 'b' has 2 dimensions here, and 1 in ${nameOf(1)}` },
    ]);
    expect(file.names).toEqual(['c']);
    await file.close();
  });

  it('for a tensor that is cut in more dimensions than a mesh of devices has', async () => {
    const shape = new Array(7).fill(1);
    await write(1, { t: [ones(shape), new Array(7).fill(0)] });
    await write(2, { t: [ones(shape), new Array(7).fill(1)] });
    expect(await refusal()).toContain("the tensor 't' is cut in 7 dimensions; expected at most 6");
  });

  it.each<[string, readonly unknown[], string]>([
    ['negative', [-4, 0], 'found -4'],
    ['fractional', [4.5, 0], 'found 4.5'],
    ['huge', [2 ** 53, 0], 'found 9007199254740992'],
    ['missing', [], 'one number of saved_offsets for each dimension of the shape [3, 6], found []'],
    ['far', [2 ** 53 - 5, 0], "the elements [4:7, 0:6] of the tensor 'w' are in no file"],
  ])('for %s offsets', async (_, offsets, message) => {
    await writeRows(2);
    await write(2, { w: [zeros([3, 6]), offsets] });
    expect(await refusal()).toContain(message);
    expect(await problemsOf()).toContainEqual(expect.stringContaining(message));
  });

  it('for a file that says nothing about slices, a damaged one, and one whose information is damaged', async () => {
    await writeRows();
    await saveFile(new Map([['x', ones([2])]]), join(folder, 'other.safetensors'));
    expect(await refusal()).toContain('other.safetensors: it lacks the metadata DCP_SHARDING_INFO');
    rmSync(join(folder, 'other.safetensors'));
    writeFileSync(join(folder, nameOf(4)), 'x');
    expect(await refusal()).toContain(`${nameOf(4)}: header too small`);
    await write(4, { x: [ones([2]), [0]] }, { DCP_SHARDING_INFO: '[]' });
    expect(await refusal()).toContain(`${nameOf(4)}: expected DCP_SHARDING_INFO to be an object, found an array`);
    await write(4, { x: [ones([2]), [0]] }, { DCP_SHARDING_INFO: '{}' });
    expect(await refusal()).toMatch(/shard-00004.*x: expected an entry of DCP_SHARDING_INFO .* found none/);
    await write(4, { x: [ones([2]), [0]] }, { DCP_VERSION: '1.1' });
    expect(await refusal()).toContain("expected DCP_VERSION '1.0', found '1.1'");
    await write(4, { x: [ones([2]), [0]] }, { 'initree.seed': '1' });
    await write(5, { y: [ones([2]), [0]] }, { 'initree.seed': '2' });
    expect(await refusal()).toContain("the metadata initree.seed are '2', and '1' in another file");
  });

  it('for a file of another program, whose tensors and metadata are none of the checkpoint', async () => {
    await writeRows();
    const lora = new Map([['lora', ones([2])]]);
    await saveFile(lora, join(folder, 'adapter.safetensors'), { metadata: { 'initree.seed': '9' } });
    const { file, problems } = await openCheckpoint(folder);
    expect(file.names).not.toContain('lora');
    expect(file.metadata.get('initree.seed')).not.toBe('9');
    expect(problems.map(({ file, kind }) => [file, kind])).toEqual([['adapter.safetensors', 'damaged file']]);
    await file.close();
  });

  it('for files that only have the names of slices', async () => {
    await saveFile(new Map([['x', ones([2])]]), join(folder, nameOf(1)));
    expect(await refusal()).toContain('it lacks the metadata DCP_SHARDING_INFO');
  });

  it('for slices behind an index, or in model.safetensors, that are no whole tensors', async () => {
    await write(1, { w: [cutOut(w, [4, 0], [3, 6]), [4, 0]] });
    renameSync(join(folder, nameOf(1)), join(folder, 'model.safetensors'));
    expect(await refusal()).toContain("the elements [0:4, 0:6] of the tensor 'w' are in no file");
    writeFileSync(join(folder, 'model.safetensors.index.json'), '{"weight_map":{"w":"model.safetensors"}}');
    expect(await refusal()).toContain("the elements [0:4, 0:6] of the tensor 'w' are in no file");
  });

  it('for links out of the folder, but not for those of the cache of Hugging Face', async () => {
    await writeRows();
    const elsewhere = join(place, 'elsewhere');
    renameSync(join(folder, nameOf(2)), elsewhere);
    symlinkSync(elsewhere, join(folder, nameOf(2)));
    expect(await problemsOf()).toContainEqual(
      `${nameOf(2)}: link out of the folder, it is a symbolic link to ${elsewhere}; expected a file within the folder, so copy it there`,
    );
    expect(await refusal()).toContain(`it is a symbolic link to ${elsewhere}`);
    rmSync(join(folder, nameOf(2)));
    symlinkSync('/dev/zero', join(folder, nameOf(2)));
    expect(await refusal()).toContain('it is a symbolic link to /dev/zero');
    rmSync(join(folder, nameOf(2)));
    symlinkSync('../nowhere', join(folder, nameOf(2)));
    expect(await refusal()).toContain('it is gone, or it is a symbolic link that leads to no file');
    rmSync(join(folder, nameOf(2)));
    symlinkSync(nameOf(2), join(folder, nameOf(2)));
    expect(await refusal()).toMatch(/lead in a circle; remove one of them/);
    // A link within the folder, seen through a link to the folder.
    rmSync(join(folder, nameOf(2)));
    mkdirSync(join(folder, 'inner'));
    renameSync(elsewhere, join(folder, 'inner', 'x'));
    symlinkSync('inner/x', join(folder, nameOf(2)));
    symlinkSync('slices', join(place, 'link'));
    expect((await loadFile(join(place, 'link'))).tensors.get('w')?.tolist()).toEqual(w.tolist());
    // The cache: models--x/snapshots/<commit>/<file> leads to models--x/blobs/<hash>.
    const snapshot = join(place, 'models--x', 'snapshots', 'abc');
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(place, 'models--x', 'blobs'));
    for (const index of [1, 2, 3]) {
      copyFileSync(join(folder, nameOf(index)), join(place, 'models--x', 'blobs', `f0${index}`));
      symlinkSync(`../../blobs/f0${index}`, join(snapshot, nameOf(index)));
    }
    expect((await loadFile(snapshot)).tensors.get('w')?.tolist()).toEqual(w.tolist());
    symlinkSync('../../../elsewhere', join(snapshot, nameOf(4)));
    renameSync(join(folder, 'inner', 'x'), elsewhere);
    await expect(openFile(snapshot)).rejects.toThrow('it is a symbolic link to');
  });

  it('for pipes and folders with the names of files', async () => {
    await writeRows(2);
    execFileSync('mkfifo', [join(folder, nameOf(2))]);
    expect(await refusal()).toContain('it is a device or a pipe; expected a file');
    rmSync(join(folder, nameOf(2)));
    mkdirSync(join(folder, nameOf(2)));
    expect(await refusal()).toContain('[4:7, 0:6]');
  });
});

describe('a folder of initializeToFolder', () => {
  const policy = definePolicy('slices', [rule(nn.Linear, { weight: init.normal(), bias: init.zeros() })]);
  const build = () => {
    manualSeed(0);
    return nn.deferInit(() => new nn.Sequential(new nn.Linear(5, 9), new nn.BatchNorm1d(9), new nn.Linear(9, 2)));
  };
  const draw = (rank: number, world: number, options = {}) =>
    initializeToFolder(build(), policy, folder, {
      layout: 'dcp',
      shards: 3,
      rank,
      world,
      force: true,
      strict: false,
      ...options,
    });

  it('has the tensors of one file, and the metadata of the run', async () => {
    await draw(0, 1, { metadata: { step: '3' } });
    const { tensors, metadata } = await loadFile(folder);
    const single = join(place, 'single');
    await initializeToFolder(build(), policy, single, { shards: 1, strict: false, metadata: { step: '3' } });
    const expected = await loadFile(single);
    expect([...tensors.keys()].sort()).toEqual([...expected.tensors.keys()].sort());
    for (const [name, tensor] of expected.tensors) expect(tensors.get(name)?.tolist()).toEqual(tensor.tolist());
    expect(metadata).toEqual(expected.metadata);
    expect(metadata.get('step')).toBe('3');
  });

  it('is a checkpoint that another model starts from, in memory and in a file', async () => {
    await draw(0, 1);
    const { tensors } = await loadFile(folder);
    const zero = definePolicy('zeros', [rule(nn.Linear, { weight: init.zeros(), bias: init.zeros() })]);
    const model = build();
    const report = await initializeFromFile(model, zero, folder, { strict: false });
    expect([report.checkpoint?.file, report.checkpoint?.missing]).toEqual(['slices', []]);
    const path = join(place, 'start.safetensors');
    await initializeToFile(build(), zero, path, { from: folder, strict: false });
    const copied = (await loadFile(path)).tensors;
    for (const [name, tensor] of tensors) {
      expect(model.stateDict().get(name)?.tolist()).toEqual(tensor.tolist());
      expect(copied.get(name)?.tolist()).toEqual(tensor.tolist());
    }
  });

  it('is refused until all files of its plan are there, since the last one might be missing', async () => {
    await draw(0, 3);
    await draw(1, 3);
    const detail = 'the plan of the folder names this file, and no process has finished it; run initree init again';
    expect(await problemsOf()).toEqual([`${nameOf(3)}: missing file, ${detail}`]);
    await expect(openFile(folder)).rejects.toThrow(`${nameOf(3)}: ${detail}`);
    await draw(2, 3);
    expect(await problemsOf()).toEqual([]);
    // Without the plan, as in a repository, the tensors end where the files do.
    rmSync(join(folder, nameOf(3)));
    rmSync(join(folder, '.initree'), { recursive: true });
    expect((await loadFile(folder)).tensors.get('0.weight')?.shape).toEqual([6, 5]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is refused if its plan is damaged', async () => {
    await draw(0, 1);
    writeFileSync(join(folder, '.initree', 'plan.json'), '{}');
    await expect(openFile(folder)).rejects.toThrow('the plan of the folder is damaged');
  });
});
