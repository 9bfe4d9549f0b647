import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { StorageShelf } from '../../src/numerics/StorageShelf.js';
import { readState } from '../../web/address.js';
import { examplesOf } from '../../web/examplesOf.js';
import { Network } from '../../web/Network.js';
import { NETWORKS, type NetworkName } from '../../web/state.js';

const digits = gunzipSync(readFileSync(new URL('../../web/data/digits.bin', import.meta.url)));
const SIZES: Readonly<Record<NetworkName, string>> = {
  mlp: '&depth=3&width=64',
  lenet5: '',
  resnet: '&depth=2',
  gpt: '&depth=1&width=32',
};

/** What a network has after some steps of training: losses, parameters and buffers. */
function train(name: NetworkName): { losses: readonly number[]; state: Record<string, unknown> } {
  const { state, problems } = readState(`v=1&network=${name}${SIZES[name]}&rate=0.05`);
  expect(problems).toEqual([]);
  const network = new Network(state, state.right, examplesOf(name, digits));
  for (let step = 0; step < 6; step++) network.train(state.rate);
  const tensors = Object.entries(network.write().stateDict());
  return { losses: network.losses, state: Object.fromEntries(tensors.map(([key, { data }]) => [key, data])) };
}

describe('training on the memory of a shelf', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(Object.keys(NETWORKS) as NetworkName[])('gives the bits of training without one: %s', (name) => {
    const lend = jest.spyOn(StorageShelf.prototype, 'lend');
    const found = train(name);
    expect(lend).toHaveBeenCalled();
    expect(StorageShelf.current).toBeNull();
    jest.spyOn(StorageShelf.prototype, 'run').mockImplementation((compute) => compute());
    expect(found).toEqual(train(name));
    expect(found.losses).toHaveLength(6);
  });
});

describe('a shelf', () => {
  it('lends the same memory again, all zeros, and not within one run', () => {
    const shelf = new StorageShelf();
    const lend = () => shelf.lend('float32', 300, () => new Float32Array(300));
    const [first, second] = shelf.run(() => [lend(), lend()]);
    expect(first).not.toBe(second);
    first.fill(1);
    shelf.run(() => {
      expect(new Set([lend(), lend()])).toEqual(new Set([first, second]));
      expect(first.every((value) => value === 0)).toBe(true);
      expect(lend()).not.toBe(first);
    });
  });

  it('gets its memory back from a run that throws, and lends none aside', () => {
    const shelf = new StorageShelf();
    const lent: unknown[] = [];
    const run = () =>
      shelf.run(() => {
        expect(StorageShelf.aside(() => StorageShelf.current)).toBeNull();
        expect(StorageShelf.current).toBe(shelf);
        lent.push(shelf.lend('int32', 300, () => new Int32Array(300)));
        throw new Error('stop');
      });
    expect(run).toThrow('stop');
    expect(run).toThrow('stop');
    expect(lent[1]).toBe(lent[0]);
    expect(StorageShelf.current).toBeNull();
  });
});
