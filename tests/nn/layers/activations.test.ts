import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as F from '../../../src/functional.js';
import * as nn from '../../../src/nn.js';
import { Generator } from '../../../src/random/Generator.js';
import { tensor } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { Tensor } from '../../../src/tensor/Tensor.js';
import { readGolden } from '../../golden/readGolden.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { numbersOf } from '../numbers.js';

describe('activations', () => {
  describeLayers({
    'ReLU()': () => new nn.ReLU(),
    'ReLU(inplace=True)': () => new nn.ReLU({ inplace: true }),
    'LeakyReLU(0.2)': () => new nn.LeakyReLU(0.2),
    'PReLU()': () => new nn.PReLU(),
    'PReLU(3)': () => new nn.PReLU(3),
    'PReLU(6)': () => new nn.PReLU(6),
    'ELU()': () => new nn.ELU(),
    'SELU()': () => new nn.SELU(),
    'CELU(alpha=0.5)': () => new nn.CELU(0.5),
    'GELU()': () => new nn.GELU(),
    "GELU(approximate='tanh')": () => new nn.GELU({ approximate: 'tanh' }),
    'SiLU()': () => new nn.SiLU(),
    'Mish()': () => new nn.Mish(),
    'Sigmoid()': () => new nn.Sigmoid(),
    'LogSigmoid()': () => new nn.LogSigmoid(),
    'Tanh()': () => new nn.Tanh(),
    'Hardtanh(-2, 2)': () => new nn.Hardtanh(-2, 2),
    'Hardswish()': () => new nn.Hardswish(),
    'Hardsigmoid()': () => new nn.Hardsigmoid(),
    'ReLU6()': () => new nn.ReLU6(),
    'Softplus(beta=2)': () => new nn.Softplus(2),
    'Softsign()': () => new nn.Softsign(),
    'Tanhshrink()': () => new nn.Tanhshrink(),
    'Softshrink()': () => new nn.Softshrink(),
    'Hardshrink()': () => new nn.Hardshrink(),
    'Threshold(0.1, 20)': () => new nn.Threshold(0.1, 20),
    'GLU()': () => new nn.GLU(),
    'Softmax(dim=1)': () => new nn.Softmax(1),
    'LogSoftmax(dim=-1)': () => new nn.LogSoftmax(-1),
    'Softmin(dim=1)': () => new nn.Softmin(1),
    'Softmax2d()': () => new nn.Softmax2d(),
    "ModuleDict({'a': nn.Linear(2, 2), 'b': nn.PReLU()})": () =>
      new nn.ModuleDict<nn.Module>({ a: new nn.Linear(2, 2), b: new nn.PReLU() }),
  });

  it('print their settings as PyTorch does', () => {
    const inplace = { inplace: true };
    expect(
      [
        new nn.LeakyReLU(undefined, inplace),
        new nn.ELU(2, inplace),
        new nn.CELU(),
        new nn.SELU(inplace),
        new nn.SiLU(inplace),
        new nn.Mish(inplace),
        new nn.Hardtanh(),
        new nn.Hardtanh(0, 6, inplace),
        new nn.ReLU6(inplace),
        new nn.Hardswish(inplace),
        new nn.Hardsigmoid(inplace),
        new nn.Softplus(),
        new nn.Threshold(1, 2, inplace),
        new nn.Softshrink(1),
        new nn.GLU(0),
      ].map(String),
    ).toEqual([
      'LeakyReLU(negative_slope=0.01, inplace=True)',
      'ELU(alpha=2, inplace=True)',
      'CELU(alpha=1.0)',
      'SELU(inplace=True)',
      'SiLU(inplace=True)',
      'Mish(inplace=True)',
      'Hardtanh(min_val=-1.0, max_val=1.0)',
      'Hardtanh(min_val=0, max_val=6, inplace=True)',
      'ReLU6(inplace=True)',
      'Hardswish()',
      'Hardsigmoid()',
      'Softplus(beta=1.0, threshold=20.0)',
      'Threshold(threshold=1, value=2, inplace=True)',
      'Softshrink(1)',
      'GLU(dim=0)',
    ]);
  });
});

describe('values and slopes', () => {
  type Call = (x: Tensor, ...args: unknown[]) => Tensor;
  interface Case {
    readonly call: string;
    readonly args: unknown[];
    readonly dtype: 'float32' | 'float64';
    readonly name: string;
    readonly y: (number | string | null)[];
    readonly slope?: (number | string | null)[];
  }
  const [{ x: points }, ...cases] = readGolden<Case & { x: (number | string)[] }>('activations.json');
  const functions = new Map(Object.entries(F)) as Map<string, unknown>;
  const numberOf = (written: number | string) => Number(String(written).replace('inf', 'Infinity'));
  const x = points.map(numberOf);

  it.each(
    cases.map((golden) => [`${golden.call}(${JSON.stringify(golden.args)}) in ${golden.dtype}`, golden] as const),
  )('%s', (_, { call, args, dtype, name, y, slope }) => {
    const input = tensor(x, { dtype, requiresGrad: true });
    const output = (functions.get(call) as Call)(input, ...args);
    expect(output.entry?.name).toBe(name);
    // PyTorch's gelu in float32 loses digits where 1 + erf cancels.
    const [relative, absolute] = dtype === 'float32' ? [1e-6, 1e-6] : [1e-13, 1e-15];
    const compare = (found: number[], expected: (number | string | null)[]) =>
      expected.forEach((written, i) => {
        if (written === null) return;
        const wanted = numberOf(written);
        const isClose = Math.abs(found[i] - wanted) <= relative * Math.abs(wanted) + absolute;
        if (!isClose && !Object.is(found[i], wanted)) expect(`${x[i]} → ${found[i]}`).toBe(`${x[i]} → ${wanted}`);
      });
    compare(numbersOf(output), y);
    if (!slope) return;
    output.sum().backward();
    compare(numbersOf(input.grad as Tensor), slope);
  });

  it("have PyTorch's constants, which it rounds to float32 for the gradients of every dtype", () => {
    const slopes = (f: (x: Tensor) => Tensor) => {
      const x = tensor([-2.5, -0.3, 1], { dtype: 'float64', requiresGrad: true });
      f(x).sum().backward();
      return x.grad?.tolist() as number[];
    };
    const expected = [0.043936935014669005, 0.687289272390092, 1];
    for (const [i, slope] of slopes((x) => F.celu(x, 0.8)).entries()) expect(slope / expected[i]).toBeCloseTo(1, 14);
    expect(slopes(F.hardsigmoid)).toEqual(Array(3).fill(0.1666666716337204));
  });

  it('keep their digits near 0 and for large numbers', () => {
    const one = (value: number) => tensor([value], { dtype: 'float64' });
    expect(F.tanh(one(1e-8)).item()).toBe(1e-8);
    expect(F.elu(one(-1e-12)).item() / -1e-12).toBeCloseTo(1, 11);
    expect(F.logsigmoid(one(-1e4)).item()).toBe(-1e4);
    expect(F.logsigmoid(one(40)).item() / -4.248354255291589e-18).toBeCloseTo(1, 12);
    // x·Φ(x) by the asymptotic series of the normal tail, −φ(x)·(1 − 1/x² + 3/x⁴ − 15/x⁶ + …), at x = −20
    const density = Math.exp(-200) / Math.sqrt(2 * Math.PI);
    const series = 1 - 1 / 400 + 3 / 400 ** 2 - 15 / 400 ** 3 + 105 / 400 ** 4;
    expect(F.gelu(one(-20)).item() / (-density * series)).toBeCloseTo(1, 9);
    expect(F.softmax(tensor([1000, 1001, -1000]), 0).tolist()).toEqual([
      expect.closeTo(0.26894143, 7),
      expect.closeTo(0.7310586, 7),
      0,
    ]);
    expect(F.logSoftmax(tensor([1e4, 0]), 0).tolist()).toEqual([0, -1e4]);
  });

  it('equal those of float32, rounded once, in float16 and bfloat16', () => {
    const input = randn([64], { generator: new Generator(0) });
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const half = input.to(dtype);
      for (const f of [F.gelu, F.silu, F.elu, F.sigmoid, F.softplus, F.relu, F.hardswish]) {
        expect(f(half).dtype).toBe(dtype);
        expect(f(half).data).toEqual(f(half.to('float32')).to(dtype).data);
      }
      const weight = tensor([0.25], { dtype });
      expect(F.prelu(half, weight).dtype).toBe(dtype);
      expect(F.glu(half).dtype).toBe(dtype);
      expect(F.softmax(half, 0).dtype).toBe(dtype);
    }
  });

  it('propagate NaN along rows', () => {
    const input = tensor([
      [1, Number.NaN],
      [1, 2],
    ]);
    for (const f of [F.softmax, F.logSoftmax, F.softmin]) {
      const [broken, whole] = f(input, 1).tolist() as number[][];
      expect(broken).toEqual([Number.NaN, Number.NaN]);
      expect(whole.every(Number.isFinite)).toBe(true);
    }
    expect(numbersOf(F.softmax(tensor([-Infinity, -Infinity]), 0))).toEqual([Number.NaN, Number.NaN]);
    expect(numbersOf(F.prelu(tensor([Number.NaN, -2]), tensor([0.5])))).toEqual([Number.NaN, -1]);
  });
});

describe('gradients', () => {
  const dtype = 'float64';
  it('agree with finite differences', () => {
    const size = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(size, size, size, fc.nat(999), (n, c, l, seed) => {
        const generator = new Generator(seed);
        const input = randn([n, 2 * c, l], { dtype, generator });
        const slopes = new nn.PReLU(2 * c, { dtype });
        slopes.weight.normal_(0, 1, { generator });
        for (const layer of [
          slopes,
          new nn.PReLU(1, { dtype }),
          new nn.GLU(1),
          new nn.Softmax(1),
          new nn.Softmax(-1),
          new nn.LogSoftmax(0),
          new nn.Softmin(1),
          new nn.GELU(),
          new nn.GELU({ approximate: 'tanh' }),
          new nn.Mish(),
          new nn.SiLU(),
          new nn.LogSigmoid(),
          new nn.Softplus(3, 1),
          new nn.Tanhshrink(),
          new nn.Softsign(),
          new nn.CELU(-0.7),
          new nn.SELU(),
        ]) {
          expectGradients(layer, [input]);
        }
      }),
      { numRuns: 5 },
    );
  });

  it('flow to the single slope from a tensor without dimensions', () => {
    const layer = new nn.PReLU();
    layer.forward(tensor(-3)).backward();
    expect(layer.weight.grad?.tolist()).toEqual([-3]);
  });
});

describe('errors', () => {
  const whole = tensor([1n, 2n]);
  it('use PyTorch’s words', () => {
    expect(() => F.elu(whole)).toThrow("not implemented for 'int64'");
    expect(() => F.softmax(whole, 0)).toThrow("not implemented for 'int64'");
    expect(() => F.celu(tensor([1]), 0)).toThrow('alpha cannot be 0 for CELU');
    expect(() => F.softshrink(tensor([1]), -1)).toThrow('lambda must be greater or equal to 0, but found to be -1');
    expect(() => F.hardtanh(tensor([1]), 2, 1)).toThrow('min_val cannot be greater than max_val');
    expect(() => new nn.Hardtanh(1, 1)).toThrow('max_val (1) must be greater than min_val (1)');
    expect(() => F.gelu(tensor([1]), { approximate: 'erf' as 'tanh' })).toThrow('must be either none or tanh');
    expect(() => F.glu(randn([2, 3]))).toThrow('Halving dimension must be even, but dimension 1 is size 3');
    expect(() => F.glu(tensor(1))).toThrow('glu does not support scalars');
    expect(() => F.softmax(randn([2]), 1)).toThrow('Dimension out of range');
    expect(() => new nn.Softmax(undefined as unknown as number)).toThrow('dim must be an int');
    expect(() => new nn.Softmax2d().forward(randn([2, 3]))).toThrow('expected input to be 3D or 4D, got 2D instead');
  });

  it('name slopes that do not match', () => {
    const layer = new nn.PReLU(3);
    expect(() => layer.forward(randn([2, 4]))).toThrow(
      'Mismatch of parameter numbers and input channel size. Found parameter numbers = 3 and channel size = 4.',
    );
    expect(() => layer.forward(randn([3]))).toThrow('channel size = 1');
    expect(() => layer.forward(tensor(1))).toThrow('Not allow zero-dim input tensor');
    expect(() => layer.forward(randn([2, 3], { dtype: 'float64' }))).toThrow('Type promoting not supported');
    expect(() => F.prelu(randn([2, 3]), randn([1, 3]))).toThrow('Expected `weight` to be a scalar or 1D tensor');
    expect(F.prelu(Tensor.fromData(new Float32Array(0), [0, 3]), layer.weight).shape).toEqual([0, 3]);
  });
});
