import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, jest } from '@jest/globals';
import { resnet18 } from '../../examples/zoo/resnet.js';
import { AbortError, ArgumentError, PolicyError, StateError } from '../../src/errors.js';
import * as init from '../../src/init.js';
import { wasLoaded } from '../../src/nn/stateDict.js';
import * as nn from '../../src/nn.js';
import type { FillTask } from '../../src/node/threads/FillTask.js';
import { initializeWeightsParallel, runInPool } from '../../src/node/threads/initializeWeightsParallel.js';
import { chooseMemory, type TensorMemory } from '../../src/node/threads/memoryDestination.js';
import { startFillWorker } from '../../src/node/threads/startFillWorker.js';
import { WorkerPool } from '../../src/node/threads/WorkerPool.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { runExclusively } from '../../src/policy/claimRun.js';
import { definePolicy, type Policy, sequence } from '../../src/policy/definePolicy.js';
import { initializeWeights } from '../../src/policy/initializeWeights.js';
import { ASYNC_RUN, type InitializeAsyncOptions } from '../../src/policy/initializeWeightsAsync.js';
import { type InitializeOptions, prepareRun } from '../../src/policy/prepareRun.js';
import type { Report } from '../../src/policy/Report.js';
import { parameter } from '../../src/policy/rule.js';
import * as presets from '../../src/presets.js';
import { manualSeed } from '../../src/random/defaultGenerator.js';
import { drawNormal } from '../../src/random/drawNormal.js';
import { Generator } from '../../src/random/Generator.js';
import { PhiloxEngine } from '../../src/random/PhiloxEngine.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { readArguments } from '../../src/readArguments.js';
import { empty, ones, zeros } from '../../src/tensor/creation.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { bytesOf, sha256, stateHash } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';
import { bundleFillWorker } from './bundledWorker.js';

const start = bundleFillWorker();

const startNothing = (): Worker => {
  throw new Error('no other thread is needed here');
};

/** A pool in which a millisecond of work justifies a thread, so that every thread gets some work. */
const poolOf = (size: number, starting = size === 1 ? startNothing : start) => new WorkerPool(size, starting, 1e6);

/** As `initializeWeightsParallel`, in a pool of the test. */
async function runInParallel(
  model: nn.Module,
  policy: Policy,
  options: InitializeAsyncOptions,
  pool: WorkerPool,
  memory: TensorMemory = 'private',
): Promise<Report> {
  const args = [model, policy, options];
  const { signal, ...read } = readArguments('initializeWeightsParallel', args, ASYNC_RUN);
  const run = prepareRun('initializeWeightsParallel', model, policy, read);
  chooseMemory(model, memory);
  return runExclusively(run, signal, (context) => runInPool(run.plan, context, pool, signal));
}

/** Parameters by name. */
class Parameters extends nn.Module {
  constructor(tensors: Readonly<Record<string, Tensor>>) {
    super();
    for (const [name, tensor] of Object.entries(tensors)) {
      this.addParameter(name, tensor instanceof nn.Parameter ? tensor : new nn.Parameter(tensor));
    }
  }

  forward(): void {}

  private addParameter(name: string, value: nn.Parameter): void {
    (this as unknown as Record<string, nn.Parameter>)[name] = value;
  }
}

/** A worker whose responses can be held back. */
class Gate extends EventEmitter {
  private held: unknown[] | null;

  constructor(
    private readonly worker: Worker,
    isClosed: boolean,
  ) {
    super();
    this.held = isClosed ? [] : null;
    worker.on('message', (message) => {
      if (this.held) this.held.push(message);
      else this.emit('message', message);
    });
    for (const name of ['error', 'exit']) worker.on(name, (value) => this.emit(name, value));
  }

  postMessage(request: readonly FillTask[]): void {
    this.worker.postMessage(request);
  }

  terminate(): Promise<number> {
    return this.worker.terminate();
  }

  close(): void {
    this.held ??= [];
  }

  open(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const message of held) this.emit('message', message);
  }
}

function stateHashes(model: nn.Module): [key: string, hash: string][] {
  return Array.from(model.stateDict(), ([key, tensor]) => [key, sha256(bytesOf(tensor))]);
}

/** The results of a run: weights, report and generator. */
function resultsOf(model: nn.Module, report: unknown, generator: Generator): object {
  return {
    state: stateHashes(model),
    report: JSON.stringify(report),
    generator: stateHash(generator),
    words: generator.wordsDrawn,
  };
}

/** Expects the results of `initializeWeights` from any number of threads. */
async function expectEqualRuns(
  make: (generator: Generator) => nn.Module,
  policy: Policy,
  options: InitializeOptions = {},
  sizes: readonly number[] = [1, 3],
  memories: readonly TensorMemory[] = ['private', 'shared'],
): Promise<void> {
  const prepare = (): [nn.Module, Generator] => {
    const generator = new Generator(7);
    // Leaves a cached sample behind.
    drawNormal(generator);
    return [make(generator), generator];
  };
  const [model, generator] = prepare();
  const expected = resultsOf(model, initializeWeights(model, policy, { ...options, generator }), generator);
  for (const size of sizes) {
    for (const memory of memories) {
      const [other, otherGenerator] = prepare();
      const settings = { ...options, generator: otherGenerator };
      const report = await runInParallel(other, policy, settings, poolOf(size), memory);
      expect(resultsOf(other, report, otherGenerator)).toEqual(expected);
    }
  }
}

const redrawing = init.truncNormal({ a: -1, b: 1 });

/** Tensors of many sizes, dtypes and laws, in the order of their draws. */
function oddMix(): [tensors: Record<string, Tensor>, policy: Policy] {
  const entries: [shape: number[], dtype: FloatDType, initializer: init.Initializer][] = [
    [[3], 'float32', init.normal(0, 1)],
    [[300_017], 'float32', init.normal(1, 0.1)],
    [[2], 'float64', init.normal(0, 1)],
    [[140_007], 'float64', init.normal(0, 3)],
    [[4, 25], 'float32', init.zeros()],
    [[600_003], 'bfloat16', init.uniform(-1, 1)],
    [[5], 'float16', init.normal(0, 1)],
    [[530_001], 'float16', init.normal(0, 0.02)],
    [[1000, 1], 'float32', redrawing],
    [[7], 'float32', init.normal(0, 1)],
    [[64, 48], 'float32', init.orthogonal()],
    [[50, 20], 'float64', init.sparse(0.3, 1)],
    [[5000, 64], 'float32', init.zeroRow(4100, init.normal(0, 1))],
    [[768, 256], 'float32', init.blocks(3, init.xavierUniform())],
    [[300, 1000], 'float32', init.overwriting(init.normal(0, 1), init.normal(0, 0.1))],
    [[11], 'float64', redrawing],
    [[90, 1500], 'float64', init.truncNormal({ a: -1, b: 1, method: 'inverse' })],
    [[270_000], 'bfloat16', init.truncNormal({ std: 0.02 })],
    [[0, 4], 'float32', init.normal(0, 1)],
    [[4, 4], 'float32', init.eye()],
    [[20_000], 'float32', redrawing],
    [[16], 'float32', init.uniform(0, 1)],
    [[300_000], 'float64', init.uniform(0, 1)],
    [[1], 'float32', init.normal(0, 1)],
  ];
  const named = entries.map(([shape, dtype, initializer], i) => ({ name: `p${i}`, shape, dtype, initializer }));
  return [
    Object.fromEntries(named.map(({ name, shape, dtype }) => [name, empty(shape, { dtype })])),
    definePolicy(
      'odd',
      named.map(({ name, initializer }) => parameter(name, initializer)),
    ),
  ];
}

describe('initializeWeightsParallel', () => {
  it('draws a ResNet-18 as initializeWeights does, in any number of threads', async () => {
    await expectEqualRuns((generator) => {
      manualSeed(0);
      generator.advance(11);
      return nn.deferInit(() => resnet18());
    }, presets.resnet());
  });

  it.each([
    ['PyTorch’s stream', {}, isFullRun ? [1, 3, 5] : [3]],
    ['counter mode', { rng: 'counter', seed: 3 } as const, [3]],
  ])('draws laws, dtypes and sizes of all kinds in %s', async (_, options, sizes) => {
    const [, policy] = oddMix();
    await expectEqualRuns(() => new Parameters(oddMix()[0]), policy, options, sizes);
    await expectEqualRuns(() => nn.deferInit(() => new Parameters(oddMix()[0])), policy, options, [2]);
  });

  it.each([
    ['PyTorch’s stream', {}, isFullRun ? [2, 7] : [3]],
    ['counter mode', { rng: 'counter', seed: 3 } as const, [3]],
  ])('divides large fills among threads in %s', async (_, options, sizes) => {
    const shape = [3300, 1000];
    const make = () => {
      manualSeed(2);
      return nn.deferInit(
        () =>
          new Parameters({
            a: init.truncNormal_(zeros(shape), 0, 1, -2, 2),
            b: empty([3]),
            c: empty(shape, { dtype: 'bfloat16' }),
            d: empty([4096, 1024]),
            e: empty(shape, { dtype: 'float64' }),
            f: empty([5]),
          }),
      );
    };
    const policy = definePolicy('large', [
      parameter('a', init.keep),
      parameter('c', init.zeroRow(1100, init.truncNormal({ std: 1, a: -2, b: 2 }))),
      parameter('d', init.overwriting(init.normal(0, 1), init.blocks(2, init.xavierNormal()))),
      parameter('e', init.truncNormal({ std: 1, a: 0.5, b: 1 })),
      parameter('*', init.normal(0, 1)),
    ]);
    // Threads share a fill only where they share its memory.
    await expectEqualRuns(make, policy, options, sizes, isFullRun ? ['private', 'shared'] : ['shared']);
  });

  it.each(['torch-scalar', 'torch-aarch64'] as const)('draws the numbers of %s', async (reference) => {
    const policy = definePolicy('p', [
      parameter('a', init.truncNormal({ std: 1, a: -2, b: 2 })),
      parameter('*', init.normal(0, 1)),
    ]);
    const make = () => nn.deferInit(() => new Parameters({ a: empty([1_200_000]), b: empty([1_100_003]) }));
    const [expected, shared] = [make(), make()];
    const report = initializeWeights(expected, policy, { generator: new Generator(1, { reference }) });
    const options = { generator: new Generator(1, { reference }) };
    const same = await runInParallel(shared, policy, options, poolOf(2), 'shared');
    expect(stateHashes(shared)).toEqual(stateHashes(expected));
    expect(JSON.stringify(same)).toBe(JSON.stringify(report));
  });

  it('gives deferred tensors the memory that the option names, whoever draws them', async () => {
    const make = (generator = new Generator(1)) =>
      nn.deferInit(
        () =>
          new Parameters({
            drawn: empty([70_000]),
            constant: empty([10]),
            kept: init.normal_(zeros([70_000]), 0, 1, { generator }),
            zeros: zeros([4]),
          }),
      );
    const policy = definePolicy('p', [parameter('drawn', init.normal(0, 1)), parameter('constant', init.ones())]);
    const other = new Generator(1, { engine: 'xorshift128plus' });
    for (const [memory, kind] of [
      [undefined, ArrayBuffer],
      ['private', ArrayBuffer],
      ['shared', SharedArrayBuffer],
    ] as const) {
      for (const generator of [new Generator(1), other]) {
        for (const model of [make(), make(other)]) {
          await initializeWeightsParallel(model, policy, { generator, workers: 2, memory, strict: false });
          const buffers = Array.from(model.parameters(), ({ data: { buffer } }) =>
            Object.prototype.toString.call(buffer),
          );
          expect(buffers).toEqual(buffers.map(() => `[object ${kind.name}]`));
        }
      }
    }
  });

  it('draws in several threads where memory is shared already, and in this one where it is not', async () => {
    const policy = definePolicy('p', [parameter('*', init.normal(0, 1))]);
    const model = nn.deferInit(() => new Parameters({ a: empty([2_200_000]) }));
    await runInParallel(model, policy, { generator: new Generator(1) }, poolOf(2), 'shared');
    const { data } = model.getParameter('a');
    const workers: Worker[] = [];
    const counted = () => {
      workers.push(start());
      return workers[0];
    };
    const expected = new Parameters({ a: empty([2_200_000]) });
    await runInParallel(expected, policy, { generator: new Generator(2) }, poolOf(2, startNothing));
    await runInParallel(model, policy, { generator: new Generator(2) }, poolOf(2, counted));
    expect(workers).toHaveLength(1);
    expect(model.getParameter('a').data).toBe(data);
    expect(stateHashes(model)).toEqual(stateHashes(expected));
  });

  it('gives a tensor its elements also if other code has read it meanwhile, in shared memory', async () => {
    const policy = definePolicy('p', [parameter('*', init.normal(0, 1))]);
    const make = () => nn.deferInit(() => new Parameters({ a: empty([2_200_000]), b: empty([300_000]) }));
    const [model, expected] = [make(), make()];
    const run = runInParallel(model, policy, { generator: new Generator(2) }, poolOf(2), 'shared');
    const seen = model.getParameter('b').data;
    await run;
    initializeWeights(expected, policy, { generator: new Generator(2) });
    expect(model.getParameter('b').data).toBe(seen);
    expect(stateHashes(model)).toEqual(stateHashes(expected));
  });

  it('keeps the memory in which a thread drew a deferred tensor, except one that other code reads meanwhile', async () => {
    const make = () =>
      nn.deferInit(() => new Parameters({ a: empty([300_000]), b: empty([310_000]), c: empty([320_000]) }));
    const policy = definePolicy('normal', [parameter('*', init.normal(0, 1))]);
    const [expected, generator] = [make(), new Generator(5)];
    initializeWeights(expected, policy, { generator: generator.clone() });
    const model = make();
    const [a, b, c] = [...model.parameters()];
    const run = runInParallel(model, policy, { generator }, poolOf(2));
    expect(b.data[0]).toBe(0);
    const seen = b.data;
    await run;
    expect(b.data).toBe(seen);
    // A larger buffer would be shared by several tensors.
    for (const { data, numel } of [a, c]) expect(data.buffer.byteLength).toBe(4 * numel);
    expect(Array.from(model.parameters(), (t) => sha256(bytesOf(t)))).toEqual(
      Array.from(expected.parameters(), (t) => sha256(bytesOf(t))),
    );
  });

  it('leaves loaded and frozen parameters alone, and fills loaded ones that are not to be kept', async () => {
    const make = () => {
      const model = new Parameters({ a: empty([300_000]), b: empty([300_000]), c: empty([8]) });
      model.loadStateDict([['a', ones([300_000])]], { strict: false });
      model.getParameter('b').requiresGrad = false;
      return model;
    };
    const policy = definePolicy('p', [parameter('*', init.normal(0, 1))]);
    for (const options of [{ onlyMissing: true, frozen: 'keep' }, {}] as const) {
      const [plain, threaded] = [make(), make()];
      const expected = initializeWeights(plain, policy, { ...options, generator: new Generator(5) });
      const report = await runInParallel(threaded, policy, { ...options, generator: new Generator(5) }, poolOf(2));
      expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
      const loaded = 'frozen' in options;
      expect(Array.from(threaded.parameters(), wasLoaded)).toEqual([loaded, false, false]);
      expect(Array.from(plain.parameters(), wasLoaded)).toEqual([loaded, false, false]);
    }
  });

  it('fills tied parameters each time that they come', async () => {
    const make = () => {
      const tied = new nn.Parameter(empty([300, 300]));
      return new Parameters({ a: tied, b: empty([300_000]), c: tied, d: new nn.Parameter(tied.detach()) });
    };
    const policy = definePolicy('each', [parameter('*', init.normal(0, 1))], { order: 'apply', tied: 'each' });
    for (const options of [{}, { rng: 'counter', seed: 3 }] as const) {
      const [plain, threaded] = [make(), make()];
      const [generator, other] = [new Generator(5), new Generator(5)];
      const expected = initializeWeights(plain, policy, { ...options, generator });
      expect(expected.entries.map(({ path }) => path)).toEqual(['a', 'b', 'c', 'd']);
      const report = await runInParallel(threaded, policy, { ...options, generator: other }, poolOf(3));
      expect(JSON.stringify(report)).toBe(JSON.stringify(expected));
      expect(stateHash(other)).toBe(stateHash(generator));
      expect(Array.from(threaded.parameters(), (t) => sha256(bytesOf(t)))).toEqual(
        Array.from(plain.parameters(), (t) => sha256(bytesOf(t))),
      );
    }
  });

  it('keeps the order of writes to the same memory: policies in sequence, shared storages, ties', async () => {
    const make = () => {
      const storage = new Float32Array(1000);
      const view = (from: number, to: number) =>
        new Tensor({ dtype: 'float32', shape: [to - from], data: storage.subarray(from, to) });
      const tied = new nn.Parameter(empty([100]));
      return new Parameters({
        a: view(0, 600),
        b: view(500, 900),
        c: view(900, 1000),
        d: tied,
        e: tied,
        f: empty([300_000]),
      });
    };
    const policies = [
      definePolicy('first', [parameter('*', init.normal(0, 1))]),
      definePolicy('second', [
        parameter('b', init.ones()),
        parameter('f', init.keep),
        parameter('*', init.uniform(2, 3)),
      ]),
      definePolicy('third', [parameter('a', redrawing), parameter('d', init.normal(0, 1))]),
    ];
    await expectEqualRuns(make, sequence(policies[0], policies[1], policies[2]), {}, [1, 3]);
  });

  it('keeps the order of writes to parts of a deferred tensor, and draws what two parameters share once', async () => {
    const make = () => {
      manualSeed(1);
      return nn.deferInit(() => {
        const whole = init.normal_(zeros([1000, 40]));
        const kept = new nn.Parameter(init.uniform_(zeros([500, 100])));
        return new Parameters({
          a: whole.narrow(0, 0, 600),
          b: whole.narrow(0, 500, 400),
          c: whole.view(-1).narrow(0, 39_000, 1000),
          d: kept,
          e: kept.detach(),
          f: empty([300_000]),
        });
      });
    };
    const policy = definePolicy('p', [
      parameter('a', init.normal(0, 1)),
      parameter('b', init.ones()),
      parameter('f', init.uniform(2, 3)),
      parameter('*', init.keep),
    ]);
    await expectEqualRuns(make, policy, {}, [1, 3]);
  });

  it('leaves loaded parameters, and materializes kept parameters of a deferred model', async () => {
    const make = (generator: Generator) => {
      const model = nn.deferInit(
        () =>
          new nn.Sequential({
            large: new nn.Linear(1000, 600, { generator }),
            norm: new nn.BatchNorm1d(600),
            small: new nn.Linear(3, 2, { generator }),
            loaded: new nn.Linear(20, 20, { generator }),
          }),
      );
      model.loadStateDict(new Map([['loaded.weight', zeros([20, 20])]]), { strict: false });
      return model;
    };
    const policy = definePolicy('some', [
      parameter('small.weight', init.normal(0, 1)),
      parameter('*.weight', init.keep),
    ]);
    await expectEqualRuns(make, policy, { onlyMissing: true }, [1, 2]);
    await expectEqualRuns(
      make,
      definePolicy('loaded', [parameter('*', init.normal(0, 1))]),
      { onlyMissing: true },
      [2],
    );
  });

  it('leaves kept tensors of a deferred model alone that other code reads or overwrites meanwhile', async () => {
    const make = (generator: Generator) =>
      nn.deferInit(
        () =>
          new nn.Sequential({
            drawn: new nn.Linear(700, 600, { generator }),
            kept: new nn.Linear(700, 600, { generator }),
            written: new nn.Linear(700, 600, { generator }),
            small: new nn.Linear(20, 20, { generator }),
          }),
      );
    const policy = definePolicy('some', [parameter('drawn.*', init.normal(0, 1)), parameter('*', init.keep)]);
    for (const size of [1, 2]) {
      for (const looksAt of [null, 'kept.weight', 'small.bias']) {
        const [expected, model] = [make(new Generator(2)), make(new Generator(2))];
        initializeWeights(expected, policy, { generator: new Generator(3) });
        for (const path of ['written.weight', 'small.weight']) expected.getParameter(path).fill_(7);
        // The gate holds responses back, so that none of a kept tensor has arrived when this code interferes.
        let gate: Gate | undefined;
        let isClosed = false;
        const starting = () => {
          gate = new Gate(start(), isClosed);
          return gate as unknown as Worker;
        };
        const interfere = () => {
          const [written, small] = ['written.weight', 'small.weight'].map((path) => model.getParameter(path));
          expect([isDeferred(written), isDeferred(small)]).toEqual([true, true]);
          if (looksAt) expect(model.getParameter(looksAt).data[0]).not.toBe(0);
          for (const tensor of [written, small]) tensor.fill_(7);
          gate?.open();
        };
        const onProgress = ({ done, total }: { done: number; total: number }) => {
          // After the last assignment the run materializes the kept tensors.
          if (done < total) return;
          isClosed = true;
          gate?.close();
          setImmediate(interfere);
        };
        const pool = poolOf(size, size === 1 ? startNothing : starting);
        await runInParallel(model, policy, { generator: new Generator(3), onProgress }, pool);
        expect(stateHashes(model)).toEqual(stateHashes(expected));
      }
    }
  });

  it('starts no thread if each parameter waits for the one before', async () => {
    const make = () => new Parameters({ a: empty([100]), b: empty([20_000]), c: empty([30]), d: empty([20_000]) });
    const policy = definePolicy('waiting', [parameter('*', redrawing)]);
    const [model, other] = [make(), make()];
    await runInParallel(model, policy, { generator: new Generator(4) }, poolOf(3, startNothing));
    initializeWeights(other, policy, { generator: new Generator(4) });
    expect(stateHashes(model)).toEqual(stateHashes(other));
  });

  it('finds the program of its threads when it runs from its sources', async () => {
    const [, policy] = oddMix();
    const started: Worker[] = [];
    const starting = () => {
      started.push(startFillWorker());
      return started[started.length - 1];
    };
    const [model, other] = [nn.deferInit(() => new Parameters(oddMix()[0])), new Parameters(oddMix()[0])];
    await runInParallel(model, policy, { generator: new Generator(1) }, poolOf(2, starting), 'shared');
    expect(started).toHaveLength(1);
    initializeWeights(other, policy, { generator: new Generator(1) });
    expect(stateHashes(model)).toEqual(stateHashes(other));
  });

  it('reports progress', async () => {
    const [tensors, policy] = oddMix();
    const [model, generator, paths] = [new Parameters(tensors), new Generator(1), [] as string[]];
    let last = { done: 0, total: 0, elementsDone: 0, elementsTotal: 0 };
    const options = {
      generator,
      onProgress: ({ path, ...rest }: { path: string } & typeof last) => {
        paths.push(path);
        expect(rest.done).toBe(last.done + 1);
        last = rest;
      },
    };
    const report = await initializeWeightsParallel(model, policy, { ...options, workers: 3 });
    expect(last).toMatchObject({ done: 24, total: 24, elementsDone: last.elementsTotal });
    expect(paths.sort()).toEqual(Object.keys(tensors).sort());
    const other = new Parameters(oddMix()[0]);
    const again = initializeWeights(other, policy, { generator: new Generator(1) });
    expect(JSON.stringify(report)).toBe(JSON.stringify(again));
  });

  it('warns once about a law, as initializeWeights does', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const policy = definePolicy('far', [
        parameter('a', init.truncNormal({ mean: 5, a: -1, b: 1, method: 'inverse' })),
      ]);
      await runInParallel(new Parameters({ a: empty([300_000]) }), policy, { generator: new Generator(0) }, poolOf(2));
      expect(warn.mock.calls).toEqual([[expect.stringContaining('mean is more than 2 std from [a, b]')]]);
    } finally {
      warn.mockRestore();
    }
  });

  it('accepts a generator of another engine, and then uses this thread only', async () => {
    const [model, other] = [0, 1].map(() => new Parameters({ a: empty([50]) }));
    const policy = definePolicy('a', [parameter('a', init.normal(0, 1))]);
    for (const engine of [
      () => Generator.from(new PhiloxEngine(new RandomKey(1n, 2n))),
      () => new Generator(5, { engine: 'xorshift128plus' }),
    ]) {
      const report = await initializeWeightsParallel(model, policy, { generator: engine(), workers: 2 });
      expect(report.toJSON()).toEqual(initializeWeights(other, policy, { generator: engine() }).toJSON());
      expect(model.stateDict()).toEqual(other.stateDict());
    }
  });

  it('draws here what a deferred model keeps of a generator of another engine', async () => {
    const build = () => {
      const generator = new Generator(5, { engine: 'congruential32' });
      return new Parameters({ a: empty([300_000]), b: init.normal_(empty([300_000]), 0, 1, { generator }) });
    };
    const policy = definePolicy('a', [parameter('a', init.normal(0, 1)), parameter('b', init.keep)]);
    const [model, other] = [nn.deferInit(build), build()];
    await runInParallel(model, policy, { generator: new Generator(0) }, poolOf(2));
    initializeWeights(other, policy, { generator: new Generator(0) });
    expect(model.stateDict()).toEqual(other.stateDict());
  });
});

describe('a run that ends early', () => {
  const long = () =>
    nn.deferInit(() => new Parameters({ a: empty([100]), b: empty([200]), c: empty([40_000_000]), d: empty([100]) }));
  const policy = definePolicy('long', [parameter('a', init.zeros()), parameter('*', init.normal(0, 1))]);

  /** Runs it and returns its error. Checks that its threads have ended and that the generator is at its old position. */
  async function ending(
    options: InitializeAsyncOptions & { size?: number; starting?: () => Worker },
  ): Promise<unknown> {
    const { size = 2, starting = start, ...others } = options;
    const workers: Worker[] = [];
    const pool = poolOf(size, () => {
      const worker = starting();
      workers.push(worker);
      return worker;
    });
    const generator = new Generator(3);
    const before = generator.getState();
    const error = await runInParallel(long(), policy, { ...others, generator }, pool, 'shared').then(
      () => 'no error',
      (error: unknown) => error,
    );
    expect(generator.getState()).toEqual(before);
    expect(generator.wordsDrawn).toBe(0);
    expect(workers.map(({ threadId }) => threadId)).toEqual(workers.map(() => -1));
    return error;
  }

  it.each([1, 2])('because it is cancelled lists what was written (threads: %d)', async (size) => {
    const controller = new AbortController();
    const onProgress = ({ path }: { path: string }) => {
      // The next turn of the event loop comes long before the end of c.
      if (path === 'b') setImmediate(() => controller.abort('enough'));
    };
    const error = (await ending({ size, signal: controller.signal, onProgress })) as AbortError;
    expect(error).toBeInstanceOf(AbortError);
    expect(error.cause).toBe('enough');
    expect(error.written.slice(0, 2)).toEqual(['a', 'b']);
    expect(['a', 'b', 'c', 'd']).toEqual(expect.arrayContaining([...error.written]));
    const never = (await ending({ size, signal: AbortSignal.abort() })) as AbortError;
    expect(never.written).toEqual([]);
  });

  it.each([
    ['ends itself', 'process.exit(3)', {}, /a worker thread ended by itself \(exit code 3\) while it drew (b, )?c\./],
    ['throws', "throw new Error('no luck')", {}, /a worker thread failed \(no luck\) while it drew (b, )?c\./],
    ['cannot be read', "import('./nowhere.mjs')", {}, /a worker thread failed \(Cannot find module/],
    [
      'runs out of memory',
      'const all = []; for (;;) all.push(new Array(1000).fill(0))',
      { resourceLimits: { maxOldGenerationSizeMb: 8 } },
      /memory limit/,
    ],
  ])('because a thread %s is an error that says so', async (_, code, limits, message) => {
    const error = await ending({ starting: () => new Worker(code, { eval: true, ...limits }) });
    expect(error).toBeInstanceOf(StateError);
    expect(String(error)).toMatch(message);
  });

  it('because of a callback ends as if it were cancelled', async () => {
    for (const at of ['a', 'b']) {
      const onProgress = ({ path }: { path: string }) => {
        if (path === at) throw new RangeError(`not ${at}`);
      };
      const error = (await ending({ onProgress })) as AbortError;
      expect(error).toBeInstanceOf(AbortError);
      expect(error.cause).toEqual(new RangeError(`not ${at}`));
      expect(error.message).toContain(`onProgress threw RangeError: not ${at}; written until then: a`);
    }
  });

  it('because of wrong options has not begun', async () => {
    const run = (workers: unknown) => initializeWeightsParallel(long(), policy, { workers: workers as number });
    for (const wrong of [0, 1.5, -1, 257, '2', null, Number.NaN]) {
      await expect(run(wrong)).rejects.toThrow(ArgumentError);
      await expect(run(wrong)).rejects.toThrow('expected workers to be an integer from 1 to 256, found');
    }
    for (const wrong of ['both', 1, null, true]) {
      const options = { memory: wrong as 'shared' };
      await expect(initializeWeightsParallel(long(), policy, options)).rejects.toThrow(
        "expected memory to be 'private' or 'shared', found",
      );
    }
    await expect(initializeWeightsParallel(long(), policy, 2 as never)).rejects.toThrow(
      'takes its options as one object',
    );
    await expect(initializeWeightsParallel(long(), policy, { worker: 2 } as never)).rejects.toThrow(
      "unexpected keyword argument 'worker'",
    );
    await expect(initializeWeightsParallel(long(), policy, { signal: 3 as never })).rejects.toThrow(
      'expected an AbortSignal',
    );
    await expect(initializeWeightsParallel(3 as never, policy)).rejects.toThrow(PolicyError);
    await expect(initializeWeightsParallel(long(), policy, { rng: 'counter' })).rejects.toThrow('requires a seed');
  });
});
