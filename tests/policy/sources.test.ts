import { describe, expect, it, jest } from '@jest/globals';
import { AbortError, ArgumentError, PolicyError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { initializeWeightsParallel } from '../../src/node/threads/initializeWeightsParallel.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { initializeWeightsAsync } from '../../src/policy/initializeWeightsAsync.js';
import type { Progress } from '../../src/policy/RunContext.js';
import { rule } from '../../src/policy/rule.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { zeros } from '../../src/tensor/creation.js';
import { stateHash } from '../golden/readGolden.js';

const policy = definePolicy('p', [
  rule(nn.Conv2d, { weight: init.kaimingNormal(), bias: init.uniform(-1, 1) }),
  rule(nn.Linear, { weight: init.truncNormal({ std: 0.5, a: -1, b: 1 }), bias: init.normal() }),
]);
const build = () =>
  nn.skipInit(
    () => new nn.Sequential({ conv: new nn.Conv2d(3, 8, 3), fc: new nn.Linear(20, 30), head: new nn.Linear(30, 3) }),
  );
const bits = (model: nn.Module) => new Map([...model.stateDict()].map(([key, { data }]) => [key, data.slice()]));

describe('counter mode', () => {
  it('gives each parameter its own key, which other layers do not affect', () => {
    const generator = new Generator(0);
    const before = stateHash(generator);
    const model = build();
    const report = initializeWeights(model, policy, { rng: 'counter', seed: 5, generator });
    expect(stateHash(generator)).toBe(before);
    expect(report.source).toEqual({
      rng: 'counter',
      engine: 'philox4x32',
      seed: '5',
      reference: 'torch-stateless-2.15',
    });
    expect(report.entries.map(({ fromWord }) => fromWord)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(report.entries.map(({ words }) => words)).toEqual([0, 0, 0, 0, 0, 0]);
    const larger = nn.skipInit(
      () => new nn.Sequential({ first: new nn.Linear(4, 4), head: new nn.Linear(30, 3), conv: new nn.Conv2d(3, 8, 3) }),
    );
    initializeWeights(larger, policy, { rng: 'counter', seed: 5 });
    const [own, others] = [bits(model), bits(larger)];
    for (const key of ['head.weight', 'head.bias', 'conv.weight', 'conv.bias'])
      expect(others.get(key)).toEqual(own.get(key));
    initializeWeights(larger, policy, { rng: 'counter', seed: 6 });
    expect(bits(larger).get('head.weight')).not.toEqual(own.get('head.weight'));
  });

  it('draws from the parameter’s own key', () => {
    const model = build();
    initializeWeights(model, policy, { rng: 'counter', seed: -1n });
    const alone = zeros([8, 3, 3, 3]);
    init.kaimingNormal_(alone, { generator: generatorOf(RandomKey.ofParameter(-1n, 'conv.weight')) });
    expect(model.getParameter('conv.weight').data).toEqual(alone.data);
    const plan = explainPolicy(model, policy, { rng: 'counter', seed: 0 });
    expect(plan.assignments.map(({ place, words }) => [place, words])).toEqual(Array(6).fill([null, 0]));
  });

  it('requires a seed, which PyTorch’s stream does not accept', () => {
    expect(() => initializeWeights(build(), policy, { rng: 'counter' })).toThrow('requires a seed');
    expect(() => initializeWeights(build(), policy, { rng: 'counter', seed: 1.5 })).toThrow(ArgumentError);
    for (const apply of [initializeWeights, explainPolicy]) {
      expect(() => apply(build(), policy, { rng: 'counter', seed: 2 ** 53 })).toThrow('write it as a bigint');
      apply(build(), policy, { rng: 'counter', seed: 2n ** 53n + 1n });
    }
    expect(() => initializeWeights(build(), policy, { seed: 3 })).toThrow('call manualSeed(seed) before');
    expect(() => initializeWeights(build(), policy, { rng: 'philox' as never })).toThrow(PolicyError);
  });
});

describe('initializeWeightsAsync', () => {
  it('gives the bits of initializeWeights, and reports its progress', async () => {
    const [one, other] = [build(), build()];
    const [a, b] = [new Generator(1), new Generator(1)];
    const report = initializeWeights(one, policy, { generator: a });
    const progress: Progress[] = [];
    const later = await initializeWeightsAsync(other, policy, {
      generator: b,
      onProgress: (p) => void progress.push(p),
    });
    expect(bits(other)).toEqual(bits(one));
    expect(JSON.stringify(later)).toBe(JSON.stringify(report));
    expect(stateHash(b)).toBe(stateHash(a));
    expect(progress.map(({ path, done, elementsDone }) => [path, done, elementsDone])).toEqual([
      ['conv.weight', 1, 216],
      ['conv.bias', 2, 224],
      ['fc.weight', 3, 824],
      ['fc.bias', 4, 854],
      ['head.weight', 5, 944],
      ['head.bias', 6, 947],
    ]);
    expect(progress.every(({ total, elementsTotal }) => total === 6 && elementsTotal === 947)).toBe(true);
  });

  it('pauses within a long fill, and stops when the signal is aborted', async () => {
    const long = () => new nn.Linear(2000, 2000, { dtype: 'float64' });
    const model = nn.skipInit(() => new nn.Sequential(long(), long()));
    const normal = definePolicy('n', [rule(nn.Linear, { weight: init.normal(), bias: init.zeros() })]);
    const generator = new Generator(2);
    const before = stateHash(generator);
    const controller = new AbortController();
    // The clock advances by a millisecond at each reading, so that the pauses depend on the work, not on the machine.
    let time = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => time++);
    let gaps = 0;
    const timer = setInterval(() => void (++gaps === 2 && controller.abort(new Error('enough'))), 1);
    const run = initializeWeightsAsync(model, normal, { generator, signal: controller.signal });
    const error: AbortError = await run.then(
      () => {
        throw new Error('it was not stopped');
      },
      (reason) => reason,
    );
    clearInterval(timer);
    clock.mockRestore();
    expect(error).toBeInstanceOf(AbortError);
    expect(error.written).toEqual(['0.weight']);
    expect(error.message).toContain('written until then: 0.weight');
    expect((error.cause as Error).message).toBe('enough');
    expect(stateHash(generator)).toBe(before);
  });

  it('draws nothing if the signal is already aborted or the model is invalid', async () => {
    const generator = new Generator(2);
    const model = build();
    await expect(initializeWeightsAsync(model, policy, { generator, signal: AbortSignal.abort() })).rejects.toThrow(
      'written until then: nothing',
    );
    await expect(initializeWeightsAsync({} as nn.Module, policy, { generator })).rejects.toThrow(PolicyError);
    expect(generator.wordsDrawn).toBe(0);
    expect(model.getParameter('fc.weight').abs().max().item()).toBe(0);
  });
});

it('ends as a cancelled run if a progress callback throws', async () => {
  const generator = new Generator(9);
  const before = stateHash(generator);
  const paths = explainPolicy(build(), policy, { generator }).assignments.map(({ path }) => path);
  const onProgress = ({ done }: Progress) => {
    if (done === 2) throw new RangeError('stop');
  };
  const runs = [
    async () => initializeWeights(build(), policy, { generator, onProgress }),
    () => initializeWeightsAsync(build(), policy, { generator, onProgress }),
    () => initializeWeightsParallel(build(), policy, { generator, onProgress, workers: 1 }),
  ];
  for (const run of runs) {
    const error = (await run().catch((error) => error)) as AbortError;
    expect(error).toBeInstanceOf(AbortError);
    expect(error.message).toMatch(/^Aborted: onProgress threw RangeError: stop; written until then: /);
    // Threads begin with the large parameters.
    if (run === runs[2]) expect(paths).toEqual(expect.arrayContaining([...error.written]));
    else expect(error.written).toEqual(paths.slice(0, 2));
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(stateHash(generator)).toBe(before);
  }
});
