import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { FormatError, StateError } from '../../src/errors.js';
import { initializeFrom } from '../../src/finetune/initializeFrom.js';
import * as init from '../../src/init.js';
import { wasLoaded } from '../../src/nn/stateDict.js';
import * as nn from '../../src/nn.js';
import type { SafetensorsFile } from '../../src/node/reading/SafetensorsFile.js';
import { initializeToFolder, loadFile, openFile, saveFile, saveFolder } from '../../src/node.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { rule } from '../../src/policy/rule.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { ones, zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { withForeignTensor } from '../checkpoint/withForeignTensor.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-load-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'net.safetensors');
const opened: SafetensorsFile[] = [];
afterEach(async () => {
  for (const file of opened.splice(0)) await file.close();
});
async function open(at = path): Promise<SafetensorsFile> {
  opened.push(await openFile(at));
  return opened[opened.length - 1];
}

const build = () => new nn.Sequential(new nn.Linear(4, 3), new nn.BatchNorm1d(3), new nn.Linear(3, 2));
const values = (model: nn.Module) =>
  Array.from(model.stateDict(), ([name, tensor]) => [name, tensor.dtype, tensor.tolist()]);
manualSeed(0);
const source = build();

describe('loadStateDict of an open file', () => {
  it('loads what it loads of the tensors in memory, and leaves the file open', async () => {
    await saveFile(source, path);
    const file = await open();
    const target = build();
    expect(target.loadStateDict(file)).toEqual({ missingKeys: [], unexpectedKeys: [], mismatchedKeys: [] });
    expect(values(target)).toEqual(values(source));
    expect(file.readSync('0.bias').tolist()).toEqual(source.stateDict().get('0.bias')?.tolist());
    await saveFolder(source, join(folder, 'shards'), { maxShardSize: 60 });
    const other = build();
    other.loadStateDict(await open(join(folder, 'shards')));
    expect(values(other)).toEqual(values(source));
  });

  it('takes the options, and converts or takes over dtypes', async () => {
    await saveFile(new Map(Array.from(source.stateDict(), ([key, tensor]) => [`m.${key}`, tensor])), path);
    const half = () => build().to('float64');
    const target = half();
    target.loadStateDict(await open(), { prefix: 'm' });
    expect(target.stateDict().get('0.weight')?.dtype).toBe('float64');
    expect(target.stateDict().get('0.weight')?.tolist()).toEqual(source.stateDict().get('0.weight')?.tolist());
    const assigned = half();
    assigned.loadStateDict(await open(), { rename: (key) => key.slice(2), assign: true });
    expect(values(assigned)).toEqual(values(source));
    const larger = new nn.Sequential(new nn.Linear(4, 3), new nn.BatchNorm1d(3), new nn.Linear(3, 5));
    const result = larger.loadStateDict(await open(), { prefix: 'm', ignoreMismatched: true });
    expect(result.mismatchedKeys).toEqual(['2.weight', '2.bias']);
  });

  it('gives deferred parameters the memory that was read, and marks all as loaded', async () => {
    await saveFile(source, path);
    const target = nn.deferInit(build);
    const { weight } = target.get('0') as nn.Linear;
    expect(isDeferred(weight)).toBe(true);
    target.loadStateDict(await open());
    expect(values(target)).toEqual(values(source));
    expect(wasLoaded(weight)).toBe(true);
    const policy = definePolicy('zeros', [rule(nn.Linear, { weight: init.zeros(), bias: init.zeros() })]);
    initializeWeights(target, policy, { onlyMissing: true, strict: false });
    expect(values(target)).toEqual(values(source));
  });

  it('reads one tensor after another, and only those that the model takes', async () => {
    await saveFile(source, path);
    const file = await open();
    const read = jest.spyOn(file, 'readSync');
    source.get('2').loadStateDict(file, { prefix: '2', strict: false });
    expect(read.mock.calls).toEqual([['2.weight'], ['2.bias']]);
    // Each tensor is written before the next one is read.
    const ofOnes = build();
    for (const tensor of ofOnes.stateDict().values()) tensor.fill_(1);
    await saveFile(ofOnes, path);
    const target = build();
    for (const tensor of target.stateDict().values()) tensor.fill_(0);
    const other = await open();
    const readSync = other.readSync.bind(other);
    const written: number[] = [];
    jest.spyOn(other, 'readSync').mockImplementation((name) => {
      written.push([...target.stateDict().values()].filter(({ data }) => Number(data[0]) === 1).length);
      return readSync(name);
    });
    target.loadStateDict(other);
    expect(written).toEqual(written.map((_, index) => index));
  });

  it('loads tied parameters from slices, which have them under each name', async () => {
    const tied = () => {
      const net = new nn.ModuleDict({ words: new nn.Embedding(6, 3), head: new nn.Linear(3, 6, { bias: false }) });
      (net.get('head') as nn.Linear).weight = (net.get('words') as nn.Embedding).weight;
      return net;
    };
    const net = nn.deferInit(tied);
    const policy = definePolicy('normal', [rule(nn.Embedding, { weight: init.normal() })]);
    manualSeed(1);
    const slices = join(folder, 'tied');
    await initializeToFolder(net, policy, slices, { layout: 'dcp', shards: 4 });
    const file = await open(slices);
    expect(file.names).toEqual(['head.weight', 'words.weight']);
    for (const target of [tied(), nn.deferInit(tied)]) {
      target.loadStateDict(file);
      expect((target.get('head') as nn.Linear).weight.tolist()).toEqual(file.readSync('words.weight').tolist());
    }
  });

  it('changes nothing if something does not fit, with the message about tensors in memory', async () => {
    const wrong = new Map([...source.stateDict()].filter(([key]) => key !== '0.bias'));
    wrong.set('0.weight', ones([3, 5]));
    wrong.set('more', ones([2]));
    await saveFile(wrong, path);
    const target = build();
    const before = values(target);
    const message = (load: () => unknown) => {
      try {
        load();
      } catch (error) {
        if (error instanceof StateError) return error.message;
      }
      throw new Error('expected a StateError');
    };
    const { tensors } = await loadFile(path);
    const file = await open();
    for (const options of [{}, { strict: false }, { prefix: 'x' }, { rename: () => 'x' }]) {
      expect(message(() => target.loadStateDict(file, options))).toBe(
        message(() => target.loadStateDict(tensors, options)),
      );
    }
    expect(values(target)).toEqual(before);
  });

  it('changes nothing if the file was closed, or has a dtype or bools that no tensor has', async () => {
    await saveFile(source, path);
    const target = build();
    const before = values(target);
    const closed = await openFile(path);
    await closed.close();
    expect(() => target.loadStateDict(closed)).toThrow(StateError);
    expect(() => target.loadStateDict(closed)).toThrow('the file was closed');
    expect(values(target)).toEqual(before);

    class Flags extends nn.Module {
      a = new nn.Parameter(zeros([2]));
      override forward(): void {}
      constructor() {
        super();
        this.registerBuffer('flags', zeros([2], { dtype: 'bool' }));
      }
    }
    const flags = new Flags();
    await saveFile(
      new Map([
        ['a', ones([2])],
        ['flags', ones([2], { dtype: 'bool' })],
      ]),
      path,
    );
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 7;
    writeFileSync(path, bytes);
    const file = await open();
    expect(() => flags.loadStateDict(file)).toThrow(FormatError);
    expect(() => flags.loadStateDict(file)).toThrow('flags in ');
    expect(flags.a.tolist()).toEqual([0, 0]);
    await saveFile(new Map([['a', ones([2])]]), path);
    writeFileSync(path, withForeignTensor(readFileSync(path)));
    const foreign = new nn.ParameterDict({ a: new nn.Parameter(zeros([2])), q: new nn.Parameter(zeros([3])) });
    const other = await open();
    expect(() => foreign.loadStateDict(other)).toThrow('named "q", no tensor here can have the dtype F8_E4M3');
    expect(foreign.get('a')?.tolist()).toEqual([0, 0]);
  });

  it('names what it has written if the file is damaged meanwhile', async () => {
    await saveFile(source, path);
    const file = await open();
    truncateSync(path, statSync(path).size - 4);
    const target = build();
    expect(() => target.loadStateDict(file)).toThrow(FormatError);
    expect(() => target.loadStateDict(file)).toThrow(
      /the file was cut off while it was read: .*; the model has the values of the file for "0\.weight".*, so load it again/,
    );
  });
});

describe('what is no state dict', () => {
  it('is refused with what to do', async () => {
    await saveFile(source, path);
    const load = (state: unknown) => () => build().loadStateDict(state as never);
    expect(load(Promise.resolve())).toThrow('got a Promise; add await');
    expect(load(path)).toThrow('read the file by loadFile() of initree/node');
    expect(load({ names: [] })).toThrow('Expected state_dict to be dict-like');
    const file = await open();
    const policy = definePolicy('zeros', [rule(nn.Linear, { weight: init.zeros() })]);
    expect(() => initializeFrom(build(), policy, file as never)).toThrow(
      'got a SafetensorsFile; pass the open file to loadStateDict() or initializeFromFile()',
    );
  });
});
