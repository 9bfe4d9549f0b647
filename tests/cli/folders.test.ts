import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { nn } from 'initree';
import { loadFile, saveFile, saveFolder } from 'initree/node';
import { sha256 } from '../golden/readGolden.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();
const INDEX = 'model.safetensors.index.json';
place.write(
  'net.ts',
  `import { nn } from 'initree';
   export default (width = 8) => {
     const net = new nn.Sequential(new nn.Linear(width, 8), new nn.ReLU(), new nn.Linear(8, 8));
     net.get('2').weight = net.get('0').weight;
     return net;
   };`,
);
/** The files of a folder; what the processes note about them is beside them. */
const namesIn = (name: string) =>
  readdirSync(place.path(name))
    .filter((found) => found !== '.initree')
    .sort();
const shard = (index: number, count: number) => `model-0000${index}-of-0000${count}.safetensors`;

describe('initree init --out of a folder', () => {
  it('writes the tensors of the single file, and says what it wrote', async () => {
    const [one, some] = await Promise.all([
      place.run('init', 'net.ts', '--seed', '3', '--out', 'one.safetensors', '--quiet'),
      place.run('init', 'net.ts', '--seed', '3', '--out', 'some', '--max-shard-size', '0.256KB'),
    ]);
    expect([one.code, some.code, some.stderr]).toEqual([0, 0, '']);
    expect(namesIn('some')).toEqual([shard(1, 2), shard(2, 2), INDEX]);
    const bytes = namesIn('some').reduce((total, name) => total + statSync(place.path(join('some', name))).size, 0);
    expect(some.stdout).toMatch(
      new RegExp(`\\nwrote some \\(2 files and an index, ${bytes.toLocaleString('en')} bytes\\)\\n$`),
    );
    const [single, folder] = await Promise.all(['one.safetensors', 'some'].map((name) => loadFile(place.path(name))));
    const values = ({ tensors }: typeof single) =>
      Object.fromEntries([...tensors].map(([name, t]) => [name, t.tolist()]));
    expect(values(folder)).toEqual(values(single));
    expect(Object.fromEntries(folder.metadata)).toEqual(Object.fromEntries(single.metadata));
    expect(folder.metadata.get('2.weight')).toBe('0.weight');
  });

  it('takes --shards, a number of bytes, and a path that ends with a slash, and prints JSON', async () => {
    const [shards, bytes, slash] = await Promise.all([
      place.run('init', 'net.ts', '--out', 'shards', '--shards', '7'),
      place.run('init', 'net.ts', '--out', 'bytes', '--max-shard-size', '64', '--json'),
      place.run('init', 'net.ts', '--out', 'slash/', '--json'),
    ]);
    expect(shards.stdout).toMatch(
      /\nwrote shards \(3 files and an index, [\d,]+ bytes\)\nfewer files than --shards 7: each tensor has a file of its own\n$/,
    );
    const { file, folder } = JSON.parse(bytes.stdout);
    expect(file).toBe(null);
    expect(folder).toMatchObject({ path: 'bytes', maxShardSize: 64, index: INDEX });
    expect(folder.files.map(({ file, tensors }: Record<string, unknown>) => [file, tensors])).toEqual([
      [shard(1, 2), 1],
      [shard(2, 2), 2],
    ]);
    for (const { file, bytes, sha256: hash } of folder.files) {
      const found = readFileSync(place.path(join('bytes', file)));
      expect([found.length, sha256(found)]).toEqual([bytes, hash]);
    }
    expect(JSON.parse(slash.stdout).folder).toMatchObject({ maxShardSize: 5e9, index: null });
    expect(namesIn('slash')).toEqual(['model.safetensors']);
  });

  it('draws into the folder, in any number of threads, with the bytes, the report and the JSON of one file', async () => {
    place.write('wide.ts', `import { nn } from 'initree';\nexport default () => new nn.Linear(3000, 2000);\n`);
    const run = (name: string, ...more: string[]) =>
      place.run(
        'init',
        'wide.ts',
        '--seed',
        '9',
        '--policy',
        'kerasDefaults',
        '--report',
        `${name}.json`,
        '--json',
        ...more,
      );
    const [one, some, threads] = await Promise.all([
      run('of-one', '--out', 'wide.safetensors'),
      run('of-some', '--out', 'wide-one/'),
      run('of-threads', '--out', 'wide-threads/', '--workers', '2'),
    ]);
    expect([one.code, some.code, threads.code]).toEqual([0, 0, 0]);
    const bytes = readFileSync(place.path('wide.safetensors'));
    const { file, folder: _, ...report } = JSON.parse(one.stdout);
    for (const [ended, path] of [[some, 'wide-one/'] as const, [threads, 'wide-threads/'] as const]) {
      expect(readdirSync(place.path(path))).toEqual(['model.safetensors']);
      expect(readFileSync(place.path(join(path, 'model.safetensors'))).equals(bytes)).toBe(true);
      const written = { file: 'model.safetensors', tensors: 2, bytes: file.bytes, sha256: file.sha256 };
      const folder = { path, bytes: file.bytes, maxShardSize: 5e9, files: [written], index: null, foreign: [] };
      expect(JSON.parse(ended.stdout)).toEqual({ ...report, file: null, folder });
    }
    const reports = ['of-one', 'of-some', 'of-threads'].map((name) => readFileSync(place.path(`${name}.json`), 'utf8'));
    expect(new Set(reports).size).toBe(1);
  });

  it('needs memory that does not depend on the size of the model', async () => {
    place.write('square.ts', `import { nn } from 'initree';\nexport default (n) => new nn.Linear(n, n);\n`);
    const report = "process.on('exit', () => console.error(process.resourceUsage().maxRSS / 1024))";
    const env = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(report)}"` };
    const peak = async (width: number) => {
      const args = ['init', 'square.ts', '--args', `[${width}]`, '--quiet', '--out', `${width}/`];
      const { code, stderr } = await place.runAlone({ env }, ...args);
      expect(code).toBe(0);
      rmSync(place.path(`${width}`), { recursive: true });
      return Number(stderr);
    };
    // The large model has 196 MB.
    expect((await peak(7000)) - (await peak(10))).toBeLessThan(80);
  });

  it('replaces a checkpoint only with --force', async () => {
    mkdirSync(place.path('kept'));
    place.write('kept/config.json', '{}');
    await saveFolder(new nn.Linear(40, 40), place.path('kept'), { shards: 2 });
    const before = namesIn('kept');
    const run = ['init', 'net.ts', '--out', 'kept', '--shards', '3', '--quiet'];
    const refused = await place.run(...run);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /at kept: a checkpoint is in the folder already, and was left as it is: found model-00001-of-00002.safetensors and 2 more; choose another folder, or force its replacement by --force\n$/,
    );
    expect(namesIn('kept')).toEqual(before);
    expect(await place.run(...run, '--force')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(namesIn('kept')).toEqual(['config.json', shard(1, 3), shard(2, 3), shard(3, 3), INDEX]);
  });

  it.each<[string, string[], number, RegExp]>([
    ['no files', ['--out', 'x', '--shards', '0'], 2, /Expected an integer from 1 to 99999/],
    ['too many files', ['--out', 'x', '--shards', '100000'], 2, /Expected an integer from 1 to 99999/],
    [
      'a unit of powers of two',
      ['--out', 'x', '--max-shard-size', '5GiB'],
      2,
      /Expected a size of at least one byte: 5GB/,
    ],
    ['no bytes', ['--out', 'x', '--max-shard-size', '0'], 2, /Expected a size of at least one byte/],
    ['both flags', ['--out', 'x', '--shards', '2', '--max-shard-size', '1KB'], 2, /cannot be used with/],
    ['no folder', ['--shards', '2'], 2, /divide the files of a folder; add --out with its path/],
    ['the name of a file', ['--out', 'x.safetensors', '--shards', '2'], 2, /is a folder, found the name of a file/],
    ['a file', ['--out', 'net.ts', '--shards', '2'], 1, /net\.ts: the path is a file; expected the path of a folder/],
    ['no folder around it', ['--out', 'x/y', '--shards', '2'], 1, /the folder around it does not exist/],
  ])('refuses %s before any work', async (_, args, code, says) => {
    const before = readdirSync(place.folder);
    const ended = await place.run('init', 'net.ts', '--quiet', ...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(says);
    expect(readdirSync(place.folder)).toEqual(before);
  });
});

describe('initree plan with --shards or --max-shard-size', () => {
  it('says which file holds what', async () => {
    const [text, json, none] = await Promise.all([
      place.run('plan', 'net.ts', '--max-shard-size', '64'),
      place.run('plan', 'net.ts', '--shards', '9', '--json'),
      place.run('plan', 'net.ts', '--json'),
    ]);
    expect(text.stdout.split('\n\n')[1]).toBe(
      [
        `2 files and ${INDEX}: 320 bytes of tensors`,
        'file                              shape   dtype    bytes',
        '────────────────────────────────  ──────  ───────  ─────',
        `${shard(1, 2)}                     256`,
        '  0.weight                        [8, 8]  float32    256',
        `${shard(2, 2)}                      64`,
        '  0.bias                          [8]     float32     32',
        '  2.bias                          [8]     float32     32',
        '',
      ].join('\n'),
    );
    const { folder, assignments } = JSON.parse(json.stdout);
    expect(assignments).toBeDefined();
    expect(folder).toMatchObject({ totalSize: 320, maxShardSize: 0, index: INDEX });
    expect(folder.files[0]).toEqual({
      file: shard(1, 3),
      bytes: 256,
      tensors: [{ name: '0.weight', dtype: 'float32', shape: [8, 8], bytes: 256 }],
    });
    expect(JSON.parse(none.stdout)).not.toHaveProperty('folder');
  });

  it('plans the files that init writes, of a model that does not fit into memory too', async () => {
    place.write(
      'large.ts',
      `import { nn } from 'initree';
       export default () => nn.deferInit(() => {
         const block = () => new nn.Linear(65536, 65536, { bias: false, dtype: 'bfloat16' });
         return new nn.Sequential(...Array.from({ length: 20 }, block));
       });`,
    );
    const { code, stdout } = await place.run('plan', 'large.ts', '--max-shard-size', '20GB', '--json');
    expect(code).toBe(0);
    const { folder } = JSON.parse(stdout);
    expect(folder.totalSize).toBe(20 * 2 ** 33);
    expect(folder.files.map(({ tensors }: { tensors: unknown[] }) => tensors.length)).toEqual(new Array(10).fill(2));
  });
});

describe('initree identify of a folder', () => {
  it('finds the seed, as of a file', async () => {
    place.write('wide.ts', `import { nn } from 'initree';\nexport default () => new nn.Linear(64, 64);\n`);
    await place.run('init', 'wide.ts', '--seed', '9', '--out', 'wide', '--shards', '2', '--quiet');
    const { code, stdout } = await place.run('identify', 'wide');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^wide: seed 9: 2 of 2 tensors/);
  });
});

describe('initree verify of a folder', () => {
  it('derives all its tensors again', async () => {
    await place.run('init', 'net.ts', '--seed', '5', '--out', 'right', '--shards', '2', '--quiet');
    const [text, json] = await Promise.all([
      place.run('verify', 'net.ts', 'right'),
      place.run('verify', 'net.ts', 'right', '--json'),
    ]);
    expect(text).toEqual({
      code: 0,
      stdout:
        'equal: right is net.ts to the bit, all 4 tensors (seed 5, policy none, rng torch, torch-x86-2.15, float32)\n',
      stderr: '',
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ equal: true, differences: [], problems: [] });
  });

  it.each([
    ['whole', ['--out', 'whole/']],
    ['shared', ['--out', 'shared', '--shards', '2']],
  ])('and init and finish agree about files that are not of the checkpoint (%s)', async (folder, out) => {
    const init = () => place.run('init', 'net.ts', '--seed', '5', ...out, '--force');
    await init();
    for (const name of ['adapter.safetensors', 'notes.md']) writeFileSync(join(place.path(folder), name), 'x');
    const isShared = folder === 'shared';
    const ended = await Promise.all([
      init(),
      place.run('verify', 'net.ts', folder),
      ...(isShared ? [place.run('finish', folder)] : []),
    ]);
    for (const { code, stdout, stderr } of ended) {
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(
        '\nnot of the checkpoint: adapter.safetensors; readers that follow the index pass over it,',
      );
    }
    expect(JSON.parse((await place.run('verify', 'net.ts', folder, '--json')).stdout)).toMatchObject({
      equal: true,
      problems: [],
      foreign: ['adapter.safetensors'],
    });
    writeFileSync(join(place.path(folder), 'model-00003-of-00003.safetensors'), 'x');
    expect((await place.run('verify', 'net.ts', folder)).code).toBe(1);
    if (isShared) expect((await place.run('finish', folder)).code).toBe(1);
  });

  it('lists what the index and the files do not share, and stale files', async () => {
    const make = async (name: string) => {
      await place.run('init', 'net.ts', '--seed', '5', '--out', name, '--shards', '2', '--quiet');
      return place.path(name);
    };
    const [stale, missing, other] = await Promise.all(['stale', 'missing', 'other'].map(make));
    copyFileSync(join(stale, shard(1, 2)), join(stale, 'model-00003-of-00003.safetensors'));
    rmSync(join(missing, shard(1, 2)));
    const index = JSON.parse(readFileSync(join(missing, INDEX), 'utf8'));
    index.weight_map['9.bias'] = shard(2, 2);
    delete index.weight_map['2.bias'];
    writeFileSync(join(missing, INDEX), JSON.stringify(index));
    const { tensors, metadata } = await loadFile(join(other, shard(1, 2)));
    await saveFile(tensors, join(other, shard(1, 2)), { metadata: new Map([...metadata, ['initree.seed', '6']]) });
    const ended = await Promise.all(['stale', 'missing', 'other'].map((name) => place.run('verify', 'net.ts', name)));
    for (const { code, stderr } of ended) expect([code, stderr]).toEqual([1, '']);
    expect(ended[0].stdout).toMatch(
      /^inconsistent folder: stale is net\.ts to the bit, all 4 tensors .*\n {2}model-00003-of-00003\.safetensors: stale file, .*remove it\n$/,
    );
    const [, ...lines] = ended[1].stdout.split('\n');
    expect(lines).toEqual([
      `  ${shard(1, 2)}: missing file, the index names this file, and it is not in the folder`,
      `  ${shard(2, 2)}: missing key, the file lacks the tensor '9.bias', which the index gives to it`,
      `  ${shard(2, 2)}: extra key, the file has the tensor '2.bias', which the index lacks`,
      '  0.weight: missing, not in the file',
      '  2.weight: missing, not in the file',
      '  2.bias: missing, not in the file',
      expect.stringContaining('different tensors: 3'),
      '',
    ]);
    expect(ended[2].stdout).toMatch(
      /^inconsistent folder: .*\(seed 5,.*\n.*other run, the metadata initree\.seed are '6', and '5'/,
    );
    const { stdout } = await place.run('verify', 'net.ts', 'stale', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      equal: false,
      differences: [],
      problems: [{ file: 'model-00003-of-00003.safetensors', kind: 'stale file' }],
    });
  });
});
