import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ShapeError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import { bytesAtOnce } from '../../src/laws/bytesAtOnce.js';
import * as nn from '../../src/nn.js';
import { initializeToFile } from '../../src/node/runs/initializeToFile.js';
import { initializeToFolder } from '../../src/node/shards/initializeToFolder.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { parameter } from '../../src/policy/rule.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';

const root = mkdtempSync(join(tmpdir(), 'initree-held-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const square = (size: number) => nn.deferInit(() => new nn.Linear(size, size, { bias: false }));
const policyOf = (initializer: init.Initializer) => definePolicy('one', [parameter('weight', initializer)]);

describe('a run into files', () => {
  it.each<[string, init.Initializer, number, number, object?]>([
    ['orthogonal', init.orthogonal(), 15_000, 15_000 ** 2 * 20],
    ['sparse', init.sparse(0.1), 33_000, 33_000 ** 2 * 4],
    ['zeroRow', init.zeroRow(0, init.keep), 33_000, 33_000 ** 2 * 4],
    ['eye', init.eye(), 33_000, 33_000 ** 2 * 4],
    [
      'truncatedNormal',
      init.truncNormal({ std: 1, a: -2, b: 2 }),
      33_000,
      33_000 ** 2 * 4,
      { generator: new Generator(1, { engine: 'xoroshiro128plus' }) },
    ],
    ['normal', init.normal(), 33_000, 33_000 ** 2 * 4, { generator: generatorOf(new RandomKey(1)) }],
    ['orthogonal', init.orthogonal(), 15_000, 15_000 ** 2 * 20, { rng: 'counter', seed: 0 }],
  ])(
    'refuses %s of more than 4 GiB before anything is created',
    async (law, initializer, size, bytes, options = {}) => {
      const model = square(size);
      const call = initializeToFile(model, policyOf(initializer), join(root, 'a.safetensors'), options);
      const error = (await call.catch((error) => error)) as ShapeError;
      expect(error).toBeInstanceOf(ShapeError);
      expect(error.path).toBe('weight');
      expect(error.detail).toContain(
        `of shape [${size}, ${size}] is drawn as a whole, which takes ${bytes.toLocaleString('en')} bytes; expected at most 4,294,967,296 bytes; choose an initialiser`,
      );
      expect(error.detail.startsWith(law)).toBe(true);
      if (!('generator' in options)) {
        const folder = initializeToFolder(model, policyOf(initializer), join(root, 'folder'), {
          shards: 2,
          ...options,
        });
        await expect(folder).rejects.toThrow(error.detail);
      }
      expect(readdirSync(root)).toEqual([]);
    },
  );

  it('refuses what the constructor has drawn, and names all tensors', async () => {
    const build = () => {
      const model = new nn.Sequential(new nn.Linear(15_000, 15_000), new nn.Linear(20_000, 20_000));
      for (const weight of [model.getParameter('0.weight'), model.getParameter('1.weight')]) init.orthogonal_(weight);
      return model;
    };
    const keep = definePolicy('keep', [parameter('**', init.keep)]);
    const call = initializeToFile(nn.deferInit(build), keep, join(root, 'a.safetensors'));
    await expect(call).rejects.toThrow(
      'Invalid shape: 0.weight: orthogonal of shape [15000, 15000] is drawn as a whole, which takes 4,500,000,000 bytes; 1.weight: orthogonal',
    );
    expect(readdirSync(root)).toEqual([]);
  });
});

it('holds nothing of elements that are drawn one by one', () => {
  const shape = [2 ** 16, 2 ** 16];
  for (const initializer of [init.normal(), init.uniform(), init.truncNormal(), init.constant(2)]) {
    const law = initializer.law(shape, 'float32');
    expect(bytesAtOnce(law, shape, 'float32', new Generator(1))).toBe(0);
    expect(bytesAtOnce(law, shape, 'float32', 'key')).toBe(0);
  }
});
