import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

/** The functions of the system that fail, with the code of the error. */
const failing = new Map<string, string>();
/** The most bytes that the system takes at once. */
let shortest = Number.POSITIVE_INFINITY;
/** Whether only the owner of a file cannot be changed. */
let refusesOwner = false;
/** How often a file was moved to the device before its flush. */
let writeBacks = 0;
/** What `stat` says that the file is. */
let kind: 'isCharacterDevice' | 'isBlockDevice' | null = null;

/** Replaces `node:fs`, because no test may touch a device, and a full one is not at hand. */
jest.unstable_mockModule('node:fs', () => {
  const mocked: Record<string, unknown> = { ...fs };
  for (const name of [
    'openSync',
    'writeSync',
    'renameSync',
    'linkSync',
    'symlinkSync',
    'rmSync',
    'fsyncSync',
    'fchmodSync',
    'fchownSync',
    'accessSync',
    'createReadStream',
  ] as const) {
    const original = fs[name] as (...args: unknown[]) => unknown;
    mocked[name] = (...args: unknown[]) => {
      const code = failing.get(name);
      if (code !== undefined) throw Object.assign(new Error(`${code}: ${name}`), { code, syscall: name });
      if (name === 'writeSync') args[3] = Math.min(args[3] as number, shortest);
      if (name === 'fchownSync' && refusesOwner && args[1] !== -1) throw Object.assign(new Error(), { code: 'EPERM' });
      return original(...args);
    };
  }
  mocked.fsync = (file: number, done: (error: Error | null) => void) => {
    const code = failing.get('fsync');
    if (code === undefined) fs.fsync(file, done);
    else setImmediate(() => done(Object.assign(new Error(code), { code })));
  };
  mocked.fdatasync = (file: number, done: (error: Error | null) => void) => {
    const code = failing.get('fdatasync');
    writeBacks++;
    if (code === undefined) fs.fdatasync(file, done);
    else setImmediate(() => done(Object.assign(new Error(code), { code })));
  };
  mocked.statSync = (...args: Parameters<typeof fs.statSync>) => {
    const found = fs.statSync(...args);
    if (found && kind) Object.assign(found, { isFile: () => false, [kind]: () => true });
    return found;
  };
  return mocked;
});
const { saveFile } = await import('../../src/node/files/saveFile.js');
const { saveFolder } = await import('../../src/node/files/saveFolder.js');
const { loadFile } = await import('../../src/node/reading/loadFile.js');
const { FileReplacement } = await import('../../src/node/files/FileReplacement.js');
const { initializeToFile } = await import('../../src/node/runs/initializeToFile.js');
const { initializeToFolder } = await import('../../src/node/shards/initializeToFolder.js');
const { finishFolder } = await import('../../src/node/shards/finishFolder.js');
const { FolderWriter } = await import('../../src/node/runs/FolderWriter.js');
const { layOutFolder } = await import('../../src/checkpoint/layOutFolder.js');
const { definePolicy } = await import('../../src/policy/definePolicy.js');
const { parameter } = await import('../../src/policy/rule.js');
const { Generator } = await import('../../src/random/Generator.js');
const init = await import('../../src/init.js');
const nn = await import('../../src/nn.js');
const { ones, zeros } = await import('../../src/tensor/creation.js');

const folder = fs.mkdtempSync(join(tmpdir(), 'initree-failing-'));
const path = join(folder, 'a.safetensors');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  failing.clear();
  kind = null;
  shortest = Number.POSITIVE_INFINITY;
  refusesOwner = false;
  await saveFile([['a', zeros([3])]], path);
});

const save = () => saveFile([['a', ones([3])]], path);
const saved = async () => (await loadFile(path)).tensors.get('a')?.tolist();

describe('an error of the device', () => {
  it.each([
    ['writeSync', 'ENOSPC', /a\.safetensors: the file could not be written: no space is left.*free some space/],
    ['writeSync', 'EDQUOT', /the quota of the file system is used up; free some space/],
    ['writeSync', 'EFBIG', /larger than the file system.*choose another folder/],
    ['writeSync', 'EIO', /the device failed; check it/],
    ['fsync', 'EIO', /the device failed; check it/],
    ['fsync', 'ENOSPC', /no space is left on the device/],
    ['renameSync', 'EACCES', /permission denied; choose a folder that you may write to/],
    ['renameSync', 'ENOSPC', /no space is left on the device/],
    ['renameSync', 'EBUSY', /the file is in use, or is a mount point; choose another name/],
    ['openSync', 'EROFS', /the file system is read-only; choose another folder/],
    ['openSync', 'EACCES', /permission denied; choose a folder/],
    ['openSync', 'ENOSPC', /no space is left on the device/],
    ['openSync', 'EMFILE', /too many open files; save fewer files/],
    ['fchmodSync', 'EIO', /the device failed; check it/],
    ['writeSync', 'EWHATEVER', /the file could not be written: EWHATEVER: writeSync/],
  ])('of %s (%s) is explained, harms nothing and leaves nothing', async (name, code, message) => {
    failing.set(name, code);
    await expect(save()).rejects.toThrow(message);
    expect(fs.readdirSync(folder)).toEqual(['a.safetensors']);
    failing.clear();
    expect(await saved()).toEqual([0, 0, 0]);
    await save();
    expect(await saved()).toEqual([1, 1, 1]);
  });
});

describe('a system that takes few bytes at once', () => {
  it('receives all of them', async () => {
    shortest = 7;
    await save();
    expect(await saved()).toEqual([1, 1, 1]);
  });
});

describe('a run into a file', () => {
  const policy = definePolicy('p', [parameter('*', init.normal())]);
  const model = nn.deferInit(() => new nn.Linear(500, 400));
  const run = (generator: InstanceType<typeof Generator>, onProgress = () => {}) =>
    initializeToFile(model, policy, path, { generator, force: true, onProgress });

  it.each([
    ['writeSync', 'ENOSPC', /no space is left on the device/],
    ['fsync', 'EIO', /the device failed; check it/],
    ['renameSync', 'EACCES', /permission denied/],
  ])('leaves the file and the generator as they were if the device fails (%s)', async (name, code, message) => {
    const generator = new Generator(0);
    // The device fails after the first piece.
    await expect(run(generator, () => void failing.set(name, code))).rejects.toThrow(message);
    expect([generator.wordsDrawn, fs.readdirSync(folder)]).toEqual([0, ['a.safetensors']]);
    failing.clear();
    expect(await saved()).toEqual([0, 0, 0]);
    await run(generator);
    expect(generator.wordsDrawn).toBe(200_000 + 400);
  });

  it('moves a large file to the device while it is drawn, and reports an error of that, which a flush does not see', async () => {
    const large = nn.deferInit(() => new nn.Linear(4200, 4200, { bias: false }));
    const ones = definePolicy('ones', [parameter('weight', init.ones())]);
    const write = () => initializeToFile(large, ones, path, { force: true });
    failing.set('fdatasync', 'EIO');
    await expect(write()).rejects.toThrow(/the device failed; check it/);
    expect(await saved()).toEqual([0, 0, 0]);
    expect(fs.readdirSync(folder)).toEqual(['a.safetensors']);
    failing.clear();
    writeBacks = 0;
    await write();
    expect(writeBacks).toBe(1);
  });

  it('reports an error of moving the files of a folder', async () => {
    const own = join(folder, 'own');
    const writer = new FolderWriter(own, layOutFolder(new nn.Linear(3, 2), {}, { maxShardSize: 20 }));
    try {
      for (const tensor of writer.layout.tensors) writer.write(tensor, 0, new Uint8Array(tensor.end - tensor.start));
      failing.set('fdatasync', 'EIO');
      writer.writeBack();
      await expect(writer.commit()).rejects.toThrow(/the device failed; check it/);
    } finally {
      writer.abort();
    }
    expect(fs.readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('writes all bytes to a system that takes few at once', async () => {
    await run(new Generator(0));
    const bytes = fs.readFileSync(path);
    shortest = 1001;
    await run(new Generator(0));
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  });
});

describe('a device', () => {
  it.each(['isCharacterDevice', 'isBlockDevice'] as const)('is refused (%s)', async (what) => {
    kind = what;
    await expect(save()).rejects.toThrow('the path is a device or a pipe; expected the path of a file');
    kind = null;
    expect(await saved()).toEqual([0, 0, 0]);
  });
});

describe('a file system that lacks something', () => {
  it.each(['EPERM', 'EINVAL', 'ENOTSUP'])('such as owners (%s) keeps what it can', async (code) => {
    fs.chmodSync(path, 0o664);
    failing.set('fchownSync', code);
    await save();
    // The group may be another one, so it gets the rights of everybody.
    expect((fs.statSync(path).mode & 0o777).toString(8)).toBe('644');
    failing.set('fchmodSync', code);
    fs.chmodSync(path, 0o644);
    await save();
    expect((fs.statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(await saved()).toEqual([1, 1, 1]);
  });

  it('or refuses the owner keeps the group and its rights', async () => {
    fs.chmodSync(path, 0o664);
    refusesOwner = true;
    await save();
    expect((fs.statSync(path).mode & 0o7777).toString(8)).toBe('664');
    expect(await saved()).toEqual([1, 1, 1]);
  });

  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP'])('such as hard links (%s) still names a new file once', async (code) => {
    failing.set('linkSync', code);
    const name = join(folder, 'new.bin');
    const attempt = async (text: string) => {
      const file = new FileReplacement(name, { replace: false });
      try {
        file.write(0, Buffer.from(text));
        await file.commit();
      } finally {
        file.abort();
      }
    };
    const all = await Promise.allSettled(['1', '2', '3'].map(attempt));
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(fs.readFileSync(name, 'utf8')).toBe(`${all.findIndex(({ status }) => status === 'fulfilled') + 1}`);
    expect(fs.readdirSync(folder)).toEqual(['a.safetensors', 'new.bin']);
    fs.rmSync(name);
    failing.set('renameSync', 'EIO');
    await expect(attempt('4')).rejects.toThrow('the device failed');
    expect(fs.readdirSync(folder)).toEqual(['a.safetensors']);
  });
});

describe('a folder that several processes write', () => {
  const path = join(folder, 'shared');
  const model = new nn.Sequential(new nn.Linear(3, 3), new nn.Linear(3, 2));
  const policy = definePolicy('mine', [parameter('**', init.ones())]);
  const run = (metadata = {}) =>
    initializeToFolder(model, policy, path, { shards: 2, generator: new Generator(1), force: true, metadata });
  afterAll(() => fs.rmSync(path, { recursive: true, force: true }));

  it('keeps files that are read-only, also when it is forced', async () => {
    const { files } = await run();
    failing.set('accessSync', 'EACCES');
    await expect(run({ other: 'plan' })).rejects.toThrow(
      `Invalid file at ${join(path, files[0])}: the file is read-only; make it writable, or choose another name`,
    );
    failing.clear();
    expect(await finishFolder(path)).toMatchObject({ finished: files, problems: [] });
  });

  it('names a finished file that cannot be read, and what to do', async () => {
    const { files } = await run();
    const unreadable =
      'the file could not be read: permission denied; make it readable, or remove it and run initree init again';
    failing.set('openSync', 'EACCES');
    await expect(run()).rejects.toThrow(`Invalid file at ${join(path, files[0])}: ${unreadable}`);
    failing.clear();
    failing.set('createReadStream', 'EACCES');
    expect((await finishFolder(path)).problems.slice(0, 2)).toEqual(files.map((file) => `${file}: ${unreadable}`));
  });
});

describe('an error of the device while a folder is saved', () => {
  const path = join(folder, 'model');
  const saveAll = (value: number, options = {}) =>
    saveFolder(
      ['a', 'b'].map((name) => [name, ones([3]).mul(value)] as const),
      path,
      { maxShardSize: 12, ...options },
    );
  const values = async () => [...(await loadFile(path)).tensors.values()].map((tensor) => tensor.tolist());
  const one = [1, 1, 1];
  beforeEach(() => fs.rmSync(path, { recursive: true, force: true }));
  afterAll(() => fs.rmSync(path, { recursive: true, force: true }));

  it.each([
    ['writeSync', 'ENOSPC', /model-00001-of-00002\.safetensors: the file could not be written: no space is left/],
    ['fsyncSync', 'EIO', /model-00001-of-00002\.safetensors: .*the device failed/],
    ['openSync', 'EMFILE', /too many open files/],
  ])('of %s (%s) before the names are given harms nothing and leaves nothing', async (name, code, message) => {
    failing.set(name, code);
    await expect(saveAll(1)).rejects.toThrow(message);
    expect(fs.existsSync(path)).toBe(false);
    failing.clear();
    await saveAll(1);
    failing.set(name, code);
    await expect(saveAll(2, { force: true })).rejects.toThrow(message);
    failing.clear();
    expect(fs.readdirSync(path)).toHaveLength(3);
    expect(await values()).toEqual([one, one]);
  });

  it('of linkSync leaves nothing of a new checkpoint', async () => {
    failing.set('linkSync', 'EIO');
    await expect(saveAll(1)).rejects.toThrow(/model-00001-of-00002.safetensors: .*the device failed/);
    expect(fs.existsSync(path)).toBe(false);
  });

  it('of renameSync says whether the earlier checkpoint is still whole', async () => {
    await saveAll(1);
    failing.set('renameSync', 'EIO');
    await expect(saveAll(2, { force: true, maxShardSize: undefined })).rejects.toThrow(
      /check it, or choose another folder$/,
    );
    failing.clear();
    expect(await values()).toEqual([one, one]);
    failing.set('renameSync', 'EIO');
    await expect(saveAll(2, { force: true })).rejects.toThrow(
      /; the checkpoint in the folder is incomplete now, so save again$/,
    );
    failing.clear();
    await expect(values()).rejects.toThrow('without a checkpoint');
    await saveAll(1, { force: true });
    expect(await values()).toEqual([one, one]);
  });

  it('that is read-only is not replaced, nor are its stale files removed', async () => {
    await saveAll(1);
    failing.set('accessSync', 'EACCES');
    await expect(saveAll(2, { maxShardSize: undefined, force: true })).rejects.toThrow(
      'the file is read-only; make it writable',
    );
    failing.clear();
    expect(await values()).toEqual([one, one]);
    expect(fs.readdirSync(path)).toHaveLength(3);
  });

  it('of rmSync names the stale file', async () => {
    await saveAll(1, { maxShardSize: undefined });
    failing.set('rmSync', 'EACCES');
    await expect(saveAll(1, { force: true })).rejects.toThrow(
      /model\.safetensors: the new checkpoint is in its place, but this file of the earlier one could not be removed: .*remove it/,
    );
    failing.clear();
    fs.rmSync(join(path, 'model.safetensors'));
    expect(await values()).toEqual([one, one]);
  });

  it.each(['linkSync', 'symlinkSync'])('of a system without links (%s) changes nothing', async (name) => {
    failing.set(name, 'EPERM');
    await saveAll(1);
    await expect(saveAll(2)).rejects.toThrow('a checkpoint is in the folder already');
    await saveAll(1, { force: true });
    expect(await values()).toEqual([one, one]);
    expect(fs.readdirSync(path)).toHaveLength(3);
  });
});
