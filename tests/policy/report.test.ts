import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { mersenne } from 'pure-rand/generator/mersenne';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { parameter } from '../../src/policy/rule.js';
import type { Engine } from '../../src/random/Engine.js';
import { Generator } from '../../src/random/Generator.js';
import { tensor } from '../../src/tensor/creation.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('a report', () => {
  const run = (options: Parameters<typeof initializeWeights>[2]) =>
    initializeWeights(new nn.Linear(20, 20), definePolicy('p', [parameter('weight', init.normal())]), options);

  it('says for a checkpoint how the weights were made', () => {
    expect(run({ generator: new Generator(-1) }).metadata()).toEqual({
      'initree.version': version,
      'initree.policy': 'p',
      'initree.rng': 'torch',
      'initree.engine': 'mersenne',
      'initree.seed': '18446744073709551615',
      'initree.reference': 'PyTorch 2.15.0, CPU generator',
    });
    expect(run({ rng: 'counter', seed: 7 }).metadata()).toMatchObject({
      'initree.rng': 'counter',
      'initree.engine': 'philox4x32',
      'initree.seed': '7',
    });
  });

  it('names the engine, and claims PyTorch only for its own', () => {
    const named = run({ generator: new Generator(3, { engine: 'xoroshiro128plus' }) });
    expect(named.source).toEqual({ rng: 'torch', engine: 'xoroshiro128plus', seed: '3' });
    expect(named.suspicious).toEqual([]);
    expect(named.metadata()).toMatchObject({
      'initree.engine': 'xoroshiro128plus',
      'initree.seed': '3',
      'initree.reference': 'pure-rand, xoroshiro128plus',
    });
    const custom = run({ generator: Generator.from(mersenne(3)) }).metadata();
    expect(custom).toMatchObject({ 'initree.engine': 'custom', 'initree.reference': "the caller's engine" });
    expect(custom).not.toHaveProperty(['initree.seed']);
  });

  it('names samples that do not follow their law', () => {
    // An engine that always gives the same word.
    const stuck: Engine = { next: () => 0x123456, clone: () => stuck };
    const report = run({ generator: Generator.from(stuck) });
    expect(report.suspicious.map(({ path }) => path)).toEqual(['weight']);
    expect(String(report)).toMatch(/^does not follow its law: weight, .*standard errors off/m);
    expect(report.source.seed).toBeNull();
    expect(run({}).suspicious).toEqual([]);
  });

  it('says what is not finite', () => {
    const model = new nn.Linear(3, 2);
    model.weight.fill_(Number.NaN);
    model.bias?.copy_(tensor([1, -Infinity]));
    const report = initializeWeights(model, definePolicy('p', [parameter('**', init.keep)]));
    expect(report.entries.map(({ sample }) => sample)).toEqual([
      { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN, nonFinite: 6 },
      { mean: -Infinity, std: Number.NaN, min: -Infinity, max: 1, nonFinite: 1 },
    ]);
    expect(String(report)).toMatch(/^weight .* NaN +NaN +NaN +NaN$/m);
    expect(String(report)).toContain('not finite: weight, 6 of 6 elements\nnot finite: bias, 1 of 2 elements');
  });
});
