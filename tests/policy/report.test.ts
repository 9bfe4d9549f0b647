import { readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import { mersenne } from 'pure-rand/generator/mersenne';
import * as init from '../../src/init.js';
import type { NormalLaw } from '../../src/laws/Law.js';
import type { Distribution } from '../../src/laws/LawOperations.js';
import { NORMAL } from '../../src/laws/normal.js';
import * as nn from '../../src/nn.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import type { Progress } from '../../src/policy/RunContext.js';
import { parameter } from '../../src/policy/rule.js';
import type { Engine } from '../../src/random/Engine.js';
import { Generator } from '../../src/random/Generator.js';
import { tensor, zeros } from '../../src/tensor/creation.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('a report', () => {
  const run = (options: Parameters<typeof initializeWeights>[2]) =>
    initializeWeights(new nn.Linear(20, 20), definePolicy('p', [parameter('weight', init.normal())]), options);

  it('has metadata for a checkpoint', () => {
    expect(run({ generator: new Generator(-1) }).metadata()).toEqual({
      'initree.version': version,
      'initree.policy': 'p',
      'initree.rng': 'torch',
      'initree.engine': 'mersenne',
      'initree.seed': '18446744073709551615',
      'initree.reference': 'torch-x86-2.15',
    });
    expect(run({ rng: 'counter', seed: 7 }).metadata()).toMatchObject({
      'initree.rng': 'counter',
      'initree.engine': 'philox4x32',
      'initree.seed': '7',
    });
  });

  it('names the engine, and claims PyTorch only for its own', () => {
    const named = run({ generator: new Generator(3, { engine: 'xoroshiro128plus' }) });
    expect(named.source).toEqual({ rng: 'torch', engine: 'xoroshiro128plus', seed: '3', reference: null });
    expect(named.suspicious).toEqual([]);
    expect(named.metadata()).toMatchObject({
      'initree.engine': 'xoroshiro128plus',
      'initree.seed': '3',
    });
    expect(named.metadata()).not.toHaveProperty(['initree.reference']);
    const custom = run({ generator: Generator.from(mersenne(3)) }).metadata();
    expect(custom).toMatchObject({ 'initree.engine': 'custom' });
    expect(custom).not.toHaveProperty(['initree.seed']);
  });

  it('has no seed in its metadata if the generator has none', () => {
    const words = { next: () => 0x123456, clone: () => words, getState: () => [] };
    const report = run({ generator: Generator.from(words) });
    expect(report.source).toEqual({ rng: 'torch', engine: 'custom', seed: null, reference: null });
    expect(Object.keys(report.metadata())).toEqual([
      'initree.version',
      'initree.policy',
      'initree.rng',
      'initree.engine',
    ]);
    expect(run({ rng: 'counter', seed: -1 }).metadata()).toEqual({
      'initree.version': version,
      'initree.policy': 'p',
      'initree.rng': 'counter',
      'initree.engine': 'philox4x32',
      'initree.seed': '18446744073709551615',
      'initree.reference': 'torch-stateless-2.15',
      'initree.key': 'fold_in(fold_in(key(seed % 2**64), first 8 bytes of SHA-256(path in UTF-8), big-endian), pass)',
    });
  });

  it('counts the words and elements of each parameter, and calls back after each', () => {
    const model = nn.skipInit(() => new nn.Sequential({ a: new nn.Linear(3, 2), b: new nn.Linear(4, 5) }));
    const policy = definePolicy('p', [
      parameter('a.weight', init.keep),
      parameter('a.bias', init.zeros()),
      parameter('b.bias', init.normal()),
      parameter('b.weight', init.uniform()),
    ]);
    // In counter mode nothing is drawn from a stream.
    for (const [options, words, fromWords] of [
      [{ generator: new Generator(0) }, [20, 12], [0, 0, 0, 20]],
      [{ rng: 'counter', seed: 0 }, [0, 0], [0, 0, 0, 0]],
    ] as const) {
      const progress: Progress[] = [];
      const onProgress = (step: Progress) => void progress.push(step);
      const report = initializeWeights(model, policy, { ...options, onProgress });
      expect(report.entries.map(({ path, count, words, fromWord }) => [path, count, words, fromWord])).toEqual([
        ['a.weight', 0, 0, fromWords[0]],
        ['a.bias', 2, 0, fromWords[1]],
        ['b.weight', 20, words[0], fromWords[2]],
        ['b.bias', 5, words[1], fromWords[3]],
      ]);
      const ends = { total: 4, elementsTotal: 33 };
      expect(progress).toEqual([
        { path: 'a.weight', done: 1, elementsDone: 6, ...ends },
        { path: 'a.bias', done: 2, elementsDone: 8, ...ends },
        { path: 'b.weight', done: 3, elementsDone: 28, ...ends },
        { path: 'b.bias', done: 4, elementsDone: 33, ...ends },
      ]);
      expect(String(report).split('\n')[0]).toBe('policy p: 4 parameters, 27 elements written');
    }
  });

  it('prints measured and expected values in one row for each parameter', () => {
    const model = nn.skipInit(() => new nn.Sequential({ a: new nn.Linear(3, 1), b: new nn.Linear(1, 1) }));
    const policy = definePolicy('p', [parameter('b.weight', init.keep), parameter('**', init.constant(0.5))]);
    expect(String(initializeWeights(model, policy)).split('\n')).toEqual([
      'policy p: 4 parameters, 5 elements written',
      'parameter  shape   rule                   initializer          count  mean (expected)  std (expected)  min  max',
      '─────────  ──────  ─────────────────────  ───────────────────  ─────  ───────────────  ──────────────  ───  ───',
      "a.weight   [1, 3]  parameter('**')        constant(value=0.5)      3        0.5 (0.5)           0 (0)  0.5  0.5",
      "a.bias     [1]     parameter('**')        constant(value=0.5)      1        0.5 (0.5)           – (0)  0.5  0.5",
      "b.weight   [1, 1]  parameter('b.weight')  keep()                   0                0               –    0    0",
      "b.bias     [1]     parameter('**')        constant(value=0.5)      1        0.5 (0.5)           – (0)  0.5  0.5",
    ]);
  });

  it('names the parameters that do not follow their expected distribution', () => {
    // An engine that always gives the same word.
    const stuck: Engine = { next: () => 0x123456, clone: () => stuck };
    const report = run({ generator: Generator.from(stuck) });
    expect(report.suspicious.map(({ path }) => path)).toEqual(['weight']);
    const complaints = report.entries[0].check?.complaints ?? [];
    expect(complaints.length).toBeGreaterThan(1);
    expect(String(report)).toContain(`\ndoes not follow its expected distribution: weight, ${complaints.join(', ')}\n`);
    expect(report.source.seed).toBeNull();
    expect(run({}).suspicious).toEqual([]);
  });

  it('names the parameters with elements that are not finite', () => {
    const model = new nn.Linear(3, 2);
    model.weight.fill_(Number.NaN);
    model.bias?.copy_(tensor([1, -Infinity]));
    const report = initializeWeights(model, definePolicy('p', [parameter('**', init.keep)]));
    expect(report.entries.map(({ sample }) => sample)).toEqual([
      { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN, nonFinite: 6 },
      { mean: -Infinity, std: Number.NaN, min: -Infinity, max: 1, nonFinite: 1 },
    ]);
    expect(String(report)).toMatch(/^weight .* NaN +NaN +NaN +NaN$/m);
    expect(String(report)).toMatch(/^bias .* -Infinity +NaN +-Infinity +1$/m);
    expect(String(report)).toContain('not finite: weight, 6 of 6 elements\nnot finite: bias, 1 of 2 elements');
  });

  describe('compares elements with their distribution when that is read', () => {
    /** Counts the values of distribution functions of normal laws. */
    function counted(): { readonly values: () => number; readonly restore: () => void } {
      const { distribution } = NORMAL;
      let count = 0;
      const spy = jest.spyOn(NORMAL, 'distribution').mockImplementation((law) => {
        const { cdf, kurtosis } = (distribution as (law: NormalLaw) => Distribution)(law);
        return {
          kurtosis,
          cdf: (x) => {
            count++;
            return cdf(x);
          },
        };
      });
      return { values: () => count, restore: () => spy.mockRestore() };
    }

    it('once, and from the elements that were drawn', () => {
      const { values, restore } = counted();
      try {
        const model = new nn.Linear(40, 40);
        const policy = definePolicy('p', [parameter('weight', init.normal())]);
        const [entry] = initializeWeights(model, policy, { generator: new Generator(1) }).entries;
        model.weight.fill_(7);
        expect(values()).toBe(0);
        expect(entry.check?.complaints).toEqual([]);
        expect(values()).toBe(2 * 1024);
        expect(entry.check?.ksP).toBeGreaterThan(0.001);
        expect(values()).toBe(2 * 1024);
      } finally {
        restore();
      }
    });

    it('at once where the values of many parameters are too large to keep', () => {
      const { values, restore } = counted();
      try {
        // 8 KiB each: 2,048 of them are 16 MiB.
        const list = Array.from({ length: 2050 }, () => new nn.Parameter(zeros([1024], { dtype: 'float64' })));
        const model = new nn.ParameterList(list);
        initializeWeights(model, definePolicy('p', [parameter('*', init.normal())]));
        expect(values()).toBe(2 * 2 * 1024);
      } finally {
        restore();
      }
    });

    it('as an ordinary property of an entry', () => {
      const [a, b] = [1, 1].map((seed) => run({ generator: new Generator(seed) }).entries[0]);
      expect(Object.keys(a).at(-1)).toBe('check');
      expect(a).toEqual(b);
      expect(a).not.toEqual(run({ generator: new Generator(2) }).entries[0]);
      expect(JSON.parse(JSON.stringify(a)).check).toEqual(a.check);
      expect({ ...a }.check).toBe(a.check);
      expect(structuredClone({ ...a, initializer: null }).check).toEqual(a.check);
    });
  });
});
