import { expect, it } from '@jest/globals';
import { AbortError, StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { initializeWeightsParallel } from '../../src/node/threads/initializeWeightsParallel.js';
import { definePolicy } from '../../src/policy/definePolicy.js';
import { explainPolicy } from '../../src/policy/explainPolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { initializeWeightsAsync } from '../../src/policy/initializeWeightsAsync.js';
import { lsuv } from '../../src/policy/lsuv.js';
import { rule } from '../../src/policy/rule.js';
import { defaultGenerator, getRngState, manualSeed, setRngState } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { zeros } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';
import { sha256, stateHash } from '../golden/readGolden.js';

// The run pauses at least once: it draws for more than 25 ms.
const build = () => nn.skipInit(() => new nn.Sequential(new nn.Linear(1000, 1000), new nn.Linear(1000, 1000)));
const policy = definePolicy('p', [rule(nn.Linear, { weight: init.orthogonal(), bias: init.uniform() })]);
const bits = (model: nn.Module) =>
  Array.from(model.parameters(), ({ data }) => sha256(new Uint8Array(data.buffer))).join();

const small = () => nn.skipInit(() => new nn.Sequential(new nn.Linear(20, 20), new nn.Linear(20, 20)));
const normals = definePolicy('normals', [rule(nn.Linear, { weight: init.normal(), bias: init.normal() })]);

const RUNS = [initializeWeightsAsync, initializeWeightsParallel];

/** What a fresh run with this seed gives. */
function expected(seed: number) {
  const generator = new Generator(seed);
  const model = small();
  initializeWeights(model, normals, { generator });
  return { bits: bits(model), state: stateHash(generator) };
}

it.each(RUNS)('lets one run use a generator at a time (%p)', async (run) => {
  manualSeed(7);
  const [first, second] = [small(), small()];
  const [one, other] = await Promise.allSettled([run(first, normals), run(second, normals)]);
  expect(one.status).toBe('fulfilled');
  expect(other).toMatchObject({ status: 'rejected', reason: expect.any(StateError) });
  expect(String((other as PromiseRejectedResult).reason)).toMatch(
    /another run requires a generator that nothing else uses, found one in use by initializeWeights\w+\(\); await the asynchronous run first, or give it a generator of its own: \{ generator: new Generator\(seed\) \}/,
  );
  expect({ bits: bits(first), state: stateHash(defaultGenerator) }).toEqual(expected(7));
  expect(second.getParameter('0.weight').data.every((x) => x === 0)).toBe(true);
  // The stream is free again, and goes on where the first run ended.
  await run(second, normals);
  manualSeed(7);
  const inTurn = [small(), small()];
  for (const model of inTurn) initializeWeights(model, normals);
  expect([bits(first), bits(second)]).toEqual(inTurn.map(bits));
});

it.each(RUNS)('refuses draws until the promise settles, and gives the right bits (%p)', async (run) => {
  manualSeed(3);
  const state = getRngState();
  const model = small();
  const running = run(model, normals);
  for (const draw of [
    () => randn([2]),
    () => new nn.Linear(2, 2),
    () => nn.deferInit(() => new nn.Linear(2, 2)),
    () => init.uniform_(zeros([1])),
    () => manualSeed(0),
    () => setRngState(state),
    () => defaultGenerator.advance(1),
    () => initializeWeights(small(), normals),
    () => lsuv(small(), zeros([2, 20])),
  ]) {
    expect(draw).toThrow(StateError);
    expect(draw).toThrow('await the asynchronous run first, or give it a generator of its own');
  }
  // Reading gives the state before the run.
  expect(getRngState()).toEqual(state);
  expect(explainPolicy(small(), normals).assignments).toHaveLength(4);
  new nn.BatchNorm1d(3);
  await running;
  expect({ bits: bits(model), state: stateHash(defaultGenerator) }).toEqual(expected(3));
});

it.each(RUNS)('frees the generator and the parameters after an error and after an abort (%p)', async (run) => {
  const generator = new Generator(5);
  const model = small();
  const broken = run(model, normals, {
    generator,
    onProgress: () => {
      throw new RangeError('mine');
    },
  });
  await expect(broken).rejects.toThrow('mine');
  expect(stateHash(generator)).toBe(stateHash(new Generator(5)));
  await expect(run(model, normals, { generator, signal: AbortSignal.abort() })).rejects.toThrow(AbortError);
  expect(stateHash(generator)).toBe(stateHash(new Generator(5)));
  await run(model, normals, { generator });
  expect({ bits: bits(model), state: stateHash(generator) }).toEqual(expected(5));
});

it.each(RUNS)('runs at once with a generator each, and in counter mode (%p)', async (run) => {
  const models = [small(), small()];
  await Promise.all(models.map((model, i) => run(model, normals, { generator: new Generator(i) })));
  expect(models.map(bits)).toEqual([expected(0).bits, expected(1).bits]);
  const options = { rng: 'counter', seed: 2 } as const;
  await Promise.all(models.map((model) => run(model, normals, options)));
  const alone = small();
  initializeWeights(alone, normals, options);
  expect(models.map(bits)).toEqual([bits(alone), bits(alone)]);
});

it.each(RUNS)('lets one run write a parameter at a time (%p)', async (run) => {
  const model = small();
  const shared = new nn.Sequential(model, new nn.ReLU());
  const running = run(model, normals, { generator: new Generator(1) });
  const other = { generator: new Generator(2) };
  const message =
    /Invalid state at 0\.0\.weight: .* would write a parameter that a run of initializeWeights\w+\(\) is writing/;
  const refused = run(shared, normals, other);
  expect(() => initializeWeights(shared, normals, other)).toThrow(message);
  await expect(refused).rejects.toThrow(message);
  expect(stateHash(other.generator)).toBe(stateHash(new Generator(2)));
  await running;
  expect(bits(model)).toBe(expected(1).bits);
  await run(shared, normals, other);
  expect(bits(model)).toBe(expected(2).bits);
});

it('keeps the generator through the pauses', async () => {
  manualSeed(1);
  let pauses = 0;
  const timer = setInterval(() => {
    pauses++;
    expect(() => randn([1])).toThrow(StateError);
  }, 0);
  const model = build();
  await initializeWeightsAsync(model, policy);
  clearInterval(timer);
  expect(pauses).toBeGreaterThan(0);
  const alone = build();
  initializeWeights(alone, policy, { generator: new Generator(1) });
  expect(bits(model)).toBe(bits(alone));
});

it('refuses draws of onProgress from the generator of the run', () => {
  const generator = new Generator(4);
  const draw = () => void randn([1], { generator });
  expect(() => initializeWeights(small(), normals, { generator, onProgress: draw })).toThrow(
    'found one in use by initializeWeights(); wait until the run has ended, or give it a generator of its own',
  );
  expect(stateHash(generator)).toBe(stateHash(new Generator(4)));
  const own = new Generator(9);
  initializeWeights(small(), normals, { generator, onProgress: () => void randn([1], { generator: own }) });
});
