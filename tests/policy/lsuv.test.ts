import { describe, expect, it } from '@jest/globals';
import {
  ArgumentError,
  defaultGenerator,
  Generator,
  lsuv,
  manualSeed,
  nn,
  PolicyError,
  randn,
  type Tensor,
  tensor,
  zeros,
} from 'initree';
import { readGolden, stateHash } from '../golden/readGolden.js';

/** A layer of `lsuv.json`, as written by `makeLsuv.py`. */
interface LayerCase {
  readonly path: string;
  readonly attempts: number;
  readonly mean: number;
  readonly std: number;
  readonly weight: readonly number[];
  readonly bias: readonly number[] | null;
}

const network = () =>
  new nn.Sequential(
    new nn.Conv2d(3, 8, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.BatchNorm2d(8),
    new nn.Conv2d(8, 16, 3, { stride: 2, bias: false }),
    new nn.Tanh(),
    new nn.ConvTranspose2d(16, 4, 2),
    new nn.Flatten(),
    new nn.Linear(4 * 4 * 4, 32),
    new nn.ReLU(),
    new nn.Linear(32, 10),
  );

const batchOf = () => randn([20, 3, 8, 8]).mul(3).add(1);

function expectNear(tensor: Tensor, expected: readonly number[]): void {
  expected.forEach((value, i) => {
    expect(Number(tensor.data[Math.floor((i * tensor.numel) / expected.length)])).toBeCloseTo(value, 4);
  });
}

/** Everything that must be unchanged after an error. */
const snapshot = (model: nn.Module) => ({
  values: Array.from(model.stateDict(), ([key, { data }]) => [key, data.slice()]),
  modes: Array.from(model.modules(), ({ training }) => training),
  rng: stateHash(defaultGenerator),
});

describe('lsuv', () => {
  it('gives the weights of the source', () => {
    manualSeed(0);
    const model = network();
    const entries = lsuv(model, batchOf());
    const golden = readGolden<LayerCase>('lsuv.json');
    expect(entries.map(({ path, attempts }) => [path, attempts])).toEqual(golden.map((g) => [g.path, g.attempts]));
    golden.forEach(({ path, mean, std, weight, bias }, i) => {
      expect(entries[i].after.mean).toBeCloseTo(mean, 4);
      expect(entries[i].after.std).toBeCloseTo(std, 4);
      expect(entries[i].converged).toBe(true);
      expectNear(model.getParameter(`${path}.weight`), weight);
      if (bias) expectNear(model.getParameter(`${path}.bias`), bias);
    });
    // Batch normalisation and the modes of the modules are unchanged.
    expect(model.getParameter('2.weight').data).toEqual(new Float32Array(8).fill(1));
    expect([...model.modules()].every(({ training }) => training)).toBe(true);
  });

  it('accepts several inputs, a tolerance and a generator, and reports layers that did not converge', () => {
    class Two extends nn.Module {
      a = new nn.Linear(6, 5);
      unused = new nn.Linear(3, 3);
      same = new nn.Linear(6, 5);

      override forward(x: Tensor, y: Tensor): Tensor {
        return this.a.forward(x).add(this.same.forward(y));
      }
    }
    const model = new Two();
    model.same.weight = model.a.weight;
    model.a.eval();
    const [unused, same] = [model.unused.weight.data.slice(), model.same.bias?.data.slice()];
    const rng = stateHash(defaultGenerator);
    const generator = new Generator(3);
    const batch = [randn([50, 6], { generator }).mul(9), randn([50, 6], { generator })];
    const [entry, ...others] = lsuv(model, batch, { generator, tolerance: 1e-12, maxAttempts: 2 });
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ path: 'a', attempts: 2 });
    expect(entry.converged).toBe(Math.abs(entry.after.std - 1) <= 1e-12);
    expect(entry.before.std).toBeGreaterThan(2);
    expect(entry.after.std).toBeCloseTo(1, 5);
    expect(model.unused.weight.data).toEqual(unused);
    expect(model.same.bias?.data).toEqual(same);
    expect([model.training, model.a.training]).toEqual([true, false]);
    expect(stateHash(defaultGenerator)).toBe(rng);
  });

  describe('on layers of one weight, which start as 1 or −1', () => {
    const column = (...values: number[]) => tensor(values.map((value) => [value]));
    const layer = () => new nn.Linear(1, 1);
    const values = (model: nn.Module) => Array.from(model.parameters(), ({ data }) => Number(data[0]));

    const near = (mean: number, std: number) => ({ mean: expect.closeTo(mean, 12), std: expect.closeTo(std, 12) });

    it('divides the weight by the standard deviation, and subtracts the mean from the bias', () => {
      for (const seed of [0, 1, 2, 3]) {
        const model = new nn.Sequential(layer(), layer());
        const entries = lsuv(model, column(2, 6), { generator: new Generator(seed) });
        const [first, , second] = values(model);
        const [s, t] = [Math.sign(first), second];
        expect(Math.abs(t)).toBe(1);
        expect(values(model)).toEqual([s / 2, -4 * s, t, 0]);
        // The second layer gets the corrected output of the first, −3s and −s.
        expect(entries).toEqual([
          { path: '0', attempts: 1, before: near(4 * s, 2), after: near(-2 * s, 1), converged: true },
          {
            path: '1',
            attempts: 0,
            before: near(-2 * s * t, 1),
            after: near(-2 * s * t, 1),
            converged: true,
          },
        ]);
      }
    });

    it('corrects a layer only if the distance from 1 is larger than the tolerance', () => {
      const attempts = (std: number, options = {}) => {
        const [{ attempts, converged }] = lsuv(layer(), column(0, 2 * std), options);
        return [attempts, converged];
      };
      expect(attempts(1.5, { tolerance: 0.5 })).toEqual([0, true]);
      expect(attempts(1.5, { tolerance: 0.499 })).toEqual([1, true]);
      expect(attempts(0.5, { tolerance: 0.5 })).toEqual([0, true]);
      expect(attempts(1.0625)).toEqual([0, true]);
      expect(attempts(1.125)).toEqual([1, true]);
    });

    it('stops after the largest number of attempts, 10 by default', () => {
      // A tolerance below the rounding of float32, and an output whose deviation no weight brings to 1 exactly.
      const [batch, tolerance] = [column(0.1, 0.7, 0.33), 1e-300];
      for (const [options, attempts] of [
        [{ tolerance }, 10],
        [{ tolerance, maxAttempts: 1 }, 1],
        [{ tolerance, maxAttempts: 3 }, 3],
      ] as const) {
        expect(lsuv(layer(), batch, options)[0]).toMatchObject({ attempts, converged: false });
      }
    });

    it('measures the last call of a layer that is called twice', () => {
      class Twice extends nn.Module {
        fc = layer();
        override forward(x: Tensor): Tensor {
          this.fc.forward(x);
          return this.fc.forward(x.mul(4));
        }
      }
      expect(lsuv(new Twice(), column(1, 3))[0]).toMatchObject({
        path: 'fc',
        attempts: 1,
        before: { std: expect.closeTo(4, 12) },
      });
    });

    it('removes its hooks', () => {
      const model = layer();
      lsuv(model, column(2, 6));
      expect(() => lsuv(model, column(2, 2))).toThrow('expected a finite output that varies');
      // Hooks wrap the forward method of the instance.
      expect(Object.hasOwn(model, 'forward')).toBe(false);
    });

    it('restores corrected layers, modes and the generator if a later layer fails', () => {
      class Stops extends nn.Module {
        a = layer();
        b = layer();
        runs = 0;
        override forward(x: Tensor): Tensor {
          const y = this.a.forward(x);
          this.runs++;
          return this.runs < 4 ? this.b.forward(y) : y;
        }
      }
      class Zeros extends nn.Module {
        override forward(x: Tensor): Tensor {
          return x.mul(0);
        }
      }
      for (const [model, message] of [
        [
          new nn.Sequential(layer(), new Zeros(), layer()),
          'at 2: the output for this batch has mean 0 and standard deviation 0; expected',
        ],
        [new Stops(), 'at b: the model called this layer in its first run, but not in a later one'],
      ] as const) {
        model.train();
        const before = snapshot(model);
        expect(() => lsuv(model, column(2, 6))).toThrow(message);
        expect(snapshot(model)).toEqual(before);
      }
    });
  });

  it('rejects invalid arguments and models, and leaves everything unchanged', () => {
    manualSeed(1);
    const model = network();
    const batch = batchOf();
    const before = snapshot(model);
    const run = lsuv as (...args: unknown[]) => unknown;
    const mistakes: [args: unknown[], message: string][] = [
      [[null, batch], 'lsuv() expects an nn.Module first, found null'],
      [[model, 'batch'], "lsuv() expects a batch second, a Tensor or an array of inputs, found 'batch'"],
      [[model, []], 'lsuv() expects a batch second, a Tensor or an array of inputs, found an array'],
      [[model, batch, { tolerance: 0 }], 'tolerance: expected a number above 0, found 0'],
      [[model, batch, { tolerance: Number.NaN }], 'tolerance: expected a number above 0, found NaN'],
      [[model, batch, { maxAttempts: 0.5 }], 'maxAttempts: expected a whole number ≥ 1, found 0.5'],
      [[model, batch, { maxAttempts: 1.5 }], 'maxAttempts: expected a whole number ≥ 1, found 1.5'],
      [[model, batch, { maxAttempts: 0 }], 'maxAttempts: expected a whole number ≥ 1, found 0'],
      [[model, batch, { attempts: 3 }], "lsuv() got an unexpected keyword argument 'attempts'"],
      [[model, batch, { generator: 3 }], 'enerator'],
      [[model, batch, 3], 'lsuv()'],
    ];
    for (const [args, message] of mistakes) {
      expect(() => run(...args)).toThrow(ArgumentError);
      expect(() => run(...args)).toThrow(message);
    }
    expect(() => lsuv(model, randn([2, 4, 8, 8], { generator: new Generator(0) }))).toThrow('at 0');
    expect(() => lsuv(new nn.ReLU(), batch)).toThrow('found none');
    // The first layer's output does not vary. The check runs after all weights were drawn.
    expect(() => lsuv(model, zeros([2, 3, 8, 8]))).toThrow(PolicyError);
    expect(() => lsuv(model, zeros([2, 3, 8, 8]))).toThrow('at 0: the output for this batch has mean 0');
    expect(snapshot(model)).toEqual(before);
  });
});
